// Who may do what in a repository: https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories

const ROLES = ["none", "read", "triage", "write", "maintain", "admin"];

/** The names emulate keeps, beside GitHub's. */
const rank = (name) => ROLES.indexOf({ pull: "read", push: "write" }[name] ?? name ?? "none");

/** The role of a person (or of a bot's account) in a repository: the highest of all grants. */
export function roleOf(gh, user, repo) {
  if (!user) return repo.private ? "none" : "read";
  if (user.id === repo.owner_id && repo.owner_type === "User") return "admin";
  const grants = [repo.private ? "none" : "read"];
  grants.push(...gh.collaborators.findBy("repo_id", repo.id).filter((row) => row.user_id === user.id).map((row) => row.permission));
  for (const membership of gh.teamMembers.findBy("user_id", user.id)) {
    const team = gh.teams.get(membership.team_id);
    if (repo.owner_type !== "Organization" || team?.org_id !== repo.owner_id) continue;
    if (team.slug === "members") {
      grants.push(membership.role === "maintainer" ? "admin" : gh.orgs.get(team.org_id).default_repository_permission);
    } else if (gh.teamRepos.findBy("team_id", team.id).some((row) => row.repo_id === repo.id)) {
      grants.push(team.permission);
    }
  }
  return ROLES[Math.max(...grants.map(rank))];
}

export const atLeast = (role, wanted) => rank(role) >= rank(wanted);

/** `permission` as GitHub maps it: maintain counts as write, triage as read. */
export const basePermission = (role) => ({ maintain: "write", triage: "read" })[role] ?? role;

export function permissionsOf(role) {
  return Object.fromEntries(["admin", "maintain", "push", "triage", "pull"].map((name) => [name, rank(role) >= rank(name)]));
}
