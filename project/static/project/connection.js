/**
 * The page's connection: open, lost, or without hope; and how long each has lasted.
 *
 * A browser that says it is offline is believed at once, rather than when heartbeats stay away.
 */

import { Client } from "../ws/rowcast.js";

export class Connection {
  /**
   * @param {string} uri
   * @param {string|null} heartbeat
   * @param {object} page
   * @param {(text: string) => void} page.message
   * @param {(awayMs: number|null) => void} page.connected null: for the first time
   * @param {() => void} page.changed the state is another
   */
  constructor(uri, heartbeat, page) {
    this.uri = uri;
    this.heartbeat = heartbeat;
    this.page = page;
    this.state = "connecting";
    this.since = performance.now();
    this.wasConnected = false;
    addEventListener("offline", () => this.goOffline());
    addEventListener("online", () => this.open());
    this.open();
  }

  open() {
    this.client?.close();
    const client = new Client(this.uri, {
      heartbeat: this.heartbeat,
      connected: () => this.hear(client, () => this.opened()),
      disconnected: (retryMs) => this.hear(client, () => this.lost(retryMs)),
      message: (text) => this.hear(client, () => this.page.message(text)),
    });
    this.client = client;
  }

  /** A client that we closed has nothing to say any more. */
  hear(client, what) {
    if (client === this.client) {
      what();
    }
  }

  opened() {
    const awayMs = this.wasConnected ? performance.now() - this.since : null;
    this.wasConnected = true;
    this.become("connected");
    this.page.connected(awayMs);
  }

  lost(retryMs) {
    this.retryAt = retryMs === null ? null : performance.now() + retryMs;
    this.become("lost");
  }

  goOffline() {
    this.client.close();
    this.client = null;
    this.become("offline");
  }

  /** How long it has been away counts from the first loss, not from the last failed attempt. */
  become(state) {
    const wasAway = this.state === "lost" || this.state === "offline";
    const isAway = state === "lost" || state === "offline";
    if (!(wasAway && isAway)) {
      this.since = performance.now();
    }
    this.state = state;
    this.page.changed();
  }
}
