// Whether payloads are what GitHub says it sends.
//
//   echo '[{"event": "issues", "payload": {…}}]' | node webhook-schemas.mjs
//
// Writes an array of the same length: null for a valid payload, otherwise what is wrong with it.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import Ajv from "ajv/dist/2020.js";

const file = new URL("node_modules/@octokit/openapi-webhooks/generated/api.github.com.json", import.meta.url);
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema({ $id: "github", ...JSON.parse(readFileSync(file)) }, "github");

export function problems(event, payload) {
  const name = [event, payload.action].filter(Boolean).join("-").replaceAll("_", "-");
  const validate = ajv.getSchema(`github#/webhooks/${name}/post/requestBody/content/application~1json/schema`);
  if (!validate) return `${name}: GitHub describes no such webhook`;
  return validate(payload) ? null : `${name}: ${ajv.errorsText(validate.errors.slice(0, 5))}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = JSON.parse(await text(process.stdin));
  process.stdout.write(JSON.stringify(asked.map(({ event, payload }) => problems(event, payload))) + "\n");
}
