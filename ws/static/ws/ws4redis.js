/**
 * The browser's end of the gateway, by the names that ws4redis's pages use: the global `WS4Redis`.
 *
 * A classic script, unlike rowcast.js: a page's inline scripts run before any module does, and a ws4redis page calls
 * WS4Redis in one. For the same reason it is no layer over rowcast.js, which could only be imported later: the page
 * may ask for the socket's state at once. It needs no jQuery; one that is passed is not looked at.
 *
 * What it does not take over from the original: it counts anything that the gateway says as a sign of life; it does not
 * come back after close(), nor where the close code says that it may not; it waits longer each time also where the
 * gateway lets it in and ends the connection at once; an address that is none throws.
 */

"use strict";

{
  const SAY_HEARTBEAT_MS = 5_000;
  const UNANSWERED_AT_MOST = 3;
  const LONGEST_WAIT_MS = 30_000;
  /** A connection that ended sooner counts as a failed attempt. */
  const LASTING_MS = 10_000;
  const MAY_NOT_RECONNECT = new Set([1008, 1009, 4401, 4403]);

  /** One WebSocket after another, to the same address. */
  class Line {
    constructor(page) {
      this.page = page;
      this.attempt = 0;
      this.openedAt = Infinity;
    }

    open() {
      tell(this.page.connecting);
      const socket = new WebSocket(this.page.uri);
      this.socket = socket;
      socket.addEventListener("open", () => this.opened());
      socket.addEventListener("message", ({ data }) => this.heard(data));
      socket.addEventListener("close", (told) => this.ended(told));
    }

    /** End it, and don't come back. */
    close() {
      this.isClosed = true;
      clearTimeout(this.retry);
      clearInterval(this.beating);
      this.socket.close();
    }

    opened() {
      this.openedAt = performance.now();
      this.unanswered = 0;
      if (this.page.heartbeat_msg) {
        this.beating = setInterval(() => this.beat(), SAY_HEARTBEAT_MS);
      }
      tell(this.page.connected);
    }

    heard(message) {
      this.unanswered = 0;
      if (message !== this.page.heartbeat_msg) {
        tell(this.page.receive_message, message);
      }
    }

    /** Say that we are here; a gateway that has not answered for long is taken for gone. */
    beat() {
      if (this.unanswered < UNANSWERED_AT_MOST) {
        this.unanswered += 1;
        this.socket.send(this.page.heartbeat_msg);
      } else {
        clearInterval(this.beating);
        this.socket.close();
      }
    }

    ended(told) {
      clearInterval(this.beating);
      if (performance.now() - this.openedAt > LASTING_MS) {
        this.attempt = 0;
      }
      this.openedAt = Infinity;
      tell(this.page.disconnected, told);
      if (!this.isClosed && !MAY_NOT_RECONNECT.has(told.code)) {
        this.attempt += 1;
        const longest = Math.min(LONGEST_WAIT_MS, 1_000 * (2 ** this.attempt - 1));
        this.retry = setTimeout(() => this.open(), Math.random() * longest);
      }
    }
  }

  /** What the page did not name is not told. */
  const tell = (callback, ...what) => {
    if (typeof callback === "function") {
      callback(...what);
    }
  };

  /**
   * With `new` or without, as ws4redis has it.
   *
   * @param {object} options
   * @param {string} options.uri address of a facility with its words, `ws://host/ws/foobar?subscribe-broadcast`
   * @param {string|null} [options.heartbeat_msg] the heartbeat text, which is no message
   * @param {(message: string) => void} [options.receive_message]
   * @param {() => void} [options.connecting]
   * @param {() => void} [options.connected]
   * @param {(told: CloseEvent) => void} [options.disconnected]
   */
  globalThis.WS4Redis = function WS4Redis(options) {
    if (new.target === undefined) {
      return new WS4Redis(options);
    }
    if (options.uri === undefined) {
      throw new Error("No Websocket URI in options");
    }
    const line = new Line({ ...options });
    this.send_message = (message) => line.socket.send(message);
    this.get_state = () => line.socket?.readyState;
    this.close = () => line.close();
    this.is_connecting = () => this.get_state() === WebSocket.CONNECTING;
    this.is_connected = () => this.get_state() === WebSocket.OPEN;
    this.is_closing = () => this.get_state() === WebSocket.CLOSING;
    this.is_closed = () => this.get_state() === WebSocket.CLOSED;
    line.open();
  };
}
