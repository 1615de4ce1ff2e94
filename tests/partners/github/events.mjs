// From emulate's events to the payloads that GitHub sends to an App.

const ORGANIZATION = ["login", "id", "node_id", "url", "repos_url", "events_url", "hooks_url", "issues_url", "members_url", "public_members_url", "avatar_url", "description"];
const pick = (object, keys) => Object.fromEntries(keys.map((key) => [key, object[key]]));

export class Events {
  /** Old full names of repositories that are being renamed, by id. */
  renamed = new Map();

  constructor({ gh, webhooks, formats, baseUrl, formatInstallation }) {
    Object.assign(this, { gh, webhooks, formats, baseUrl, formatInstallation });
  }

  /** What emulate calls for every event; here, the App's only hook. */
  dispatch(event, action, payload) {
    const repo = this.gh.repos.get(payload.repository?.id);
    const installation = repo && this.#subscribed(event, repo);
    if (!installation) return;
    const complete = this.#complete(event, payload, repo, installation);
    this.webhooks.send(event, complete);
    if (event === "issues" && action === "opened") this.#openedWith(complete);
  }

  /** Sent to every App, subscribed or not, and while suspended. */
  installation(action, inst, sender, repositories) {
    this.webhooks.send("installation", {
      action, installation: this.formatInstallation(inst), sender: this.formats.formatUser(sender, this.baseUrl),
      repositories: repositories.map((repo) => pick(repo, ["id", "node_id", "name", "full_name", "private"])),
    });
  }

  #subscribed(event, repo) {
    const inst = this.gh.appInstallations.all().find((each) => each.account_id === repo.owner_id && each.account_type === repo.owner_type);
    if (!inst || inst.suspended_at) return undefined;
    if (inst.repository_selection === "selected" && !inst.repository_ids.includes(repo.id)) return undefined;
    return inst.events.includes("*") || inst.events.includes(event) ? inst : undefined;
  }

  #complete(event, payload, repo, inst) {
    const complete = { ...payload, installation: { id: inst.installation_id, node_id: this.formats.generateNodeId("Installation", inst.installation_id) } };
    if (repo.owner_type === "Organization") {
      complete.organization = pick({ description: null, ...complete.repository.owner }, ORGANIZATION);
      complete.repository = { ...complete.repository, custom_properties: {} };
    }
    if (payload.label) complete.label = this.#label(repo, payload.label);
    if (payload.milestone) complete.milestone = this.#milestone(repo, payload.milestone);
    const before = this.renamed.get(repo.id);
    if (event === "repository" && before && before !== repo.full_name) {
      this.renamed.delete(repo.id);
      return { ...complete, action: "renamed", changes: { repository: { name: { from: before.split("/")[1] } } } };
    }
    return complete;
  }

  #label(repo, label) {
    const row = this.gh.labels.findBy("repo_id", repo.id).find(({ name }) => name === label.name);
    return row ? this.formats.formatLabel(row, repo, this.baseUrl) : label;
  }

  #milestone(repo, milestone) {
    const row = this.gh.milestones.findBy("repo_id", repo.id).find(({ title }) => title === milestone.title);
    return row ? this.formats.formatMilestone(row, repo, this.gh, this.baseUrl) : milestone;
  }

  /** An issue opened with labels and assignees is followed by one event for each. */
  #openedWith(opened) {
    for (const label of opened.issue.labels) this.webhooks.send("issues", { ...opened, action: "labeled", label });
    for (const assignee of opened.issue.assignees) this.webhooks.send("issues", { ...opened, action: "assigned", assignee });
  }
}
