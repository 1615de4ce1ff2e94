// The guided way from a new issue to a completed rollout, and the commands worth suggesting.
"use strict";

const PHASES = ["planning", "testing", "pre-deployment", "deployment", "post-deployment"];
const ENDS = ["completed", "rolled back", "cancelled"];

// What a view says, in small questions.
function facts(view) {
  const issue = view.issue;
  const checked = new Set(issue.items.filter((i) => i.checked).map((i) => i.id));
  const said = (login, start) => issue.comments.some((c) => c.author === login && c.text.startsWith(start));
  const obeyed = (start) => issue.comments.some((c) => c.text.startsWith(start) && c.reactions["+1"]);
  // The guide's own window: so many hours after the comment that set it.
  const set = issue.comments.filter((c) => c.reactions["+1"]).map((c) => [c.at, /^\/schedule in (\d+)h\b/.exec(c.text)]).filter(([, m]) => m).pop();
  const start = set ? Date.parse(set[0]) + Number(set[1][1]) * 3600000 : null;
  return { issue, checked, said, obeyed, hoursToWindow: start === null ? 26 : (start - Date.parse(view.now)) / 3600000, all: (...ids) => ids.every((id) => checked.has(id)),
    open: (...ids) => ids.filter((id) => !checked.has(id)), ended: ENDS.includes(issue.phase) };
}

const tick = (...items) => (f) => ({ act: "tick_items", items: f.open(...items) });
const say = (body) => () => ({ act: "comment", body });
const TESTS = ["environment-setup", "apply-updates", "automated-testing", "manual-testing", "performance-benchmarking", "security-assessment"];
const LAST = ["post-deployment-testing", "performance-monitoring", "issue-log", "feedback-loop"];

// Each step: who does what, how to tell that it is done, and the deed itself for those in a hurry.
const STEPS = [
  { as: "ada", text: "Rollcall turned Ada's request into a checklist and ticked 1.1, because purpose, components and benefits are there. As Ada, tick 1.2 and 1.3.",
    done: (f) => f.all("identify-requirements", "review-documentation"), deed: tick("identify-requirements", "review-documentation") },
  { as: "sam", text: "Sam is a stakeholder and can only read. Let Sam try a command anyway, and see how Rollcall says no.",
    done: (f) => f.said("sam", "/done"), deed: say("/done stakeholder-communication I was told at lunch") },
  { as: "ada", text: "Tick 1.4: the first announcement goes out. Watch Telegram and Mail.",
    done: (f) => f.all("stakeholder-communication"), deed: tick("stakeholder-communication") },
  { as: "ada", text: "Set the window: in 26 hours, two hours long, ten minutes of them down. The notice period is a day.",
    done: (f) => f.obeyed("/schedule"), deed: say("/schedule in 26h for 2h downtime 10m") },
  { as: "ada", text: "Tick 1.5, and the phase moves on to Testing. Tick its items too.",
    done: (f) => f.all("schedule-rollout", ...TESTS), deed: tick("schedule-rollout", ...TESTS) },
  { as: "ada", text: "Before production: tick backup, rollback plan and the stakeholder announcement, which tells everyone the window.",
    done: (f) => f.all("backup", "rollback-plan", "stakeholder-announcement"), deed: tick("backup", "rollback-plan", "stakeholder-announcement") },
  { as: "grace", text: "The final review needs two people, and Ada does not count: she opened the rollout. Grace approves first.",
    done: (f) => f.said("grace", "/approve-deploy"), deed: say("/approve-deploy reviewed the diff and the runbook") },
  { as: "linus", text: "Linus approves second. Rollcall ticks the Final Review box itself.",
    done: (f) => f.all("final-review"), deed: say("/approve-deploy") },
  { as: "ada", text: "The window is a day away, and /start-deploy would be refused. Move the sandbox clock into the window.",
    done: (f) => f.hoursToWindow <= 0 || f.obeyed("/start-deploy") || f.ended, deed: (f) => ({ skip: Math.ceil(f.hoursToWindow + 0.6) }) },
  { as: "ada", text: "Everything is signed, announced and due. Start the deployment.",
    done: (f) => f.obeyed("/start-deploy"), deed: say("/start-deploy") },
  { as: "ada", text: "Deploy and watch: tick the items of the Deployment phase. 4.3 tells the stakeholders how it went.",
    done: (f) => f.all("phased-rollout", "monitoring", "stakeholder-update"), deed: tick("phased-rollout", "monitoring", "stakeholder-update") },
  { as: "ada", text: "Afterwards: tick what is left. Rollcall writes the closing report, announces the end and closes the issue.",
    done: (f) => f.ended, deed: tick(...LAST) },
];

// Commands worth a click for this person now.
function suggestions(view, persona) {
  const f = facts(view);
  if (f.ended) return ["/status", "/feedback 5 smooth"];
  if (persona.rights === "read" || persona.rights === "public") {
    return ["/status", "/help", "/why final-review", "/log the price page was slow at 9:00", "/feedback 4 well announced"];
  }
  const phase = PHASES.indexOf(f.issue.phase);
  const list = ["/status"];
  if (f.issue.held) list.push("/resume");
  if (!f.checked.has("schedule-rollout")) list.push("/schedule in 26h for 2h downtime 10m");
  if (persona.login !== "ada" && !f.checked.has("final-review")) list.push("/approve-deploy", "/reject the runbook is out of date", "/withdraw");
  if (phase < 3 && !f.checked.has("final-review")) list.push("/why final-review", "/preview", "/evidence backup https://backups.acme.example/42");
  if (phase < 3 && f.checked.has("final-review") && !f.obeyed("/start-deploy")) list.push("/start-deploy", "/why");
  if (f.obeyed("/start-deploy")) list.push("/promote", "/rollback error rate doubled", "/announce half of the servers are done");
  if (persona.rights === "maintain") list.push("/skip performance-benchmarking nothing here is speed-critical");
  if (!f.issue.held) list.push("/hold waiting for the database team");
  return list;
}
