// Where somebody sees other boxes than GFM's reference parsers.
//
//   node differ.mjs < seen.json > differences.json
//
// Reads a JSON array of { "markdown": …, "items": [{ offset, line, column, checked }] }; writes those whose items differ from
// micromark's, each { "index", "micromark": [{ offset, line, column, checked }], "cmark": [{ line, checked }] }.
// cmark-gfm, which is a process for each document, is asked about those alone.
import { text } from "node:stream/consumers";
import { cmarkItems, micromarkItems } from "./oracle.mjs";

const seen = JSON.parse(await text(process.stdin));
const differences = seen.flatMap(({ markdown, items }, index) => {
  const micromark = micromarkItems(markdown);
  const same = ({ offset, line, column, checked }, at) =>
    micromark[at]?.offset === offset && micromark[at].line === line && micromark[at].column === column && micromark[at].checked === checked;
  if (items.length === micromark.length && items.every(same)) return [];
  return [{ index, micromark, cmark: cmarkItems(markdown) }];
});
process.stdout.write(JSON.stringify(differences) + "\n");
