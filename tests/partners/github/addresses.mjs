// Where things are found: repositories by number and by former names, issues that went elsewhere.
import { refuse } from "./gate.mjs";

export class Addresses {
  /** Former full names of repositories, in lower case, with their ids. */
  #former = new Map();
  /** `REPOSITORY-ID/NUMBER` of issues that are gone: the row of the issue in its new place, or null when it was deleted. */
  #departed = new Map();

  constructor({ gh, origin, findRepo }) {
    Object.assign(this, { gh, origin, findRepo });
  }

  renamed(repo, formerName) {
    this.#former.set(formerName.toLowerCase(), repo.id);
  }

  departed(repo, number, row = null) {
    this.#departed.set(`${repo.id}/${number}`, row);
  }

  /** The highest number of an issue that is gone. */
  lastGone(repoId) {
    const numbers = [...this.#departed.keys()].map((key) => key.split("/").map(Number)).filter(([id]) => id === repoId);
    return Math.max(0, ...numbers.map(([, number]) => number));
  }

  /** The request as emulate understands it, or a redirect, or a refusal. */
  resolve(request) {
    const url = new URL(request.url);
    const [, id, below = ""] = url.pathname.match(/^\/repositories\/(\d+)(\/.*)?$/) ?? [];
    if (id) {
      const repo = this.gh.repos.get(Number(id));
      if (!repo) return refuse(404, "Not Found");
      url.pathname = `/repos/${repo.full_name}${below}`;
      return this.resolve(new Request(url, request));
    }
    const [, name, rest = ""] = url.pathname.match(/^\/repos\/([^/]+\/[^/]+)(\/.*)?$/) ?? [];
    if (!name) return request;
    const repo = this.findRepo(name);
    const formerly = this.#former.get(name.toLowerCase());
    if (!repo) return formerly ? this.#redirect(request, `/repositories/${formerly}${rest}${url.search}`) : request;
    const [, number] = rest.match(/^\/issues\/(\d+)(\/|$)/) ?? [];
    const gone = this.#departed.get(`${repo.id}/${number}`);
    if (gone === undefined) return request;
    return gone ? this.#redirect(request, `/repositories/${gone.repo_id}/issues/${gone.number}`) : refuse(410, "This issue was deleted");
  }

  #redirect(request, path) {
    const location = this.origin + path;
    const status = request.method === "GET" ? 301 : 307;
    return Response.json({ message: "Moved Permanently", url: location }, { status, headers: { location } });
  }
}
