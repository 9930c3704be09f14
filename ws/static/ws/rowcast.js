/**
 * The browser's end of the gateway: one WebSocket that stays open.
 *
 * What comes in is an address and what to do with each message; what goes out are heartbeats. A
 * connection that ends, or falls silent where there is a heartbeat, is opened again after a random
 * while that doubles, up to 30 s. What was missed meanwhile is not known: whoever is told `connected` fetches afresh.
 */

const SAY_HEARTBEAT_MS = 5_000;
const SILENT_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;
/** A connection that ended sooner counts as a failed attempt. */
const LASTING_MS = 10_000;
const MAY_NOT_RECONNECT = new Set([1008, 1009, 4401, 4403]);

export class Client {
  /**
   * @param {string|(() => string|Promise<string>)} uri address of a facility with its words,
   *   `ws://host/ws/rodan?subscribe-broadcast`; or what gives it for each connection anew, where a ticket stands in it
   * @param {object} page
   * @param {string|null} page.heartbeat the heartbeat text, which is no message
   * @param {(message: string) => void} page.message
   * @param {() => void} page.connected
   * @param {(retryMs: number|null) => void} page.disconnected null: for good
   */
  constructor(uri, page) {
    this.uri = uri;
    this.page = page;
    this.attempt = 0;
    this.openedAt = Infinity;
    this.open();
  }

  /** End it, and don't come back. */
  close() {
    this.isClosed = true;
    clearTimeout(this.retry);
    this.socket?.close(1000);
  }

  async open() {
    try {
      const uri = typeof this.uri === "function" ? await this.uri() : this.uri;
      if (!this.isClosed) {
        this.connect(uri);
      }
    } catch {
      this.retryLater();
    }
  }

  connect(uri) {
    const socket = new WebSocket(uri);
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", ({ data }) => this.heard(data));
    socket.addEventListener("close", ({ code }) => this.ended(socket, code));
  }

  opened() {
    this.openedAt = performance.now();
    this.heardAt = this.openedAt;
    this.beating = setInterval(() => this.beat(), SAY_HEARTBEAT_MS);
    this.page.connected();
  }

  heard(text) {
    this.heardAt = performance.now();
    if (text !== this.page.heartbeat) {
      this.page.message(text);
    }
  }

  /** Say that we are here; a gateway that has been silent for long is taken for gone. */
  beat() {
    if (this.page.heartbeat === null) {
      return;
    }
    if (performance.now() - this.heardAt > SILENT_MS) {
      this.socket.close();
      this.ended(this.socket, 1006);
    } else {
      this.socket.send(this.page.heartbeat);
    }
  }

  /** Called once per socket, by its close or by its silence, whichever is first. */
  ended(socket, code) {
    if (socket !== this.socket) {
      return;
    }
    this.socket = null;
    clearInterval(this.beating);
    if (performance.now() - this.openedAt > LASTING_MS) {
      this.attempt = 0;
    }
    this.openedAt = Infinity;
    if (this.isClosed || MAY_NOT_RECONNECT.has(code)) {
      this.page.disconnected(null);
    } else {
      this.retryLater();
    }
  }

  retryLater() {
    if (this.isClosed) {
      return;
    }
    this.attempt += 1;
    const longest = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (this.attempt - 1));
    const retryMs = Math.random() * longest;
    this.page.disconnected(retryMs);
    this.retry = setTimeout(() => this.open(), retryMs);
  }
}
