// The App's webhook: sends deliveries as GitHub does, keeps a list of them, and sends one again when asked.
import { createHash, createHmac, randomUUID } from "node:crypto";

const TIMEOUT = 10_000; // GitHub gives a receiver ten seconds

const hmac = (name, secret, body) => createHmac(name, secret).update(body).digest("hex");

/** GitHub's times have no fractions of a second. */
export const wholeSeconds = (json) => json.replace(/("\w+_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z"/g, '$1Z"');

export class Webhooks {
  /** Newest last. @type {object[]} */
  deliveries = [];
  #next = { drop: 0, lose: 0, duplicate: 0 };
  #held = null;
  #inFlight = new Set();
  #lastId = 12_000_000_000;

  constructor({ url, secret, appId, hookId }) {
    Object.assign(this, { url, secret, appId, hookId });
  }

  /** What happens to the next `count` deliveries: drop (listed as failed), lose (never seen again), duplicate. */
  plan(what, count) {
    this.#next[what] += count;
  }

  hold() {
    this.#held ??= [];
  }

  /** Sends what was held, in the order it happened or the other way round. */
  release(reversed) {
    const held = this.#held ?? [];
    this.#held = null;
    for (const delivery of reversed ? held.reverse() : held) this.#start(delivery);
  }

  /** Resolves when no delivery is on its way. */
  async idle() {
    while (this.#inFlight.size) await Promise.all(this.#inFlight);
  }

  /** One event: `payload` is JSON, already complete. */
  send(event, payload) {
    if (this.#take("lose")) return;
    const delivery = this.#record({ event, payload: wholeSeconds(JSON.stringify(payload)), guid: randomUUID(), redelivery: false });
    if (this.#take("drop")) this.#settle(delivery, { status: "failed to connect to host", status_code: 502 });
    else if (this.#held) this.#held.push(delivery);
    else this.#start(delivery);
  }

  /** The same delivery once more, under the same GUID. */
  redeliver(id) {
    const { event, payload, guid } = this.find(id);
    this.#start(this.#record({ event, payload, guid, redelivery: true }));
  }

  find(id) {
    return this.deliveries.find((delivery) => delivery.id === id);
  }

  #take(what) {
    if (!this.#next[what]) return false;
    this.#next[what] -= 1;
    return true;
  }

  #record({ event, payload, guid, redelivery }) {
    const { action = null, installation, repository } = JSON.parse(payload);
    const delivery = {
      id: (this.#lastId += 1), guid, delivered_at: new Date().toISOString(), redelivery, duration: 0, status: "pending", status_code: 0,
      event, action, installation_id: installation?.id ?? null, repository_id: repository?.id ?? null, throttled_at: null, payload,
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  #settle(delivery, outcome) {
    Object.assign(delivery, outcome);
  }

  #start(delivery) {
    const copies = this.#take("duplicate") ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      const sent = this.#post(delivery).finally(() => this.#inFlight.delete(sent));
      this.#inFlight.add(sent);
    }
  }

  async #post(delivery) {
    const began = performance.now();
    const outcome = await fetch(this.url, {
      method: "POST", headers: this.headers(delivery), body: delivery.payload, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return { status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`, status_code: response.status };
      },
      (error) => (error.name === "TimeoutError" ? { status: "timed out", status_code: 504 } : { status: "failed to connect to host", status_code: 502 }),
    );
    this.#settle(delivery, { ...outcome, duration: Math.round(performance.now() - began) / 1000 });
  }

  headers({ event, guid, payload }) {
    return {
      "Accept": "*/*",
      "Content-Type": "application/json",
      "User-Agent": `GitHub-Hookshot/${createHash("sha1").update(this.url).digest("hex").slice(0, 7)}`,
      "X-GitHub-Delivery": guid,
      "X-GitHub-Event": event,
      "X-GitHub-Hook-ID": String(this.hookId),
      "X-GitHub-Hook-Installation-Target-ID": String(this.appId),
      "X-GitHub-Hook-Installation-Target-Type": "integration",
      "X-Hub-Signature": `sha1=${hmac("sha1", this.secret, payload)}`,
      "X-Hub-Signature-256": `sha256=${hmac("sha256", this.secret, payload)}`,
    };
  }
}
