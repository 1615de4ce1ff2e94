// A Probot app that does nothing, to be measured beside Rollcall. SECRET signs its webhooks; it prints its port.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createNodeMiddleware, createProbot } from "probot";

const pem = (type) => ({ type, format: "pem" });
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: pem("pkcs8"),
  publicKeyEncoding: pem("spki"),
});
const probot = createProbot({
  overrides: { appId: 1, privateKey, secret: process.env.SECRET, logLevel: "error" },
});
const app = (app) => app.on("star", () => {});
const server = createServer(await createNodeMiddleware(app, { probot, webhooksPath: "/webhook" }));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
