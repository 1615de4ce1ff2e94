// Writes cases.json: small Markdown documents, and the task-list items that GFM sees in each.
//
//   node cases.mjs            (needs `./install.sh`; run it after a change here and commit the result)
//
// `items` is what micromark and cmark-gfm agree on, or null where they differ and github.com has not been seen: a parser may
// answer either. Where they differ and github.com is known, the case says why, and micromark's answer holds.
import { writeFileSync } from "node:fs";
import { ask } from "./oracle.mjs";

const GITHUB_QUOTES = "github.com has boxes in block quotes (github/task_list pull request 36); cmark-gfm 0.29 does not";
const CMARK_LATER_BOX = "cmark-gfm takes an item for checked when `[x]` stands anywhere in its line";

/** name: document, or [document, why micromark is right where cmark-gfm differs] */
const CASES = {
  // Markers
  "dash, unchecked": "- [ ] a",
  "dash, checked": "- [x] a",
  "dash, upper-case x": "- [X] a",
  "star": "* [x] a",
  "plus": "+ [X] a",
  "ordered with a dot": "1. [ ] a",
  "ordered with a parenthesis": "2) [x] a",
  "ordered from zero": "0. [ ] a",
  "nine-digit number": "123456789. [ ] a",
  "ten-digit number": "1234567890. [ ] a",
  "several items": "- [ ] a\n- [x] b\n- plain\n- [ ] c",
  "mixed markers make three lists": "- [ ] a\n* [x] b\n+ [ ] c",
  "no space after the marker": "-[ ] a",
  "a backslash before the marker": "\\- [ ] a",
  "the word todo instead of a marker": "todo [ ] a",

  // Nesting and indentation
  "nested": "- [ ] a\n  - [x] b\n    - [ ] c",
  "nested in an ordered item": "1. [x] a\n   - [ ] b\n   - [x] c",
  "nested by a tab": "- [ ] a\n\t- [x] b",
  "child of a plain item": "- plain\n  - [x] a",
  "indented by three spaces": "   - [ ] a",
  "indented by four spaces": "    - [ ] a",
  "indented by a tab": "\t- [ ] a",
  "four spaces after the marker": "-    [ ] a",
  "five spaces after the marker": "-     [ ] a",
  "a tab after the marker": "-\t[ ] a",
  "two tabs after the marker": "-\t\t[ ] a",
  "loose list": "- [ ] a\n\n- [x] b\n\n- [ ] c",
  "item in an item": ["- - [ ] a", "cmark-gfm loses the inner box; github/task_list and micromark see it"],

  // The box
  "a tab after the box": "- [ ]\ta",
  "many spaces after the box": "- [x]     a",
  "no space after the box": "- [ ]a",
  "nothing in the box": "- [] a",
  "two spaces in the box": "- [  ] a",
  "another letter in the box": "- [y] a",
  "a no-break space in the box": "- [\u00a0] a",
  "a no-break space before the box": "- \u00a0[ ] a",
  "a no-break space after the box": "- [ ]\u00a0a",
  "a tab in the box": "- [\t] a",
  "a newline in the box": "- [\n] a",
  "a form feed in the box": "- [\f] a",
  "the box alone": "- [ ]",
  "the box alone, then an item": "- [ ]\n- [x] b",
  "the box alone, text on the next line": "- [ ]\n  a",
  "the marker alone, the box on the next line": "-\n  [ ] a",
  "the marker alone, then a paragraph": "-\n[ ] a",
  "text above a lone marker is a heading": "track it\n-\n[ ] a",
  "two boxes": ["- [ ] [x] a", CMARK_LATER_BOX],
  "a checked box later in the text": ["- [ ] see [x] there", CMARK_LATER_BOX],
  "box in the second line": "- a\n  [ ] b",
  "box in the second paragraph": "- a\n\n  [ ] b",
  "box behind the text": "- a [ ] b",
  "box behind emphasis": "- **[ ]** a",
  "bold text behind the box": "- [ ] **a** `b`",
  "box behind a comment": "- <!-- id: a --> [ ] a",
  "comment right behind the box": "- [ ] <!-- id: a --> a",
  "comment at the end of the line": "- [x] a <!-- id: a -->",
  "escaped box": "- \\[ ] a",
  "escaped end of the box": "- [ \\] a",
  "code span instead of a box": "- `[ ]` a",
  "an image behind the box": "- [x] ![a](b.png)",
  "a link instead of a box": "- [x](https://example.com) a",
  "a reference instead of a box": "- [x][y] a\n\n[y]: https://example.com",
  "a link behind the box": "- [ ] [a](https://example.com)",
  "x is defined as a link": "- [x] a\n\n[x]: https://example.com",
  "x is defined as a link above": "[x]: https://example.com\n\n- [x] a\n- [x] b",
  "a footnote behind the box": "- [ ] a[^1]\n\n[^1]: note",
  "an item in a footnote": "a[^1]\n\n[^1]:\n    - [ ] b",

  // Line ends and characters
  "line ends of Windows": "- [ ] a\r\n- [x] b\r\n  - [ ] c\r\n",
  "line ends of the old Macintosh": "- [ ] a\r- [x] b\r",
  "emoji and accents above": "Ünïcode 🎉 — ok\n\n- [ ] ✅ erledigt",
  "a line separator is not a line end": "- [ ] a\u2028- [ ] b",
  "a zero byte": "- [ ] a\u0000b\n- [x] c",
  "byte order mark": "\ufeff- [ ] a",
  "no line end at the end": "a\n\n- [x] b",
  "trailing spaces": "- [x] a   \n- [ ] b  ",

  // Where a list may stand
  "right after text": "text\n- [ ] a",
  "right after a heading": "# h\n- [ ] a",
  "1. right after text": "text\n1. [ ] a",
  "2. right after text": "text\n2. [ ] a",
  "heading in an item": "- # [ ] a",
  "underlined heading in an item": "- [ ] a\n  ---",
  "in a block quote": ["> - [ ] a\n> - [x] b", GITHUB_QUOTES],
  "in an alert": ["> [!NOTE]\n> - [x] a", GITHUB_QUOTES],
  "block quote in an item": ["- [ ] a\n  > - [x] b", GITHUB_QUOTES],
  "in a table": "| a |\n| --- |\n| - [ ] b |",
  "after a thematic break": "---\n- [ ] a",

  // Where no list may stand
  "in a fence": "```\n- [ ] a\n```\n- [x] b",
  "in a fence of tildes": "~~~md\n- [ ] a\n~~~",
  "in an unclosed fence": "```\n- [ ] a\n",
  "in a fence in an item": "- [ ] a\n  ```\n  - [x] b\n  ```\n- [ ] c",
  "in an HTML comment": "<!--\n- [ ] a\n-->\n\n- [x] b",
  "in pre": "<pre>\n- [ ] a\n\n- [x] b\n</pre>\n\n- [ ] c",
  "in details with a blank line": "<details><summary>s</summary>\n\n- [ ] a\n\n</details>",
  "in details without a blank line": "<details><summary>s</summary>\n- [ ] a\n</details>",
};

const cases = Object.entries(CASES).map(([name, entry]) => {
  const [markdown, why] = [entry].flat();
  const { micromark, agree } = ask(markdown);
  if (agree && why) throw new Error(`"${name}": the oracles agree, the reason is not needed`);
  return { name, markdown, items: agree || why ? micromark : null, ...(why && { why }) };
});

/** Characters that no editor shows are written as escapes. */
const visible = (json) => json.replace(/[\u00a0\u2028\ufeff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

const target = new URL("cases.json", import.meta.url);
writeFileSync(target, `[\n${cases.map((one) => "  " + visible(JSON.stringify(one))).join(",\n")}\n]\n`);
const open = cases.filter(({ items }) => items === null).map(({ name }) => name);
console.log(`${cases.length} cases; left open: ${open.join("; ")}`);
