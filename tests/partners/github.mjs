// GitHub, as emulate plays it, corrected where it departs from GitHub in what a rollout bot sees (`github/corrections.mjs`).
//
//   node github.mjs ['{"port": 4101, "webhook_url": "http://127.0.0.1:3000/webhook", …}']     keys and defaults: github/world.mjs
//
// Prints one line `{"port", "url", "direct", "app_id", "installation_id", "private_key", "webhook_secret", "tokens"}`: `url` is for the bot
// (Prism's, when `prism_log` names a file for its log), `direct` for the people and the switches of the tests.
// Stops on SIGTERM, SIGINT, or when its standard input closes. The tests' own switches are in `github/control.mjs`.
import { register } from "node:module";
import { createHash } from "node:crypto";
import { Addresses } from "./github/addresses.mjs";
import { appRoutes, pinRoutes, Reactions, repositoryRoutes } from "./github/routes.mjs";
import { Control } from "./github/control.mjs";
import { Events } from "./github/events.mjs";
import { Gate, neededFor } from "./github/gate.mjs";
import { describe, grantRoles, seed, spreadIds } from "./github/world.mjs";
import { atLeast, permissionsOf, roleOf } from "./github/roles.mjs";
import { Webhooks, wholeSeconds } from "./github/webhooks.mjs";
import { startPrism } from "./prism.mjs";
import { freePort, untilStopped } from "./process.mjs";

const world = describe(JSON.parse(process.argv[2] ?? "{}"));
const reactions = new Reactions();
const webhooks = new Webhooks({ url: world.webhook_url, secret: world.webhook_secret, appId: world.app_id, hookId: 471_100_000 });
let gh, tokens, formats, baseUrl, addresses, gate, control, events;

const findRepo = (name) => gh.repos.all().find((repo) => repo.full_name.toLowerCase() === name.toLowerCase());
const role = (user, repo) => roleOf(gh, user, repo);

function formatApp(full) {
  const app = gh.apps.findOneBy("app_id", world.app_id);
  const url = `${baseUrl}/apps/${app.slug}`;
  return {
    id: app.app_id, client_id: `Iv1.${app.slug}`, slug: app.slug, node_id: formats.generateNodeId("App", app.app_id),
    owner: formats.formatOrgBrief(gh.orgs.findOneBy("login", world.org), baseUrl), name: app.name, description: app.description ?? "",
    external_url: url, html_url: url, created_at: app.created_at, updated_at: app.updated_at,
    permissions: app.permissions, events: app.events.filter((event) => event !== "*"),
    ...(full && { installations_count: gh.appInstallations.all().length }),
  };
}

function formatInstallation(inst) {
  const organization = inst.account_type === "Organization";
  const account = organization ? gh.orgs.get(inst.account_id) : gh.users.get(inst.account_id);
  const url = `${baseUrl}/app/installations/${inst.installation_id}`;
  return {
    id: inst.installation_id, client_id: formatApp().client_id,
    account: organization ? formats.formatOrgBrief(account, baseUrl) : formats.formatUser(account, baseUrl),
    repository_selection: inst.repository_selection, access_tokens_url: `${url}/access_tokens`, repositories_url: `${baseUrl}/installation/repositories`,
    html_url: `${baseUrl}/settings/installations/${inst.installation_id}`, app_id: inst.app_id, app_slug: world.slug,
    target_id: inst.account_id, target_type: inst.account_type, permissions: inst.permissions, events: formatApp().events,
    created_at: inst.created_at, updated_at: inst.updated_at, single_file_name: null, has_multiple_single_files: false, single_file_paths: [],
    suspended_by: null, suspended_at: inst.suspended_at,
  };
}

/** Called by emulate before it sets up its own routes; the other members are called by the corrected functions. */
globalThis.partner = {
  findRepo,
  formatInstallation,
  may: (user, repo, wanted) => atLeast(role(user, repo), wanted),
  permissions: (user, repo) => permissionsOf(role(user, repo)),
  lastGone: (repoId) => addresses.lastGone(repoId),
  reactionsOf: (url) => reactions.summary(url),
  appBehind: (user) => (user?.type === "Bot" ? formatApp() : null),
  extend(context, store, internals) {
    [gh, tokens, formats, baseUrl] = [store, context.tokenMap, internals, context.baseUrl];
    const shared = { gh, tokens, formats, baseUrl, webhooks, findRepo, formatApp, formatInstallation, roleOf: role };
    spreadIds(gh);
    events = new Events(shared);
    gate = new Gate(shared);
    addresses = new Addresses({ ...shared, origin: baseUrl });
    control = new Control({ ...shared, events, addresses });
    context.webhooks.dispatch = (event, action, payload) => events.dispatch(event, action, payload);
    appRoutes(context.app, { ...shared, events });
    const visible = repositoryRoutes(context.app, shared);
    const botOf = ({ installation }) => installation && gh.users.findOneBy("login", `${world.slug}[bot]`);
    const senderOf = (known) => known && (botOf(known) ?? gh.users.findOneBy("login", known.login));
    reactions.routes(context.app, { ...shared, visible, senderOf });
    pinRoutes(context.app, { ...shared, events, visible, senderOf });
    const inner = context.app.fetch;
    context.app.fetch = (request) => around(request, inner);
  },
};

/** What stands around every request: the switches, who asks, what GitHub refuses, and the form of its answers. */
async function around(request, inner) {
  const { pathname } = new URL(request.url);
  const body = await request.clone().json().catch(() => ({}));
  if (pathname.startsWith("/_rollcall/")) return control.answer(request.method, pathname.slice(11), body);
  const who = gate.authenticate(request);
  const answer = who instanceof Response ? who : await withFaults(request, () => allowed(request, who, body, inner));
  control.record(request, who, answer.status, body);
  return conditional(request, answer);
}

async function withFaults(request, perform) {
  const fault = control.fault(request);
  if (!fault) return perform();
  if (fault.after) await perform();
  return Response.json(fault.body ?? { message: "as planned by the test" }, { status: fault.status, headers: fault.headers });
}

async function allowed(asked, who, body, inner) {
  const request = addresses.resolve(asked);
  if (request instanceof Response) return request;
  const refused = gate.check(request, who, body);
  if (refused) return refused;
  const [, name] = new URL(request.url).pathname.match(/^\/repos\/([^/]+\/[^/]+)$/) ?? [];
  const repo = request.method === "PATCH" && name && body.name && findRepo(name);
  if (!repo) return inner(request);
  events.renamed.set(repo.id, repo.full_name);
  const answer = await inner(request);
  if (answer.ok) addresses.renamed(repo, repo.full_name);
  return answer;
}

/** What has not changed is not sent again; what is missing is named; further pages are found where the first was asked for. */
async function conditional(request, answer) {
  if (!answer.headers.get("content-type")?.startsWith("application/json")) return answer;
  const text = wholeSeconds(await answer.text());
  const headers = new Headers(answer.headers);
  const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
  if (headers.has("link")) headers.set("link", headers.get("link").replaceAll(new URL(request.url).origin, baseUrl));
  if (text.includes("Resource not accessible by integration")) headers.set("x-accepted-github-permissions", neededFor(request));
  if (request.method === "GET" && answer.status === 200) {
    headers.set("etag", etag);
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status: answer.status, headers });
}

register("./github/corrections.mjs", import.meta.url);
const { createEmulator } = await import("emulate");
const { tokens: people, github } = seed(world);
const port = world.port || (await freePort());
const url = `http://127.0.0.1:${port}`;
const front = world.prism_log && (await freePort());
const public_url = front ? `http://127.0.0.1:${front}` : url;
await createEmulator({ service: "github", port, hostname: "127.0.0.1", baseUrl: public_url, seed: { tokens: people, github } });
grantRoles(gh, world);
formats.installationActor(gh, { installation: { appId: world.app_id } }); // the bot's account
for (const known of tokens.values()) known.id = gh.users.findOneBy("login", known.login).id;
const stopPrism = front && (await startPrism(url, world.prism_log, front));

const { app_id, installation_id, private_key, webhook_secret } = world;
console.log(JSON.stringify({ port, url: public_url, direct: url, app_id, installation_id, private_key, webhook_secret, tokens: Object.keys(people) }));
await untilStopped();
await stopPrism?.();
process.exit(0);
