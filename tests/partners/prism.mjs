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
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort, untilStopped } from "./process.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Resolves when Prism listens, to a function that stops it and leaves its log complete. It also stops with this process, killed or not. */
export async function startPrism(upstream, log, port) {
  const file = openSync(log, "w");
  const watched = here("prism-child.cjs");
  const command = [here("node_modules/@stoplight/prism-cli/dist/index.js"), "proxy", here("gh-requests.json"), upstream];
  const options = ["--host", "127.0.0.1", "--port", String(port), "--errors"];
  const prism = spawn(process.execPath, ["--require", watched, ...command, ...options], { stdio: ["pipe", file, file] });
  let ended = false;
  const end = new Promise((resolve) => prism.once("exit", resolve)).then(() => (ended = true));
  while (!readFileSync(log, "utf8").includes("Prism is listening")) {
    if (ended) throw new Error(`prism did not start, see ${log}`);
    await sleep(50);
  }
  return () => {
    prism.stdin.end();
    return end;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [upstream, log, given] = process.argv.slice(2);
  const port = Number(given) || (await freePort());
  const stop = await startPrism(upstream, log, port);
  console.log(JSON.stringify({ port, url: `http://127.0.0.1:${port}`, log }));
  await untilStopped();
  await stop();
  process.exit(0);
}
