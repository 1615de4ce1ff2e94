// Holds the cut of GitHub's description to its purpose: Prism can read all of it, and refuses what GitHub refuses.
//   node --test prism.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { createRequire } from "node:module";
import Ajv from "ajv";

const { getHttpOperationsFromSpec } = createRequire(import.meta.url)("@stoplight/prism-cli/dist/operations.js");
const folder = mkdtempSync(join(tmpdir(), "rollcall-prism-"));
const log = join(folder, "log");
let child, github;

before(async () => {
  child = spawn(process.execPath, ["github.mjs", JSON.stringify({ prism_log: log })], { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    github = JSON.parse(line);
    break;
  }
});

after(() => {
  child.stdin.end();
  rmSync(folder, { recursive: true });
});

async function call(method, path, body) {
  const headers = { authorization: "Bearer token-author", "content-type": "application/json" };
  const response = await fetch(github.url + path, { method, headers, body: body && JSON.stringify(body) });
  return response.status;
}

test("every schema of a request compiles: Prism checks nothing, in silence, where one does not", async () => {
  const operations = await getHttpOperationsFromSpec(join(import.meta.dirname, "gh-requests.json"));
  const ajv = new Ajv({ strict: false, allowUnionTypes: true, validateFormats: false });
  let bodies = 0;
  for (const { method, path, request = {}, __bundled__ } of operations) {
    for (const { schema } of request.body?.contents ?? []) {
      assert.doesNotThrow(() => ajv.compile({ ...schema, $schema: undefined, __bundled__ }), `${method} ${path}`);
      bodies += 1;
    }
  }
  assert.ok(bodies > 60, `${bodies} bodies`);
});

test("what GitHub describes passes", async () => {
  const repo = "/repos/acme/rollout";
  assert.equal(await call("POST", `${repo}/issues`, { title: "t", labels: ["a"], milestone: null }), 201);
  assert.equal(await call("PATCH", `${repo}/issues/1`, { state: "closed", state_reason: "completed" }), 200);
  assert.equal(await call("POST", `${repo}/issues/1/comments`, { body: "b" }), 201);
  assert.equal(await call("POST", `${repo}/issues/1/reactions`, { content: "eyes" }), 201);
  assert.equal(await call("DELETE", `${repo}/issues/1/labels/a`), 200);
  assert.equal(await call("GET", `${repo}/contents/README.md?ref=main`), 200);
  assert.equal(await call("GET", `${repo}/contents/.github/ISSUE_TEMPLATE/rollout.yml`), 404);
  assert.equal(await call("GET", "/repositories/700001/issues/1"), 200);
  assert.doesNotMatch(readFileSync(log, "utf8"), /✖/);
});

test("what GitHub does not describe is refused and noted", async () => {
  const repo = "/repos/acme/rollout";
  const mistakes = [
    ["POST", `${repo}/issues`, { body: "no title" }, 422],
    ["POST", `${repo}/issues`, { title: "t", labels: "a" }, 422],
    ["PATCH", `${repo}/issues/1`, { state: "done" }, 422],
    ["POST", `${repo}/issues/1/comments`, { text: "b" }, 422],
    ["POST", `${repo}/issues/1/reactions`, { content: "thumbs" }, 422],
    ["GET", `${repo}/issues?per_page=abc`, undefined, 422],
    ["POST", `${repo}/issues/comments/1`, { body: "b" }, 405],
    ["GET", "/nothing", undefined, 404],
  ];
  for (const [method, path, body, status] of mistakes) assert.equal(await call(method, path, body), status, `${method} ${path}`);
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end(); // the log is complete when Prism has stopped
  await end;
  assert.equal(readFileSync(log, "utf8").split("✖").length - 1, mistakes.length);
});
