// The sandbox page: shows the view, sends deeds, listens for changes.
"use strict";

const $ = (id) => document.getElementById(id);
let view = null;
let login = sessionStorage.getItem("login") || "ada";
let wanted = Number(new URLSearchParams(location.search).get("issue")) || null;
let shown = {}; // last HTML by element, so that unchanged parts keep focus and selection
let loading = false;
let again = false;

const REACTIONS = { "+1": "👍", "-1": "👎", laugh: "😄", confused: "😕", heart: "❤️", hooray: "🎉", eyes: "👀", rocket: "🚀" };

function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children.filter((c) => c !== null && c !== undefined));
  return made;
}

function put(id, key, fill) {
  const text = JSON.stringify(key);
  if (shown[id] === text) return false;
  const first = !(id in shown);
  shown[id] = text;
  fill($(id), first);
  return true;
}

function time(text) {
  const at = new Date(text);
  const day = at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const hour = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  return `${day} ${hour} UTC`;
}

function toast(text, bad) {
  const made = element("p", { className: bad ? "toast bad" : "toast", textContent: text });
  pop(made);
}

// At most two at a time, for six seconds.
function pop(made) {
  $("toasts").append(made);
  if ($("toasts").childElementCount > 2) $("toasts").firstElementChild.remove();
  setTimeout(() => made.remove(), 6000);
}

async function send(path, body, complain = (words) => toast(words, true)) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const json = await answer.json().catch(() => ({}));
    if (!answer.ok) complain(`GitHub says ${answer.status}: ${json.message || "no"} (as ${body.login})`);
    await load();
    return answer.ok ? json : null;
  } catch {
    complain("The sandbox does not answer. Is it still running?");
    return null;
  }
}

const act = (deed, complain) => send("/sandbox/act", { login, issue: view.issue.number, ...deed }, complain);
const skip = (hours) => send("/sandbox/clock", { hours });
const persona = () => view.personas.find((p) => p.login === login) || view.personas[0];
const mayEdit = () => ["write", "maintain"].includes(persona().rights) || view.issue.author === login;

function go(number) {
  wanted = number;
  history.replaceState(null, "", `/?issue=${number}`);
  return load();
}

async function load() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    do {
      again = false;
      const answer = await fetch("/sandbox/view" + (wanted ? `?issue=${wanted}` : ""));
      if (answer.ok) { view = await answer.json(); wanted ||= view.issue && view.issue.number; show(); }
    } while (again);
  } catch {
    toast("The sandbox does not answer. Is it still running?", true);
  } finally {
    loading = false;
  }
}

function show() {
  put("now", view.now.slice(0, 16), (e) => { e.dateTime = view.now; e.textContent = time(view.now); });
  put("issues", [view.issues, view.issue && view.issue.number], showIssues);
  put("personas", [view.personas, login], showPersonas);
  showTelegram();
  showMails();
  if (!view.issue) return;
  put("phases", [view.issue.number, view.issue.phases, view.issue.phase, view.issue.held], showPhases);
  showIssue();
  showGuide();
}

function showIssues(select) {
  select.replaceChildren(...view.issues.map((i) => element("option", { value: i.number, selected: view.issue && i.number === view.issue.number,
    textContent: `#${i.number} ${i.title}${i.open ? "" : " (closed)"}` })));
}

function showPersonas(fieldset) {
  fieldset.replaceChildren(fieldset.querySelector("legend"), ...view.personas.map((p) => {
    const radio = element("input", { type: "radio", name: "persona", value: p.login, checked: p.login === login });
    radio.addEventListener("change", () => { become(p.login); });
    return element("label", {}, radio, avatar(p.login), element("span", {}, element("b", { textContent: p.login }),
      element("small", { textContent: `${p.part}, ${p.rights === "public" ? "no role" : p.rights}` })));
  }));
}

function become(name) {
  login = name;
  sessionStorage.setItem("login", name);
  const focused = document.activeElement && document.activeElement.name === "persona";
  show();
  if (focused) document.querySelector(`input[name=persona][value="${name}"]`).focus();
}

function avatar(name) {
  const bot = name.endsWith("[bot]");
  return element("span", { className: `avatar ${bot ? "bot" : "a-" + name}`, textContent: bot ? "✓" : name[0].toUpperCase(), ariaHidden: "true" });
}

function showPhases(list) {
  const issue = view.issue;
  list.hidden = !issue.items.length;
  const now = PHASES.indexOf(issue.phase);
  const ended = ENDS.includes(issue.phase);
  list.replaceChildren(...issue.phases.map((phase, n) => {
    const state = issue.phase === "completed" || n < now ? "done" : n === now ? "now" : "later";
    const item = element("li", { className: state }, element("b", { textContent: phase.name }), element("span", { textContent: `${phase.done} of ${phase.of}` }));
    const bar = element("i", { ariaHidden: "true" });
    bar.style.setProperty("--part", phase.of ? phase.done / phase.of : 0);
    item.append(bar);
    if (state === "now") item.setAttribute("aria-current", "step");
    return item;
  }));
  if (ended || issue.held) list.append(element("li", { className: `end ${issue.held && !ended ? "held" : issue.phase.replace(" ", "-")}`,
    textContent: issue.held && !ended ? "⏸ on hold" : { completed: "✅ completed", "rolled back": "⏪ rolled back", cancelled: "🚫 cancelled" }[issue.phase] }));
}

function showIssue() {
  const issue = view.issue;
  put("title", [issue.title, issue.number], (e) => e.replaceChildren(issue.title, " ", element("small", { textContent: `#${issue.number}` })));
  put("meta", [issue.open, issue.author, issue.at], (e) => e.replaceChildren(
    element("span", { className: issue.open ? "state open" : "state closed", textContent: issue.open ? "Open" : "Closed" }),
    ` ${issue.author} opened it in ${view.repository} on ${time(issue.at)}`));
  put("labels", issue.labels, (e) => e.replaceChildren(...issue.labels.map(([name, color]) => {
    const label = element("span", { className: "label", textContent: name });
    label.style.setProperty("--dot", `#${color}`);
    return label;
  })));
  put("author", issue.author, (e) => e.replaceChildren(avatar(issue.author), element("b", { textContent: issue.author })));
  put("body", [issue.html, mayEdit()], (e) => { const box = e.contains(document.activeElement) ? document.activeElement.dataset.offset : undefined;
    e.innerHTML = issue.html; arm(e); if (box !== undefined) e.querySelector(`[data-offset="${box}"]`)?.focus(); });
  showEditor();
  put("hint", [login, mayEdit()], (e) => { e.hidden = mayEdit();
    e.textContent = `${login} cannot edit this issue, so its boxes cannot be clicked, as on GitHub. Commands in comments work: try /status or /help.`; });
  $("status").hidden = !issue.status;
  if (issue.status && put("status-body", issue.status.html, (e) => { const open = e.querySelector("details[open]"); e.innerHTML = issue.status.html; linkIssues(e);
    if (open && e.querySelector("details")) e.querySelector("details").open = true; })) flash($("status"));
  put("comments", [issue.number, issue.comments], showComments);
  put("as", login, (e) => { e.textContent = login; });
  const chips = suggestions(view, persona());
  put("chips", chips, (e) => e.replaceChildren(...chips.map((text) => {
    const chip = element("button", { type: "button", className: "chip", textContent: text });
    chip.addEventListener("click", () => propose(text));
    return chip;
  })));
  put("close", [issue.open], (e) => { e.textContent = issue.open ? "Close issue" : "Reopen issue"; });
}

let proposed = ""; // the command that a chip wrote last

// A chip replaces what another chip wrote, but nothing that the visitor typed.
function propose(text) {
  const typed = $("comment").value.trim();
  $("comment").value = typed === "" || typed === proposed ? text : `${typed}\n${text}`;
  proposed = text;
  $("comment").focus();
}

// Boxes that stand in the checklist can be clicked by those who may edit the body.
function arm(body) {
  for (const box of body.querySelectorAll("input[type=checkbox]")) {
    const known = box.dataset.offset !== undefined;
    box.disabled = !known || !mayEdit();
    box.addEventListener("change", () => { click(box); });
  }
}

// A box that GitHub did not take goes back to what it was.
async function click(box) {
  if (!await act({ act: "tick", offset: Number(box.dataset.offset), on: box.checked })) box.checked = !box.checked;
}

function showComments(log, first) {
  announceReply(first);
  const there = new Map([...log.children].map((c) => [c.dataset.key, c]));
  const cards = view.issue.comments.map((c) => {
    const key = JSON.stringify([view.issue.number, c.id, c.html, c.reactions]);
    if (there.has(key)) return there.get(key);
    const body = element("div", { className: "md", innerHTML: c.html });
    linkIssues(body);
    const head = element("p", { className: "card-head" }, avatar(c.author), element("b", { textContent: c.author }),
      c.author.endsWith("[bot]") ? element("span", { className: "tag", textContent: "bot" }) : null,
      element("small", { textContent: ` ${time(c.at)}${c.edited ? " · edited" : ""}` }));
    const reactions = element("p", { className: "reactions" }, ...Object.entries(c.reactions).map(([name, count]) =>
      element("span", { title: name, textContent: `${REACTIONS[name] || name} ${count}` })));
    const card = element("div", { className: c.author.endsWith("[bot]") ? "card comment bot" : "card comment" }, head, body);
    if (reactions.childElementCount) card.append(reactions);
    card.dataset.key = key;
    return card;
  });
  // Those that are there already stay, with what is selected in them, and only news is read out.
  for (const old of [...log.children]) if (!cards.includes(old)) old.remove();
  cards.forEach((card, n) => { if (log.children[n] !== card) log.insertBefore(card, log.children[n] || null); });
}

// `#2` leads to that issue, as on GitHub.
function linkIssues(part) {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest("a, code, pre") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const found = [];
  while (texts.nextNode()) if (/#\d/.test(texts.currentNode.data)) found.push(texts.currentNode);
  for (const text of found) {
    text.replaceWith(...text.data.split(/(?<![\w#])(#\d+)\b/).map((word, n) => n % 2 ? element("a", { href: `/?issue=${word.slice(1)}`, textContent: word }) : word));
  }
}

let newest = {}; // id of Rollcall's newest reply, by issue

// A reply of Rollcall's may land far below what is on the screen: say so, and lead there.
function announceReply(first) {
  const reply = view.issue.comments.filter((c) => c.author.endsWith("[bot]")).pop();
  const before = newest[view.issue.number];
  if (reply) newest[view.issue.number] = reply.id;
  if (!reply || first || before === undefined || before >= reply.id) return;
  const text = element("div", { innerHTML: reply.html }).textContent.trim();
  const made = element("button", { type: "button", className: "toast", textContent: `Rollcall: ${text.length > 140 ? text.slice(0, 140) + "…" : text}` });
  made.addEventListener("click", () => { $("comments").lastElementChild.scrollIntoView({ block: "center" }); made.remove(); });
  pop(made);
}

function flash(card) {
  card.classList.remove("flash");
  void card.offsetWidth; // restarts the animation
  card.classList.add("flash");
}

function showTelegram() {
  const chat = view.telegram[0] || { title: "", messages: [] };
  put("chat", chat.title, (e) => { e.textContent = chat.title; });
  put("telegram", chat.messages, (e) => {
    e.replaceChildren(...(chat.messages.length ? chat.messages : [null]).map((m) => m === null
      ? element("p", { className: "empty", textContent: "No messages yet. Item 1.4 sends the first." })
      : element("div", { className: "bubble" }, m.pinned ? element("small", { className: "pin", textContent: "📌 pinned" }) : null,
        element("div", { innerHTML: m.html }), m.document ? element("p", { className: "file", textContent: `📎 ${m.document}` }) : null,
        element("small", { className: "stamp", textContent: `${m.silent ? "🔕 " : ""}${m.edits ? "edited · " : ""}${time(m.at)}` }))));
    const newest = e.lastElementChild; // its beginning, not its end
    e.scrollTop = newest.offsetTop - e.firstElementChild.offsetTop;
  });
}

function showMails() {
  put("mail-count", view.mails.length, (e) => { e.textContent = view.mails.length ? `${view.mails.length}` : ""; });
  put("mails", view.mails.map((m) => m.id), (e) => e.replaceChildren(...(view.mails.length ? view.mails.map((m) => {
    const button = element("button", { type: "button" }, element("b", { textContent: m.subject || "(no subject)" }),
      element("small", { textContent: `to ${m.to.join(", ")} · ${time(m.at)}${m.calendar ? " · 📅" : ""}` }));
    button.addEventListener("click", () => openMail(m.id));
    return element("li", {}, button);
  }) : [element("li", { className: "empty", textContent: "No mail yet." })])));
}

async function openMail(id) {
  const mail = await (await fetch(`/sandbox/mail/${id}`)).json();
  $("mail-subject").textContent = mail.subject || "(no subject)";
  const kept = ["from", "to", "date", "message-id", "in-reply-to", "references", "auto-submitted"];
  const rows = mail.headers.filter(([name]) => kept.includes(name.toLowerCase()));
  $("mail-headers").replaceChildren(...rows.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]));
  $("mail-text").textContent = mail.text || "(no text part)";
  $("mail-html").src = mail.has_html ? `/sandbox/mail/${id}/html` : "about:blank";
  showPart(mail.has_html);
  $("mail-dialog").showModal();
}

function showPart(html) {
  $("mail-html").hidden = !html;
  $("mail-text").hidden = html;
  $("mail-as-html").ariaPressed = String(html);
  $("mail-as-text").ariaPressed = String(!html);
}

function showGuide() {
  const f = facts(view);
  const states = STEPS.map((step) => step.done(f, view));
  const next = f.ended || f.missing ? -1 : states.indexOf(false);
  const key = [states, f.ended && f.issue.phase, f.issue.number, f.opener, f.missing, f.blank, f.successor, f.hoursToWindow <= -2, f.heard, login];
  put("guide-now", key, (e) => {
    $("guide-progress").value = states.filter(Boolean).length;
    $("guide-count").textContent = f.missing ? "" : `${states.filter(Boolean).length} of ${STEPS.length}`;
    $("guide-all").replaceChildren(...STEPS.map((s, n) => element("li", { className: states[n] ? "done" : n === next ? "now" : "", textContent: `${of(s.as, f)}: ${of(s.text, f)}` })));
    const focused = e.contains(document.activeElement);
    e.replaceChildren(...(next < 0 ? outside(f) : guided(f, next)));
    if (focused) e.querySelector("button:last-of-type")?.focus();
  });
}

function guided(f, next) {
  const step = STEPS[next];
  const who = of(step.as, f);
  return [avatar(who), element("p", {}, element("b", { textContent: `${next + 1}. ` }), of(step.text, f)),
    who === login ? null : pressed(`Act as ${who}`, "", () => become(who)), pressed("Do it for me", "go", () => perform(who, step.deed))].filter(Boolean);
}

// What is said of an issue that has no next step.
function outside(f) {
  const words = element("p", { textContent: f.ended
    ? { completed: "That is a whole rollout. Open a new one and try /rollback, /hold, or ticking the wrong box at the wrong time." }[f.issue.phase]
      || `This rollout is ${f.issue.phase}. Open a new one with the button above.`
    : f.successor ? `Rollcall opened the rollout #${f.successor}.`
      : f.heard ? "This issue is no rollout: Rollcall says why in its comment. Somebody with write permission can open one with /rollout." : "Rollcall is reading this issue…" });
  const there = f.successor && pressed(`Go to #${f.successor}`, "go", () => go(f.successor));
  const make = f.missing && f.heard && !f.successor && pressed("Say /rollout as ada", "go", () => perform("ada", say("/rollout")));
  return [words, there, make].filter(Boolean);
}

function pressed(text, className, deed) {
  const button = element("button", { type: "button", className, textContent: text });
  button.addEventListener("click", deed);
  return button;
}

let performed = ""; // what the guide does already, until the page shows it

async function perform(who, deed) {
  const done = deed(facts(view));
  const text = JSON.stringify([view.issue.number, done]);
  if (performed === text) return;
  performed = text;
  become(who);
  if (await (done.skip ? skip(done.skip) : act(done))) setTimeout(() => { if (performed === text) performed = ""; }, 3000);
  else performed = "";
}

$("issues").addEventListener("change", (event) => go(Number(event.target.value)));
for (const button of document.querySelectorAll("[data-skip]")) button.addEventListener("click", () => skip(Number(button.dataset.skip)));
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
$("mail-as-html").addEventListener("click", () => showPart(true));
$("mail-as-text").addEventListener("click", () => showPart(false));
let commenting = false;
$("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = $("comment").value;
  if (!said.trim() || commenting) return;
  commenting = true;
  if (await act({ act: "comment", body: said }) && $("comment").value === said) $("comment").value = "";
  commenting = false;
});
$("comment").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("write").requestSubmit(); });
$("close").addEventListener("click", () => act({ act: view.issue.open ? "close" : "reopen" }));
$("new").addEventListener("click", () => { $("new-as").textContent = login; $("new-dialog").showModal(); });
$("new-form").addEventListener("submit", async () => {
  const made = await act({ act: "rollout", ...Object.fromEntries(new FormData($("new-form"))) });
  if (made) await go(made.issue);
});

armEditor();
new EventSource("/sandbox/events").addEventListener("change", load);
setInterval(load, 30000); // the clock moves even when nothing happens
