// Holds the corrected emulate to GitHub: its webhooks to GitHub's own schemas, its answers to what GitHub documents.
//   node --test github.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, createSign } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { problems } from "./webhook-schemas.mjs";

const received = [];
let receiver, child, github, answerWith = 202;

before(async () => {
  receiver = createServer(async (request, response) => {
    const chunks = await request.toArray();
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answerWith).end();
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const config = { webhook_url: `http://127.0.0.1:${receiver.address().port}/webhook` };
  child = spawn(process.execPath, ["github.mjs", JSON.stringify(config)], { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    github = JSON.parse(line);
    break;
  }
});

after(() => {
  child.stdin.end();
  receiver.close();
  receiver.closeAllConnections();
});

async function call(who, method, path, body, headers = {}) {
  const authorization = who ? { authorization: `Bearer ${who.includes("_") || who.startsWith("eyJ") ? who : `token-${who}`}` } : {};
  const response = await fetch(github.url + path, { method, headers: { ...authorization, ...headers }, body: body && JSON.stringify(body), redirect: "manual" });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

const control = (name, body = {}) => call(null, "POST", `/_rollcall/${name}`, body);

function jwt({ exp = 300, iat = -60 } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(github.app_id), iat: now + iat, exp: now + exp })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(github.private_key, "base64url")}`;
}

async function installationToken() {
  const { body } = await call(jwt(), "POST", `/app/installations/${github.installation_id}/access_tokens`, {});
  return body.token;
}

/** The webhooks that `act` causes, each held to GitHub's schema. */
async function webhooksOf(act) {
  await call(null, "GET", "/_rollcall/idle");
  received.length = 0;
  await act();
  await call(null, "GET", "/_rollcall/idle");
  return received.map(({ headers, body }) => {
    const payload = JSON.parse(body);
    const event = headers["x-github-event"];
    assert.equal(problems(event, payload), null);
    const name = `${event}-${payload.action}`.replaceAll("_", "-");
    return { name, payload, headers, body };
  });
}

const names = (webhooks) => webhooks.map(({ name }) => name);
const ISSUES = "/repos/acme/rollout/issues";
const newIssue = async (who = "author", extra = {}) => (await call(who, "POST", ISSUES, { title: "t", body: "- [ ] a", ...extra })).body;

test("a webhook is signed, has GitHub's headers and an id of its own", async () => {
  const [{ headers, body, payload }] = await webhooksOf(() => newIssue());
  assert.equal(headers["x-hub-signature-256"], `sha256=${createHmac("sha256", github.webhook_secret).update(body).digest("hex")}`);
  assert.match(headers["x-github-delivery"], /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(headers["user-agent"], /^GitHub-Hookshot\//);
  assert.equal(headers["x-github-hook-installation-target-id"], "12345");
  assert.equal(headers["x-github-hook-installation-target-type"], "integration");
  assert.equal(payload.installation.id, 777);
  assert.equal(payload.organization.login, "acme");
  assert.ok(payload.issue.id > 2 ** 31);
});

test("every event of an issue is valid to GitHub's schema", async () => {
  let issue;
  const seen = await webhooksOf(async () => {
    issue = await newIssue("author", { labels: ["rollout"], assignees: ["reviewer"] });
    const path = `${ISSUES}/${issue.number}`;
    await call("author", "PATCH", path, { body: "- [x] a" });
    await call("author", "PATCH", path, { title: "u" });
    await call("author", "POST", `${path}/labels`, { labels: ["phase/testing"] });
    await call("author", "DELETE", `${path}/labels/phase%2Ftesting`);
    await call("author", "POST", `${path}/assignees`, { assignees: ["author"] });
    await call("author", "DELETE", `${path}/assignees`, { assignees: ["author"] });
    await call("author", "PUT", `${path}/lock`, { lock_reason: "resolved" });
    await call("author", "DELETE", `${path}/lock`);
    const { body: milestone } = await call("author", "POST", "/repos/acme/rollout/milestones", { title: `m${issue.number}` });
    await call("author", "PATCH", path, { milestone: milestone.number });
    await call("author", "PATCH", path, { milestone: null });
    await call("author", "PATCH", path, { state: "closed" });
    await call("author", "PATCH", path, { state: "open" });
    await control("transfer-issue", { repo: "acme/rollout", number: issue.number, to: "acme/elsewhere", by: "author" });
    await control("delete-issue", { repo: "acme/rollout", number: (await newIssue()).number, by: "admin-user" });
  });
  const actions = names(seen).filter((name) => name.startsWith("issues-")).map((name) => name.slice(7)).sort();
  assert.deepEqual(actions, ["assigned", "assigned", "closed", "deleted", "demilestoned", "edited", "edited", "labeled", "labeled", "locked",
    "milestoned", "opened", "opened", "reopened", "transferred", "unassigned", "unlabeled", "unlocked"]);
  const edits = seen.filter(({ name }) => name === "issues-edited").map(({ payload }) => payload.changes);
  assert.deepEqual(edits.sort((a) => ("body" in a ? -1 : 1)), [{ body: { from: "- [ ] a" } }, { title: { from: "t" } }]);
});

test("comments come with what they replaced, and say which App wrote them", async () => {
  const issue = await newIssue();
  const token = await installationToken();
  const seen = await webhooksOf(async () => {
    const { body: comment } = await call(token, "POST", `${ISSUES}/${issue.number}/comments`, { body: "one" });
    await call(token, "PATCH", `${ISSUES}/comments/${comment.id}`, { body: "two" });
    await call(token, "DELETE", `${ISSUES}/comments/${comment.id}`);
  });
  assert.deepEqual(names(seen).sort(), ["issue-comment-created", "issue-comment-deleted", "issue-comment-edited"]);
  const edited = seen.find(({ name }) => name === "issue-comment-edited").payload;
  assert.deepEqual(edited.changes, { body: { from: "one" } });
  assert.equal(edited.comment.performed_via_github_app.id, 12345);
  assert.equal(edited.sender.type, "Bot");
});

test("installation and repository events are valid too", async () => {
  const installation = `/app/installations/${github.installation_id}`;
  const token = await installationToken();
  const seen = await webhooksOf(async () => {
    await call(jwt(), "PUT", `${installation}/suspended`);
    assert.equal((await call(token, "GET", "/repos/acme/rollout")).status, 403);
    await call("author", "POST", ISSUES, { title: "while suspended" });
    await call(jwt(), "DELETE", `${installation}/suspended`);
    await call("admin-user", "PATCH", "/repos/acme/elsewhere", { name: "renamed" });
  });
  assert.deepEqual(names(seen).sort(), ["installation-suspend", "installation-unsuspend", "repository-renamed"]);
  assert.equal(seen.at(-1).payload.changes.repository.name.from, "elsewhere");
  const moved = await call(token, "GET", "/repos/acme/elsewhere/labels?per_page=5");
  assert.equal(moved.status, 301);
  const { pathname, search, origin } = new URL(moved.headers.get("location"));
  assert.equal(origin, github.url);
  assert.match(pathname + search, /^\/repositories\/\d+\/labels\?per_page=5$/);
  assert.equal((await call(token, "GET", pathname)).status, 200);
});

test("roles are GitHub's words, and give what GitHub gives", async () => {
  const permission = async (login, repo = "rollout") => {
    const { status, body } = await call(await installationToken(), "GET", `/repos/acme/${repo}/collaborators/${login}/permission`);
    return status === 200 ? [body.permission, body.role_name] : status;
  };
  assert.deepEqual(await permission("author"), ["write", "write"]);
  assert.deepEqual(await permission("reviewer2"), ["write", "maintain"]);
  assert.deepEqual(await permission("stakeholder"), ["read", "read"]);
  assert.deepEqual(await permission("outsider"), ["read", "read"]);
  assert.deepEqual(await permission("outsider", "secret"), ["none", "none"]);
  assert.deepEqual(await permission("admin-user"), ["admin", "admin"]);
  assert.deepEqual(await permission("nobody-at-all"), 404);
  assert.equal((await call("outsider", "GET", "/repos/acme/secret")).status, 404);
  assert.equal((await call("author", "GET", "/repos/ACME/Rollout")).body.permissions.push, true);
  const { body } = await call(await installationToken(), "GET", "/orgs/acme/teams/release-managers/memberships/reviewer");
  assert.equal(body.state, "active");
});

test("who may not edit is refused", async () => {
  const { number } = await newIssue();
  assert.equal((await call("outsider", "PATCH", `${ISSUES}/${number}`, { body: "- [x] a" })).status, 403);
  assert.equal((await call("reviewer", "PATCH", `${ISSUES}/${number}`, { body: "- [x] a" })).status, 200);
  assert.equal((await call("outsider", "POST", `${ISSUES}/${number}/labels`, { labels: ["x"] })).status, 403);
  assert.equal((await call("outsider", "POST", `${ISSUES}/${number}/comments`, { body: "hello" })).status, 201);
  await call("author", "PUT", `${ISSUES}/${number}/lock`, {});
  assert.equal((await call("outsider", "POST", `${ISSUES}/${number}/comments`, { body: "hello" })).status, 403);
  assert.equal((await call("author", "PATCH", `${ISSUES}/${number}`, { body: "x".repeat(65_537) })).status, 422);
});

test("tokens: unknown, expired, of the App", async () => {
  assert.equal((await call("ghp_bogus", "GET", "/user")).status, 401);
  assert.equal((await call(jwt({ exp: 3600 }), "GET", "/app")).status, 401);
  assert.equal((await call(jwt({ iat: 600 }), "GET", "/app")).status, 401);
  assert.equal((await call(jwt({ exp: -10 }), "GET", "/app")).status, 401);
  const { body } = await call(jwt(), "GET", "/app");
  assert.equal(body.owner.login, "acme");
  const token = await installationToken();
  assert.equal((await call(token, "GET", "/installation/repositories")).body.total_count, 3);
  await control("expire-tokens");
  assert.equal((await call(token, "GET", "/repos/acme/rollout")).status, 401);
});

test("an issue that is gone says where to, and its number is not given again", async () => {
  const first = await newIssue();
  const second = await newIssue();
  await control("transfer-issue", { repo: "acme/rollout", number: first.number, to: "acme/secret", by: "author" });
  await control("delete-issue", { repo: "acme/rollout", number: second.number, by: "admin-user" });
  const moved = await call("author", "GET", `${ISSUES}/${first.number}`);
  assert.equal(moved.status, 301);
  assert.equal((await call("author", "GET", new URL(moved.headers.get("location")).pathname)).body.title, "t");
  assert.equal((await call("author", "GET", `${ISSUES}/${second.number}/comments`)).status, 410);
  assert.equal((await newIssue()).number, second.number + 1);
});

test("a comment can be pinned, and a refusal names the permission", async () => {
  const { number } = await newIssue();
  const { body: comment } = await call("author", "POST", `${ISSUES}/${number}/comments`, { body: "status" });
  const { status, body } = await call(await installationToken(), "PUT", `${ISSUES}/comments/${comment.id}/pin`);
  assert.deepEqual([status, body.pin.pinned_by.login], [200, "rollcall[bot]"]);
  const { body: narrow } = await call(jwt(), "POST", `/app/installations/${github.installation_id}/access_tokens`, { permissions: { contents: "read" } });
  const refused = await call(narrow.token, "POST", ISSUES, { title: "t" });
  assert.deepEqual([refused.status, refused.headers.get("x-accepted-github-permissions")], [403, "issues=write"]);
});

test("reactions are kept, once per person", async () => {
  const { number } = await newIssue();
  const token = await installationToken();
  const { body: comment } = await call("author", "POST", `${ISSUES}/${number}/comments`, { body: "/status" });
  const path = `${ISSUES}/comments/${comment.id}/reactions`;
  const first = await call(token, "POST", path, { content: "eyes" });
  assert.equal(first.status, 201);
  assert.equal((await call(token, "POST", path, { content: "eyes" })).status, 200);
  assert.equal((await call("reviewer", "POST", path, { content: "+1" })).status, 201);
  assert.equal((await call("author", "GET", `${ISSUES}/comments/${comment.id}`)).body.reactions.eyes, 1);
  assert.equal((await call("author", "GET", path)).body.length, 2);
  assert.equal((await call(token, "DELETE", `${path}/${first.body.id}`)).status, 204);
  assert.equal((await call("author", "GET", `${ISSUES}/comments/${comment.id}`)).body.reactions.eyes, 0);
  assert.equal((await call(token, "POST", `${ISSUES}/${number}/reactions`, { content: "rocket" })).status, 201);
  assert.equal((await call(token, "POST", path, { content: "thumbs" })).status, 422);
});

test("a delivery that failed is listed, and comes again under the same id", async () => {
  await control("drop-next");
  assert.deepEqual(await webhooksOf(() => newIssue()), []);
  const { body: failed } = await call(jwt(), "GET", "/app/hook/deliveries?per_page=1&status=failure");
  assert.deepEqual([failed.length, failed[0].status, failed[0].event, failed[0].action], [1, "failed to connect to host", "issues", "opened"]);
  assert.ok(!("payload" in failed[0]));
  const [again] = await webhooksOf(() => call(jwt(), "POST", `/app/hook/deliveries/${failed[0].id}/attempts`));
  assert.equal(again.headers["x-github-delivery"], failed[0].guid);
  const { body: newest } = await call(jwt(), "GET", "/app/hook/deliveries?per_page=1");
  assert.deepEqual([newest[0].guid, newest[0].redelivery, newest[0].status], [failed[0].guid, true, "OK"]);
  const { headers } = await call(jwt(), "GET", "/app/hook/deliveries?per_page=1");
  assert.match(headers.get("link"), /cursor=v1_\d+>; rel="next"/);
  answerWith = 503;
  await webhooksOf(() => newIssue());
  answerWith = 202;
  assert.equal((await call(jwt(), "GET", "/app/hook/deliveries?per_page=1")).body[0].status_code, 503);
  assert.equal((await call(await installationToken(), "GET", "/app/hook/deliveries")).status, 401);
});

test("webhooks can be lost, doubled, held back and turned round", async () => {
  await control("lose-next");
  assert.equal((await webhooksOf(() => newIssue())).length, 0);
  await control("duplicate-next");
  const twice = await webhooksOf(() => newIssue());
  assert.equal(new Set(twice.map(({ headers }) => headers["x-github-delivery"])).size, 1);
  assert.equal(twice.length, 2);
  const { number } = await newIssue();
  await control("hold");
  assert.equal((await webhooksOf(() => call("author", "PATCH", `${ISSUES}/${number}`, { state: "closed" }))).length, 0);
  const released = await webhooksOf(() => control("release", { reversed: true }));
  assert.deepEqual(names(released), ["issues-closed"]);
});

test("faults, conditional requests, and the record of what was asked", async () => {
  await control("fail-next", { method: "POST", path: "/issues$", status: 502, after: true });
  const count = async () => (await call("author", "GET", `${ISSUES}?per_page=100&state=all`)).body.length;
  const before = await count();
  assert.equal((await call("author", "POST", ISSUES, { title: "t" })).status, 502);
  assert.equal(await count(), before + 1);
  const first = await call("author", "GET", "/repos/acme/rollout");
  assert.doesNotMatch(JSON.stringify(first.body), /_at":"[^"]*\.\d+Z/);
  const second = await call("author", "GET", "/repos/acme/rollout", undefined, { "if-none-match": first.headers.get("etag") });
  assert.equal(second.status, 304);
  const { body: requests } = await call(null, "GET", "/_rollcall/requests");
  const { method, path, sender, status } = requests.at(-1);
  assert.deepEqual({ method, path, sender, status }, { method: "GET", path: "/repos/acme/rollout", sender: "author", status: 200 });
});
