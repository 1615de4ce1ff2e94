// What GitHub answers and emulate does not. Routes given here come before emulate's own.
import { atLeast, basePermission } from "./roles.mjs";
import { refuse } from "./gate.mjs";

const CONTENTS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];
const NO_JWT = "A JSON web token could not be decoded";

/** The App's own endpoints: they take a JSON web token, not an installation's. */
export function appRoutes(app, { gh, webhooks, events, formatApp }) {
  const withJwt = (answer) => async (c) => (c.get("authApp") ? answer(c) : refuse(401, NO_JWT));
  const one = (c) => webhooks.find(Number(c.req.param("id")));

  app.get("/app", withJwt((c) => c.json(formatApp(true))));
  app.get("/app/hook/config", withJwt((c) => c.json({ content_type: "json", insecure_ssl: "0", secret: "********", url: webhooks.url })));
  app.get("/app/hook/deliveries", withJwt((c) => c.json(...page(c, webhooks.deliveries))));
  app.get("/app/hook/deliveries/:id", withJwt((c) => (one(c) ? c.json(inFull(one(c), webhooks)) : refuse(404, "Not Found"))));
  app.post("/app/hook/deliveries/:id/attempts", withJwt((c) => {
    if (!one(c)) return refuse(404, "Not Found");
    webhooks.redeliver(one(c).id);
    return c.json({}, 202);
  }));

  const installed = (c) => gh.appInstallations.all().find((each) => each.installation_id === Number(c.req.param("id")));
  const change = (action, apply) => withJwt((c) => {
    const inst = installed(c);
    if (!inst) return refuse(404, "Not Found");
    const repos = gh.repos.all().filter((repo) => repo.owner_id === inst.account_id);
    apply(inst);
    events.installation(action, gh.appInstallations.get(inst.id) ?? inst, gh.users.findOneBy("login", "admin"), repos);
    return c.body(null, 204);
  });
  const suspended = (at) => (inst) => gh.appInstallations.update(inst.id, { suspended_at: at() });
  app.put("/app/installations/:id/suspended", change("suspend", suspended(() => new Date().toISOString())));
  app.delete("/app/installations/:id/suspended", change("unsuspend", suspended(() => null)));
  app.delete("/app/installations/:id", change("deleted", (inst) => gh.appInstallations.delete(inst.id)));
}

/** Newest first; the cursor of a page is the delivery before it. */
function page(c, deliveries) {
  const size = Math.min(Number(c.req.query("per_page") ?? 30), 100);
  const wanted = { success: (one) => one.status === "OK", failure: (one) => one.status !== "OK" }[c.req.query("status")] ?? (() => true);
  const before = Number(c.req.query("cursor")?.replace("v1_", "") ?? Infinity);
  const rest = deliveries.filter((one) => one.id < before && one.status !== "pending" && wanted(one)).reverse();
  const shown = rest.slice(0, size);
  if (rest.length > size) {
    const next = new URL(c.req.url);
    next.searchParams.set("cursor", `v1_${shown.at(-1).id}`);
    c.header("Link", `<${next}>; rel="next"`);
  }
  return [shown.map(({ payload, ...item }) => item)];
}

function inFull({ payload, ...item }, webhooks) {
  const request = { headers: webhooks.headers({ ...item, payload }), payload: JSON.parse(payload) };
  return { ...item, url: webhooks.url, request, response: { headers: null, payload: null } };
}

export function repositoryRoutes(app, { gh, formats, baseUrl, findRepo, roleOf }) {
  /** The repository, if the sender of the request may see it. */
  const visible = (c) => {
    const repo = findRepo(`${c.req.param("owner")}/${c.req.param("repo")}`);
    const sender = c.get("authUser");
    if (!repo || sender?.installation) return repo;
    return atLeast(roleOf(sender && gh.users.findOneBy("login", sender.login), repo), "read") ? repo : undefined;
  };
  const collaborator = (answer) => (c) => {
    const repo = visible(c);
    const user = gh.users.findOneBy("login", c.req.param("username"));
    return repo && user ? answer(c, user, roleOf(user, repo)) : refuse(404, "Not Found");
  };
  app.get("/repos/:owner/:repo/collaborators/:username/permission", collaborator((c, user, role) => c.json({
    permission: basePermission(role), role_name: role, user: formats.formatUser(user, baseUrl),
  })));
  app.get("/repos/:owner/:repo/collaborators/:username", collaborator((c, user, role) => (
    atLeast(role, "triage") ? c.body(null, 204) : refuse(404, "Not Found"))));
  app.get("/installation/repositories", (c) => {
    const sender = c.get("authUser")?.installation;
    if (!sender) return refuse(403, "You must authenticate with an installation access token in order to list repositories for an installation.");
    const repositories = gh.repos.all().filter((repo) => repo.owner_id === sender.accountId).map((repo) => formats.formatRepo(repo, gh, baseUrl));
    return c.json({ total_count: repositories.length, repositories });
  });
  return visible;
}

/** Pinned comments. */
export function pinRoutes(app, { gh, formats, baseUrl, events, visible, senderOf }) {
  for (const [method, action, status] of [["put", "pinned", 200], ["delete", "unpinned", 204]]) {
    app[method]("/repos/:owner/:repo/issues/comments/:id/pin", (c) => {
      const repo = visible(c);
      const row = repo && gh.comments.get(Number(c.req.param("id")));
      const sender = senderOf(c.get("authUser"));
      if (!row || row.repo_id !== repo.id) return refuse(404, "Not Found");
      if (!sender) return refuse(401, "Requires authentication");
      const pin = status === 200 ? { pinned_at: new Date().toISOString(), pinned_by: formats.formatUser(sender, baseUrl) } : null;
      const comment = { ...formats.formatComment(row, gh, baseUrl), pin };
      const issue = gh.issues.findBy("repo_id", repo.id).find((each) => each.number === row.issue_number);
      events.dispatch("issue_comment", action, {
        action, comment, issue: formats.formatIssue(issue, gh, baseUrl), repository: formats.formatRepo(repo, gh, baseUrl),
        sender: formats.formatUser(sender, baseUrl),
      });
      return status === 204 ? c.body(null, 204) : c.json(comment);
    });
  }
}

/** Reactions of issues and of their comments, kept by the address of what is reacted to. */
export class Reactions {
  #byUrl = new Map();
  #lastId = 500_000_000;

  /** The summary that issues and comments carry. */
  summary(url) {
    const all = this.#byUrl.get(url) ?? [];
    const counts = CONTENTS.map((content) => [content, all.filter((each) => each.content === content).length]);
    return { url: `${url}/reactions`, total_count: all.length, ...Object.fromEntries(counts) };
  }

  routes(app, { gh, formats, baseUrl, visible, senderOf }) {
    for (const [path, rows] of [["/issues/:id/reactions", gh.issues], ["/issues/comments/:id/reactions", gh.comments]]) {
      const target = (answer) => async (c) => {
        const repo = visible(c);
        const id = Number(c.req.param("id"));
        const row = repo && rows.all().find((each) => each.repo_id === repo.id && (rows === gh.issues ? each.number : each.id) === id);
        if (!row) return refuse(404, "Not Found");
        const url = `${baseUrl}/repos/${repo.full_name}${path.replace(":id", id).replace("/reactions", "")}`;
        return answer(c, url, this.#byUrl.get(url) ?? this.#byUrl.set(url, []).get(url));
      };
      const sender = (c) => senderOf(c.get("authUser"));
      app.get(`/repos/:owner/:repo${path}`, target((c, _url, all) => c.json(all)));
      app.post(`/repos/:owner/:repo${path}`, target(async (c, _url, all) => {
        const { content } = await c.req.json();
        const user = sender(c);
        if (!user) return refuse(401, "Requires authentication");
        if (!CONTENTS.includes(content)) return refuse(422, "Validation Failed", [{ resource: "Reaction", code: "invalid", field: "content" }]);
        const there = all.find((each) => each.content === content && each.user.id === user.id);
        if (there) return c.json(there, 200);
        const id = (this.#lastId += 1);
        all.push({ id, node_id: `REA_${id}`, user: formats.formatUser(user, baseUrl), content, created_at: new Date().toISOString() });
        return c.json(all.at(-1), 201);
      }));
      app.delete(`/repos/:owner/:repo${path}/:reaction`, target((c, _url, all) => {
        const at = all.findIndex((each) => each.id === Number(c.req.param("reaction")) && each.user.id === sender(c)?.id);
        if (at < 0) return refuse(404, "Not Found");
        all.splice(at, 1);
        return c.body(null, 204);
      }));
    }
  }
}
