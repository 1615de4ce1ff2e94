// What GitHub refuses before it does anything, and emulate does not: a Response for a refusal, or nothing.
import { atLeast } from "./roles.mjs";

const LIMIT = 65_536; // characters in a body
const ISSUE = /^\/issues\/(\d+)(\/.*)?$/;
const COMMENT = /^\/issues\/comments\/(\d+)$/;

export function refuse(status, message, errors) {
  return Response.json({ message, ...(errors && { errors }), documentation_url: "https://docs.github.com/rest", status: String(status) }, { status });
}

const tooLong = (resource, field, limit) =>
  refuse(422, "Validation Failed", [{ resource, code: "custom", field, message: `${field} is too long (maximum is ${limit} characters)` }]);

export class Gate {
  constructor({ gh, tokens, findRepo, roleOf }) {
    Object.assign(this, { gh, tokens, findRepo, roleOf });
  }

  /** Who sends this request: { login?, user?, installation?, jwt? }, or a refusal. */
  authenticate(request) {
    const header = request.headers.get("authorization");
    if (!header) return {};
    const token = header.replace(/^(bearer|token)\s+/i, "").trim();
    if (token.startsWith("eyJ")) return badJwt(token) ?? { jwt: true };
    const known = this.tokens.get(token);
    if (!known) return refuse(401, "Bad credentials");
    if (!known.installation) return { login: known.login, user: this.gh.users.findOneBy("login", known.login) };
    const inst = this.gh.appInstallations.all().find((each) => each.installation_id === known.installation.installationId);
    if (!inst) return refuse(401, "Bad credentials");
    if (inst.suspended_at) return refuse(403, "This installation has been suspended");
    return { login: `installation ${inst.installation_id}`, installation: inst };
  }

  /** A refusal, or nothing. `body` is the JSON of the request, if any. */
  check(request, who, body) {
    const [, name, rest = ""] = new URL(request.url).pathname.match(/^\/repos\/([^/]+\/[^/]+)(\/.*)?$/) ?? [];
    const repo = name && this.findRepo(name);
    if (!repo) return undefined;
    if (rest.startsWith("/issues") && !repo.has_issues) return refuse(410, "Issues has been disabled in this repository.");
    if (request.method === "GET") return undefined;
    if (repo.archived && rest) return refuse(403, "Repository was archived so is read-only.");
    const resource = rest.includes("/comments") ? "IssueComment" : "Issue";
    if (typeof body.body === "string" && [...body.body].length > LIMIT) return tooLong(resource, "body", LIMIT);
    if (typeof body.title === "string" && [...body.title].length > 256) return tooLong(resource, "title", 256);
    return who.user ? this.#person(request, who.user, repo, rest, body) : undefined;
  }

  #person(request, user, repo, path, body) {
    const role = this.roleOf(user, repo);
    const may = (wanted) => atLeast(role, wanted);
    const [, number, part = ""] = path.match(ISSUE) ?? [];
    const issue = number && this.gh.issues.findBy("repo_id", repo.id).find((each) => each.number === Number(number));
    const denied = refuse(403, "Must have admin rights to Repository.");
    if (issue && !part && request.method === "PATCH") {
      if (!may("triage") && issue.user_id !== user.id) return denied;
      if (("body" in body || "title" in body) && !may("write") && issue.user_id !== user.id) return denied;
    }
    if (issue && part === "/comments" && issue.locked && !may("write")) return refuse(403, "Unable to create comment because issue is locked.");
    if (issue && /^\/(labels|assignees|lock)/.test(part) && !may("triage")) return denied;
    const comment = COMMENT.test(path) && this.gh.comments.get(Number(path.match(COMMENT)[1]));
    if (comment && comment.user_id !== user.id && !may("write")) return denied;
    if (path.startsWith("/labels") && !may("write")) return denied;
    return undefined;
  }
}

/** An App's token may live for ten minutes, and may not come from the future. emulate checks the signature. */
function badJwt(token) {
  const { exp, iat } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || "{}");
  const now = Date.now() / 1000;
  if (!(exp - now < 605)) return refuse(401, "'Expiration time' claim ('exp') is too far in the future");
  if (!(iat <= now + 5)) return refuse(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  return undefined;
}

/** `X-Accepted-GitHub-Permissions`: what an App that was refused would have needed. */
export function neededFor(request) {
  const [, resource = "metadata"] = new URL(request.url).pathname.match(/^\/repos\/[^/]+\/[^/]+\/([^/]+)/) ?? [];
  const permission = { labels: "issues", "check-runs": "checks" }[resource] ?? resource;
  return `${permission}=${request.method === "GET" ? "read" : "write"}`;
}
