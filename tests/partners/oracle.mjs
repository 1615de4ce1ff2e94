// What GFM's reference parsers say about task lists.
//
//   node oracle.mjs < documents.json > answers.json
//
// Reads a JSON array of Markdown documents; writes an array of the same length, each
//   { "micromark": [{ offset, line, column, checked }], "cmark": [{ line, checked }], "agree": true | false }
// `offset` is the byte (UTF-8) of the `[`, `line` and `column` count from 1. cmark-gfm knows the line of the item only.
import { execFileSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { parse, postprocess, preprocess } from "micromark";
import { gfm } from "micromark-extension-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";

const CMARK = "-e tasklist -e table -e autolink -e strikethrough -e footnotes --sourcepos -t xml".split(" ");

/** The boxes micromark tokenizes, in order. One of them may be no task: see `micromarkItems`. */
function boxes(markdown) {
  const flow = parse({ extensions: [gfm()] }).document().write(preprocess()(markdown, undefined, true));
  return postprocess(flow)
    .filter(([kind, token]) => kind === "enter" && token.type === "taskListCheck")
    .map(([, token]) => token.start);
}

/** The list items that have a box, as the syntax tree sees them. */
function* listItems(node) {
  if (node.type === "listItem" && typeof node.checked === "boolean") yield node;
  for (const child of node.children ?? []) yield* listItems(child);
}

/**
 * micromark's tokenizer takes the paragraph after an empty item (`-`, next line `[ ] text`) for a task; its tree does not.
 * So the tree says which items are tasks, and the tokens only where their boxes are.
 */
export function micromarkItems(markdown) {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const starts = boxes(markdown);
  const bom = markdown.startsWith("\ufeff") ? 1 : 0; // micromark drops it and counts from behind it
  return [...listItems(tree)].map((item) => {
    const box = starts.find((start) => start.offset >= item.position.start.offset);
    const offset = Buffer.byteLength(markdown.slice(0, box.offset + bom));
    return { offset, line: box.line, column: box.column, checked: item.checked };
  });
}

export function cmarkItems(markdown) {
  const xml = execFileSync("cmark-gfm", CMARK, { input: markdown, encoding: "utf8" });
  return [...xml.matchAll(/<tasklist sourcepos="(\d+):[^"]*" completed="(true|false)"/g)].map(([, line, done]) => ({
    line: Number(line),
    checked: done === "true",
  }));
}

export function ask(markdown) {
  const micromark = micromarkItems(markdown);
  const cmark = cmarkItems(markdown);
  const lines = micromark.map(({ line, checked }) => ({ line, checked }));
  return { micromark, cmark, agree: JSON.stringify(lines) === JSON.stringify(cmark) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(ask)) + "\n");
}
