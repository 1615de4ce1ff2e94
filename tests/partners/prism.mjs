// Prism between Rollcall and GitHub: every request is checked against GitHub's own description (`gh-requests.json`).
//
//   node prism.mjs UPSTREAM LOG [PORT]      for example: node prism.mjs http://127.0.0.1:4101 /tmp/prism.log
//
// Prints one line `{"port", "url", "log"}` when it listens. A request that breaks the description is answered 422 (404 and 405
// for an unknown path or method) and leaves a "✖" in the log, so a test run is clean when the log holds none.
// Stops on SIGTERM, SIGINT, or when its standard input closes.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, untilStopped } from "./process.mjs";

const [upstream, log, given] = process.argv.slice(2);
const port = Number(given) || (await freePort());
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const file = openSync(log, "w");
const prism = spawn(process.execPath, [
  here("node_modules/@stoplight/prism-cli/dist/index.js"), "proxy", here("gh-requests.json"), upstream,
  "--host", "127.0.0.1", "--port", String(port), "--errors",
], { stdio: ["ignore", file, file] });

let ended = false;
const end = new Promise((resolve) => prism.once("exit", resolve)).then(() => (ended = true));
while (!readFileSync(log, "utf8").includes("Prism is listening")) {
  if (ended) {
    console.error(`prism: did not start, see ${log}`);
    process.exit(1);
  }
  await sleep(50);
}
console.log(JSON.stringify({ port, url: `http://127.0.0.1:${port}`, log }));
await Promise.race([untilStopped(), end]);
prism.kill();
await end;
process.exit(0);
