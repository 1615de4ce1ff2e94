// Cuts GitHub's OpenAPI description down to the requests Rollcall and its tests make, and repairs what Prism cannot read.
//
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
//   node trim.mjs package/generated/api.github.com.json > gh-requests.json
//
// The package is 385 MB when unpacked, so its cut is committed and not the dependency. Kept are requests only: emulate's
// answers are checked where they matter, by the tests, and with them Prism would answer 500 to GitHub's own examples.
import { readFileSync } from "node:fs";

const REPO = "/repos/{owner}/{repo}";
const EXACTLY = ["/meta", "/orgs/{org}", "/rate_limit", "/search/issues", "/user", "/users/{username}", "/users/{username}/installation", REPO];
const AND_BELOW = [
  "/app", "/app-manifests", "/installation",
  ...["installation", "members/{username}", "memberships", "teams"].map((name) => `/orgs/{org}/${name}`),
  ...["actions/runs", "actions/workflows", "assignees", "check-runs", "check-suites", "collaborators", "commits", "contents", "deployments",
    "dispatches", "environments", "git/ref", "installation", "issues", "labels", "milestones", "readme", "releases", "statuses",
  ].map((name) => `${REPO}/${name}`),
];
const NOT = /codespaces|copilot|secrets|variables|issue-field|suggestions/;

function kept(path) {
  return EXACTLY.includes(path) || (!NOT.test(path) && AND_BELOW.some((root) => path === root || path.startsWith(`${root}/`)));
}

/** `nullable` without a `type` stops the compilation of the whole schema, and Prism then checks nothing, silently. */
function repairNullable(schema) {
  if (schema.nullable !== true || schema.type) return;
  const nothing = { type: "string", nullable: true, maxLength: 0 };
  delete schema.nullable;
  const choice = ["oneOf", "anyOf"].find((key) => schema[key]);
  if (choice) schema[choice] = [...schema[choice], nothing];
  else if (schema.$ref || schema.allOf) {
    const inner = schema.$ref ? { $ref: schema.$ref } : { allOf: schema.allOf };
    delete schema.$ref;
    delete schema.allOf;
    schema.anyOf = [inner, nothing];
  } else if (schema.enum) Object.assign(schema, { type: "string", nullable: true });
}

/** Every object in the description, once. */
function* objects(value) {
  if (value === null || typeof value !== "object") return;
  yield value;
  for (const inner of Object.values(value)) yield* objects(inner);
}

/** Prism matches one segment for `{path}`, but clients send the slashes of a path as they are. */
function deeperPaths(paths, ending, name, depths) {
  const path = Object.keys(paths).find((each) => each.endsWith(ending));
  for (const depth of depths) {
    const operations = structuredClone(paths[path]);
    const extra = Array.from({ length: depth - 1 }, (_, i) => `${name}${i + 2}`);
    for (const operation of Object.values(operations)) {
      operation.operationId += `-${depth}`;
      operation.parameters.push(...extra.map((each) => ({ name: each, in: "path", required: true, schema: { type: "string" } })));
    }
    paths[path + extra.map((each) => `/{${each}}`).join("")] = operations;
  }
}

/** Where redirects from a former name lead: a repository by its number. GitHub answers there and does not describe it. */
function pathsByNumber(paths) {
  const below = new RegExp(`^${REPO.replace(/[{}]/g, "\\$&")}(/(collaborators|contents|issues|labels)(/.*)?)?$`);
  const number = { name: "repository_id", in: "path", required: true, schema: { type: "integer" } };
  const named = ["#/components/parameters/owner", "#/components/parameters/repo"];
  for (const [path, item] of Object.entries(paths).filter(([path]) => below.test(path))) {
    const operations = structuredClone(item);
    for (const operation of Object.values(operations)) {
      operation.operationId += "-by-number";
      operation.parameters = [number, ...operation.parameters.filter(({ $ref }) => !named.includes($ref))];
    }
    paths[path.replace(REPO, "/repositories/{repository_id}")] = operations;
  }
}

/** The names of the components that `roots` needs, with those that these need. */
function reachable(description, roots) {
  const found = new Set();
  const visit = (root) => {
    for (const { $ref } of objects(root)) {
      if (typeof $ref !== "string" || found.has($ref)) continue;
      found.add($ref);
      visit($ref.split("/").slice(1).reduce((at, key) => at[key], description));
    }
  };
  visit(roots);
  return found;
}

const description = JSON.parse(readFileSync(process.argv[2], "utf8"));
delete description["x-webhooks"];
const paths = Object.fromEntries(Object.entries(description.paths).filter(([path]) => kept(path)));
for (const operation of Object.values(paths).flatMap(Object.values)) {
  operation.responses = { default: { description: "any" } };
  for (const key of ["description", "summary", "externalDocs", "tags", "x-github"]) delete operation[key];
}
deeperPaths(paths, "/contents/{path}", "path", [2, 3, 4]);
deeperPaths(paths, "/git/ref/{ref}", "ref", [2, 3, 4]);
pathsByNumber(paths);
for (const schema of objects(description.components)) repairNullable(schema);
for (const schema of objects(paths)) repairNullable(schema);
for (const each of [...objects(paths), ...objects(description.components)]) {
  if (each.schema) delete each.examples;
  if (typeof each.type === "string" || each.schema) delete each.example;
}

const used = reachable(description, paths);
const components = {};
for (const [kind, entries] of Object.entries(description.components)) {
  const needed = Object.entries(entries).filter(([name]) => used.has(`#/components/${kind}/${name}`));
  if (needed.length) components[kind] = Object.fromEntries(needed);
}
const { openapi, info } = description;
process.stdout.write(JSON.stringify({ openapi, info, paths, components }) + "\n");
console.error(`${Object.keys(paths).length} paths, ${Object.values(paths).flatMap(Object.keys).length} operations`);
