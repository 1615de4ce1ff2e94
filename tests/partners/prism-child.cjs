// Loaded into Prism's process.
const http = require("node:http");

// It ends when its standard input closes, which is when its parent asks for it or has gone. It writes its log late, so it gets a
// moment to finish.
process.stdin.on("close", () => setTimeout(() => process.exit(0), 250)).resume();

// A connection that waits is not closed in the moment it is used again.
const { createServer } = http;
http.createServer = (...given) => Object.assign(createServer(...given), { keepAliveTimeout: 600_000 });
