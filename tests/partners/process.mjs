// What every partner written in JavaScript needs of its process.
import { createServer } from "node:net";

/** Resolves on SIGTERM, SIGINT, or when standard input closes: a killed test leaves nothing behind. */
export function untilStopped() {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, resolve);
    process.stdin.on("end", resolve).on("close", resolve).resume();
  });
}

/** A port of the loopback interface that nobody uses at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
