// The tests' own switches, under /_rollcall. None of this exists on GitHub's API.
//
//   POST drop-next, lose-next, duplicate-next {"count": 1}   webhooks: listed as failed; never seen again; sent twice
//   POST hold, POST release {"reversed": true}               keeps webhooks back; sends them
//   GET  idle                                                answers when no webhook is on its way
//   GET  deliveries, GET requests, DELETE requests           every delivery with its payload; every API request
//   POST fail-next {"method", "path", "status", "headers", "body", "after": false, "times": 1}
//                                                            answers so instead of (or, `after`, having done) what is asked
//   POST expire-tokens                                       installation tokens become unknown
//   POST delete-issue {"repo", "number", "by"}               what people do on the page only
//   POST transfer-issue {"repo", "number", "to", "by"}
import { refuse } from "./gate.mjs";

export class Control {
  requests = [];
  #faults = [];

  constructor({ gh, tokens, webhooks, events, addresses, formats, baseUrl, findRepo }) {
    Object.assign(this, { gh, tokens, webhooks, events, addresses, formats, baseUrl, findRepo });
  }

  async answer(method, name, body) {
    const { webhooks } = this;
    const actions = {
      "GET idle": () => webhooks.idle(),
      "GET deliveries": () => webhooks.deliveries.map((each) => ({ ...each, payload: JSON.parse(each.payload) })),
      "GET requests": () => this.requests,
      "DELETE requests": () => void (this.requests = []),
      "POST drop-next": () => webhooks.plan("drop", body.count ?? 1),
      "POST lose-next": () => webhooks.plan("lose", body.count ?? 1),
      "POST duplicate-next": () => webhooks.plan("duplicate", body.count ?? 1),
      "POST hold": () => webhooks.hold(),
      "POST release": () => webhooks.release(body.reversed),
      "POST fail-next": () => void this.#faults.push({ times: 1, ...body }),
      "POST expire-tokens": () => this.#expireTokens(),
      "POST delete-issue": () => this.#removeIssue("deleted", body),
      "POST transfer-issue": () => this.#removeIssue("transferred", body),
    };
    const action = actions[`${method} ${name}`];
    return action ? Response.json((await action()) ?? {}) : refuse(404, `no such switch: ${method} ${name}`);
  }

  record(request, who, status, body) {
    const { pathname, search } = new URL(request.url);
    const sender = who.login ?? (who.jwt ? "app" : null);
    this.requests.push({ at: new Date().toISOString(), method: request.method, path: pathname + search, sender, status, body });
  }

  /** The fault planned for this request, once for each of its `times`. */
  fault(request) {
    const { pathname } = new URL(request.url);
    const fault = this.#faults.find(({ times, method = request.method, path = "" }) =>
      times > 0 && method === request.method && new RegExp(path).test(pathname));
    if (fault) fault.times -= 1;
    return fault;
  }

  #expireTokens() {
    for (const [token, { installation }] of this.tokens) if (installation) this.tokens.delete(token);
  }

  #removeIssue(action, { repo: name, number, by, to }) {
    const { gh, formats, baseUrl } = this;
    const repo = this.findRepo(name);
    const issue = gh.issues.findBy("repo_id", repo.id).find((each) => each.number === number);
    const before = formats.formatIssue(issue, gh, baseUrl);
    gh.issues.delete(issue.id);
    const target = to && this.findRepo(to);
    const moved = target && this.#moved(before, target);
    this.addresses.departed(repo, number, moved);
    const changes = target && { new_issue: formats.formatIssue(moved, gh, baseUrl), new_repository: formats.formatRepo(target, gh, baseUrl) };
    this.events.dispatch("issues", action, {
      action, issue: before, ...(changes && { changes }), repository: formats.formatRepo(repo, gh, baseUrl),
      sender: formats.formatUser(gh.users.findOneBy("login", by), baseUrl),
    });
    return changes;
  }

  #moved(before, target) {
    const { gh, formats } = this;
    return gh.issues.insert({
      number: formats.getNextIssueNumber(gh, target.id), repo_id: target.id, node_id: before.node_id, title: before.title, body: before.body, state: before.state, state_reason: before.state_reason,
      locked: before.locked, active_lock_reason: null, user_id: before.user.id, assignee_ids: [], label_ids: [], milestone_id: null,
      comments: 0, closed_at: before.closed_at, closed_by_id: null, is_pull_request: false,
    });
  }
}
