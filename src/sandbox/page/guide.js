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
  const says = (c, start) => c.author.endsWith("[bot]") && c.text.includes(start);
  // Whose last word is an approval, and of what would be deployed now.
  const approves = (login) => {
    const word = issue.comments.findLastIndex((c) => c.author === login && c.reactions["+1"] && /^\/(approve-deploy|reject|withdraw)\b/.test(c.text));
    return word > issue.comments.findLastIndex((c) => says(c, "What was approved has changed")) && issue.comments[word].text.startsWith("/approve-deploy");
  };
  const asked = issue.status && /\*\*Asked for\*\* by `([^`]+)`/.exec(issue.status.text);
  const opener = issue.author.endsWith("[bot]") ? (asked ? asked[1] : "ada") : issue.author;
  const opened = issue.comments.map((c) => says(c, "the rollout is #") && /the rollout is #(\d+)/.exec(c.text)).filter(Boolean).pop();
  return { issue, checked, said, approves, opener, reviewers: ["grace", "linus", "ada"].filter((login) => login !== opener), blank: BLANK.test(issue.source),
    missing: !issue.items.length, heard: issue.comments.some((c) => says(c, "")), successor: opened ? Number(opened[1]) : null, obeyed, windowed: start !== null, hoursToWindow: start === null ? 26 : (start - Date.parse(view.now)) / 3600000, all: (...ids) => ids.every((id) => checked.has(id)),
    open: (...ids) => ids.filter((id) => !checked.has(id)), ended: ENDS.includes(issue.phase) };
}

// A field that has to be filled in before 1.1 can be ticked.
const BLANK = /(### (?:Purpose|Benefits)\s+(?:<!--[^>]*-->\s+)?)_to be filled in_/;
const named = (login) => login[0].toUpperCase() + login.slice(1);
const of = (part, f) => typeof part === "function" ? part(f) : part;
const fill = ({ issue }) => ({ act: "edit", was: issue.source, title: issue.title,
  body: issue.source.replace(new RegExp(BLANK, "g"), "$1Nobody should have to wait for this update.") });
const SCHEDULE = "/schedule in 26h for 2h downtime 10m";
const tick = (...items) => (f) => ({ act: "tick_items", items: f.open(...items) });
const say = (body) => () => ({ act: "comment", body });
const TESTS = ["environment-setup", "apply-updates", "automated-testing", "manual-testing", "performance-benchmarking", "security-assessment"];
const LAST = ["post-deployment-testing", "performance-monitoring", "issue-log", "feedback-loop"];

// Each step: who does what, how to tell that it is done, and the deed itself for those in a hurry.
const STEPS = [
  { as: "ada", text: (f) => f.blank ? "1.1 stays open until purpose and benefits are filled in. As Ada, press Edit above the checklist, write them where “to be filled in” stands, and save."
    : `Rollcall turned ${named(f.opener)}'s request into a checklist and ticked 1.1, because purpose, components and benefits are there. As Ada, tick 1.2 and 1.3.`,
    done: (f) => !f.blank && f.all("identify-requirements", "review-documentation"), deed: (f) => f.blank ? fill(f) : tick("identify-requirements", "review-documentation")(f) },
  { as: "sam", text: "Sam is a stakeholder and can only read. Let Sam try a command anyway, and see how Rollcall says no.",
    done: (f) => f.said("sam", "/done"), deed: say("/done stakeholder-communication I was told at lunch") },
  { as: "ada", text: "Tick 1.4: the first announcement goes out. Watch Telegram and Mail.",
    done: (f) => f.all("stakeholder-communication"), deed: tick("stakeholder-communication") },
  { as: "ada", text: "Set the window: in 26 hours, two hours long, ten minutes of them down. The notice period is a day.",
    done: (f) => f.obeyed("/schedule"), deed: say(SCHEDULE) },
  { as: "ada", text: "With the window, Rollcall ticked 1.5 itself, and the phase moved on to Testing. Tick its items.",
    done: (f) => f.all("schedule-rollout", ...TESTS), deed: tick("schedule-rollout", ...TESTS) },
  { as: "ada", text: "Before production: tick backup, rollback plan and the stakeholder announcement, which tells everyone the window.",
    done: (f) => f.all("backup", "rollback-plan", "stakeholder-announcement"), deed: tick("backup", "rollback-plan", "stakeholder-announcement") },
  { as: (f) => f.reviewers[0], text: (f) => `The final review needs two people, and ${named(f.opener)}, who asked for the rollout, does not count. ${named(f.reviewers[0])} approves first.`,
    done: (f) => f.all("final-review") || f.approves(f.reviewers[0]), deed: say("/approve-deploy reviewed the diff and the runbook") },
  { as: (f) => f.reviewers[1], text: (f) => `${named(f.reviewers[1])} approves second. Rollcall ticks the Final Review box itself.`,
    done: (f) => f.all("final-review"), deed: say("/approve-deploy") },
  { as: "ada", text: "The window is a day away, and /start-deploy would be refused. Move the sandbox clock into the window.",
    done: (f) => f.hoursToWindow <= 0 || f.obeyed("/start-deploy") || f.ended, deed: (f) => ({ skip: Math.ceil(f.hoursToWindow + 0.6) }) },
  { as: "ada", text: (f) => f.hoursToWindow <= -2 ? "The window is over. Set a new one: it has to be announced and approved anew." : "Everything is signed, announced and due. Start the deployment.",
    done: (f) => f.obeyed("/start-deploy"), deed: (f) => say(f.hoursToWindow <= -2 ? SCHEDULE : "/start-deploy")() },
  { as: "ada", text: "Deploy and watch: tick the items of the Deployment phase. 4.3 tells the stakeholders how it went.",
    done: (f) => f.all("phased-rollout", "monitoring", "stakeholder-update"), deed: tick("phased-rollout", "monitoring", "stakeholder-update") },
  { as: "ada", text: "Afterwards: tick what is left. Rollcall writes the closing report, announces the end and closes the issue.",
    done: (f) => f.ended, deed: tick(...LAST) },
];

// Commands worth a click for this person now.
function suggestions(view, persona) {
  const f = facts(view);
  const writes = persona.rights !== "read" && persona.rights !== "public";
  if (f.missing) return writes ? ["/rollout", "/rollout search 2.0.1..2.1.0 because security", "/help"] : ["/help"];
  if (f.ended) return ["/status", "/feedback 5 smooth", ...(writes ? ["/rollout search 2.0.1..2.1.0 because security"] : [])];
  if (!writes) return ["/status", "/help", "/why final-review", "/log the price page was slow at 9:00", "/feedback 4 well announced"];
  return ["/status", ...(f.issue.held ? ["/resume"] : []), ...(f.obeyed("/start-deploy") ? underWay() : before(f, persona)),
    ...(persona.rights === "maintain" && !f.checked.has("performance-benchmarking") ? ["/skip performance-benchmarking nothing here is speed-critical"] : []),
    ...(f.issue.held ? [] : ["/hold waiting for the database team"])];
}

const underWay = () => ["/promote", "/rollback error rate doubled", "/announce half of the servers are done"];

function before(f, persona) {
  const list = [];
  if (!f.checked.has("schedule-rollout") || f.hoursToWindow <= -2) list.push(SCHEDULE);
  const due = !f.windowed || (f.hoursToWindow <= 0 && f.hoursToWindow > -2);
  if (f.checked.has("final-review")) return [...list, due ? "/start-deploy" : "/simulate /start-deploy", "/why"];
  if (persona.login !== f.opener) list.push(...(f.approves(persona.login) ? ["/withdraw"] : ["/approve-deploy", "/reject the runbook is out of date"]));
  return [...list, "/why final-review", "/preview", "/evidence backup https://backups.acme.example/42"];
}
