// The accounts and repositories that the tests begin with, from a short description of them.
import { generateKeyPairSync } from "node:crypto";

const PERMISSIONS = { actions: "read", checks: "write", contents: "read", deployments: "write", issues: "write", members: "read", metadata: "read" };

const DEFAULTS = {
  port: 0,
  /** A file: Prism then stands before emulate and writes its log there. */
  prism_log: null,
  webhook_url: "http://127.0.0.1:1/webhook",
  webhook_secret: "a secret for tests only",
  app_id: 12345,
  slug: "rollcall",
  permissions: PERMISSIONS,
  events: ["*"],
  installation_id: 777,
  org: "acme",
  /** login: role in every repository of the organisation; `none` is a stranger. A person's token is `token-LOGIN`. */
  people: { author: "write", reviewer: "write", reviewer2: "maintain", stakeholder: "read", outsider: "none", "admin-user": "admin" },
  /** slug: logins */
  teams: { "release-managers": ["reviewer", "reviewer2"] },
  /** name, or {name, private} */
  repos: ["rollout", "elsewhere", { name: "secret", private: true }],
};

export function describe(config) {
  const privateKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
  const world = { ...DEFAULTS, ...config };
  world.private_key ??= privateKey();
  world.repos = world.repos.map((repo) => (typeof repo === "string" ? { name: repo } : repo));
  return world;
}

/** The part that emulate's own seed can say. */
export function seed({ people, org, repos, app_id, slug, private_key, permissions, events, webhook_url, webhook_secret, installation_id }) {
  const logins = Object.keys(people);
  const members = logins.filter((login) => people[login] !== "none").map((login) => ({ login, role: people[login] === "admin" ? "admin" : "member" }));
  return {
    tokens: Object.fromEntries(logins.map((login) => [`token-${login}`, { login }])),
    github: {
      users: logins.map((login) => ({ login })),
      orgs: [{ login: org, members }],
      repos: repos.map((repo) => ({ owner: org, auto_init: true, ...repo })),
      apps: [{
        app_id, slug, name: slug[0].toUpperCase() + slug.slice(1), private_key, permissions, events, webhook_url, webhook_secret,
        installations: [{ installation_id, account: org, repository_selection: "all" }],
      }],
    },
  };
}

/** The numbers of accounts, issues and comments are their own on GitHub, and beyond 32 bits where GitHub's are. */
export function spreadIds(gh) {
  const first = { users: 1_001, orgs: 90_001, teams: 4_001, repos: 700_001, labels: 8_000_000_001, issues: 3_000_000_001, comments: 5_000_000_001, milestones: 12_001 };
  for (const [name, id] of Object.entries(first)) gh[name].autoId = id;
}

/** Roles and teams, which emulate's seed cannot say. */
export function grantRoles(gh, { people, teams, org }) {
  const { id: orgId } = gh.orgs.findOneBy("login", org);
  const repos = gh.repos.all().filter((repo) => repo.owner_id === orgId);
  for (const [login, permission] of Object.entries(people)) {
    const user = gh.users.findOneBy("login", login);
    for (const repo of permission === "none" ? [] : repos) gh.collaborators.insert({ repo_id: repo.id, user_id: user.id, permission });
  }
  for (const [slug, logins] of Object.entries(teams)) {
    const team = gh.teams.insert({
      org_id: orgId, slug, name: slug, node_id: `T_${slug}`, description: null, privacy: "closed", permission: "pull", parent_id: null,
      members_count: logins.length, repos_count: repos.length,
    });
    for (const login of logins) gh.teamMembers.insert({ team_id: team.id, user_id: gh.users.findOneBy("login", login).id, role: "member" });
    for (const repo of repos) gh.teamRepos.insert({ team_id: team.id, repo_id: repo.id });
  }
}
