// Where emulate departs from GitHub in what a rollout bot sees, its source is corrected while Node loads it.
//
// Each correction is [why, the words in emulate's source, the words instead]. A correction whose words are not there exactly
// once stops the start: emulate has changed, and so must this list. `partner` is what `github.mjs` puts into `globalThis`.

const API = [
  ["an unknown token is nobody, not the first person", "if (!user && fallbackUser && token.length > 0) {", "if (false) {"],
  ["a connection that waits is not closed in the moment it is used again", 'server.listen(port, options.hostname ?? "127.0.0.1");\n  return server;',
    'server.keepAliveTimeout = 600_000;\n  server.listen(port, options.hostname ?? "127.0.0.1");\n  return server;'],
];

const INTERNALS = "formatUser, formatOrgBrief, formatRepo, formatIssue, formatComment, formatLabel, formatMilestone, generateNodeId, getNextIssueNumber, installationActor";

const GITHUB = [
  [
    "webhooks go through `webhooks.mjs`, and what emulate lacks through `routes.mjs`",
    "const ctx = { app, store, webhooks, baseUrl, tokenMap };",
    `const ctx = { app, store, webhooks, baseUrl, tokenMap };\n    partner.extend(ctx, gh, { ${INTERNALS} });`,
  ],
  [
    "organisations are accounts and have all of an account's addresses",
    "function formatOrgBrief(org, baseUrl) {\n  return {",
    'function formatOrgBrief(org, baseUrl) {\n  return {\n    gravatar_id: "",\n    ...userUrl(baseUrl, org.login),',
  ],
  ["roles, instead of every member an administrator", "function computeRepoPermissions(store, repo, authUserId) {",
    "function computeRepoPermissions(store, repo, authUserId) {\n  return partner.permissions(store.users.get(authUserId), repo);"],
  ["as above", "function hasRepoAdmin(gh, user, repo) {", 'function hasRepoAdmin(gh, user, repo) {\n  return partner.may(user, repo, "admin");'],
  ["as above", "function hasRepoContentsWrite(gh, user, repo) {",
    'function hasRepoContentsWrite(gh, user, repo) {\n  return partner.may(user, repo, "write");'],
  ["as above", 'if (repo.owner_type === "Organization" && isOrgMember(gh, user.id, repo.owner_id)) return true;\n  return Boolean(',
    'return partner.may(user, repo, "read");\n  return Boolean('],
  ["a private repository does not exist for strangers", "if (canAccessRepo(gh, authUser, repo)) return;",
    "if (canAccessRepo(gh, authUser, repo)) return;\n  throw notFound();"],
  ["as above", "if (!canAccessRepoWithPermission(gh, authUser, repo, accepted, required)) {",
    'if (!canAccessRepoWithPermission(gh, authUser, repo, accepted, required)) {\n    if (!canAccessRepo(gh, authUser, repo)) throw notFound();\n    if (authUser?.installation) throw new ApiError(403, "Resource not accessible by integration");'],
  ["names of repositories know no case", "function lookupRepo(store, owner, repoName) {",
    "function lookupRepo(store, owner, repoName) {\n  return partner.findRepo(`${owner}/${repoName}`);"],
  ["the number of an issue that is gone is not given again", "return Math.max(maxIssue, maxPr) + 1;",
    "return Math.max(maxIssue, maxPr, partner.lastGone(repoId)) + 1;"],
  ["an edit says what it replaced", "changes: {\n            title: titleEdited,\n            body: bodyEdited\n          }",
    "changes: {\n            ...titleEdited && { title: { from: beforePatch.title } },\n            ...bodyEdited && { body: { from: beforePatch.body ?? \"\" } }\n          }"],
  ["as above", "comment = gh.comments.update(comment.id, { body: body.body });\n    const issue = comment.issue_number",
    "const from = comment.body;\n    comment = gh.comments.update(comment.id, { body: body.body });\n    const issue = comment.issue_number"],
  ["as above", 'action: "edited",\n        comment: commentFmt,\n        issue: issueFmt,',
    'action: "edited",\n        changes: { body: { from } },\n        comment: commentFmt,\n        issue: issueFmt,'],
  ["reactions are kept", "function defaultReactions(url) {", "function defaultReactions(url) {\n  return partner.reactionsOf(url);"],
  ["issues of an App name it", "timeline_url: `${repoUrl}/issues/${issue.number}/timeline`,\n    performed_via_github_app: null,",
    "timeline_url: `${repoUrl}/issues/${issue.number}/timeline`,\n    performed_via_github_app: partner.appBehind(user),"],
  ["comments of an App name it", "reactions: defaultReactions(`${repoUrl}/issues/comments/${comment.id}`),\n      performed_via_github_app: null",
    "reactions: defaultReactions(`${repoUrl}/issues/comments/${comment.id}`),\n      performed_via_github_app: partner.appBehind(user)"],
  ["installations are complete", "function formatInstallation(inst, ghApp, baseUrl2) {",
    "function formatInstallation(inst, ghApp, baseUrl2) {\n    return partner.formatInstallation(inst);"],
];

const FILES = { "/emulate/dist/api.js": API, "/emulate/dist/dist-DWLNEG6M.js": GITHUB };

function correct(source, corrections, file) {
  for (const [why, found, put] of corrections) {
    const times = source.split(found).length - 1;
    if (times !== 1) throw new Error(`${file}: expected once, found ${times} times, for "${why}":\n${found}`);
    source = source.replace(found, () => put);
  }
  return source;
}

/** Node's module hook: https://nodejs.org/api/module.html#loadurl-context-nextload */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const file = Object.keys(FILES).find((name) => url.endsWith(name));
  if (!file) return loaded;
  return { ...loaded, source: correct(String(loaded.source), FILES[file], file) };
}
