// The editor of an issue's title and text. It stands apart from what is shown, so that no change from elsewhere wipes what is typed.
"use strict";

let draft = null; // the issue that is edited, and its title and text when the editor was opened
let saving = false;

const lines = (text) => text.replace(/\r\n?/g, "\n"); // as a text field has them
const isTyped = () => $("edit-title").value !== draft.title || $("edit-text").value !== lines(draft.was);

function begin() {
  draft = { issue: view.issue.number, title: view.issue.title, was: view.issue.source };
  $("edit-title").value = draft.title;
  $("edit-text").value = lines(draft.was);
  $("edit-wrong").textContent = "";
}

function openEditor() {
  const other = draft && draft.issue !== view.issue.number;
  if (other && isTyped() && !confirm(`What you typed in #${draft.issue} is not saved. Drop it?`)) return;
  begin();
  showEditor();
  $("edit-text").focus();
  $("edit-text").setSelectionRange(0, 0);
  $("edit-text").scrollTop = 0;
}

function closeEditor() {
  draft = null;
  showEditor();
  $("edit").focus();
}

function cancelEditor() {
  if (!isTyped() || confirm("What you typed is not saved. Drop it?")) closeEditor();
}

// What was typed waits, hidden, while another issue or somebody who may not edit is looked at.
function showEditor() {
  const here = draft !== null && draft.issue === view.issue.number && mayEdit();
  $("edit-form").hidden = !here;
  $("body").hidden = here;
  $("edit").hidden = here || !mayEdit();
  $("edit-as").textContent = login;
  if (!here || saving || view.issue.source === draft.was) return;
  if (!isTyped()) begin();
  else $("edit-wrong").textContent = "The issue has changed since you began to edit it. Copy what you typed, cancel, and edit again.";
}

async function saveEditor() {
  if (saving) return;
  if (!isTyped()) { closeEditor(); return; }
  saving = true;
  $("edit-wrong").textContent = "";
  const deed = { act: "edit", was: draft.was, title: $("edit-title").value, body: $("edit-text").value };
  const saved = await act(deed, (words) => { $("edit-wrong").textContent = words; });
  saving = false;
  if (saved) closeEditor();
}

function armEditor() {
  $("edit").addEventListener("click", openEditor);
  $("edit-cancel").addEventListener("click", cancelEditor);
  $("edit-form").addEventListener("submit", (event) => { event.preventDefault(); saveEditor(); });
  $("edit-form").addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancelEditor();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("edit-form").requestSubmit();
  });
  addEventListener("beforeunload", (event) => { if (draft && isTyped()) event.preventDefault(); });
}
