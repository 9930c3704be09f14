/** How the page stands with the site, in words: the connection, the messages, what was missed, what could not be fetched. */

import { count, passed } from "./words.js";

const RATE_SECONDS = 10;
const MISSED_SHOWN_MS = 60_000;

export class StatusLine {
  /** @param {Element} page whose parts have `data-tells` @param {import("./connection.js").Connection} connection */
  constructor(page, connection) {
    this.page = page;
    this.connection = connection;
    this.parts = Object.fromEntries([...page.querySelectorAll("[data-tells]")].map((it) => [it.dataset.tells, it]));
    this.messages = 0;
    this.perSecond = new Array(RATE_SECONDS).fill(0);
    this.second = 0;
  }

  messageCame() {
    const now = performance.now();
    this.turnTo(Math.floor(now / 1000));
    this.perSecond[this.second % RATE_SECONDS] += 1;
    this.messages += 1;
    this.lastAt = now;
  }

  /** Away for so long: told when the plan has been fetched. */
  wasAway(awayMs) {
    this.awayMs = awayMs;
    this.missedAt = undefined;
  }

  fetchFailed(error, retryMs) {
    this.error = error;
    this.retryAt = performance.now() + retryMs;
  }

  /** @param {boolean|null} isCut null: not all of the plan was fetched, but some rows */
  fetched(isCut) {
    this.error = null;
    if (isCut !== null) {
      this.isCut = isCut;
      this.missedAt ??= this.awayMs === undefined ? undefined : performance.now();
    }
  }

  draw() {
    const now = performance.now();
    this.turnTo(Math.floor(now / 1000));
    const { state, since } = this.connection;
    this.page.dataset.state = state;
    this.tell("connection", CONNECTION[state]);
    this.tell("since", `for ${passed(now - since)}`);
    this.tell("lost", this.lostText(now));
    this.tell("last", this.lastAt === undefined ? "no message yet" : `last message ${passed(now - this.lastAt)} ago`);
    this.tell("rate", `${(this.perSecond.reduce((sum, each) => sum + each) / RATE_SECONDS).toFixed(1)} messages a second`);
    this.tell("count", `${count(this.messages)} ${this.messages === 1 ? "message" : "messages"}`);
    const isRecent = this.missedAt !== undefined && now - this.missedAt < MISSED_SHOWN_MS;
    this.tell("missed", isRecent ? `Away for ${passed(this.awayMs)}; the plan was fetched anew.` : "");
    this.tell("fetching", this.error ? `The plan could not be fetched: ${this.error.message}.` : "");
    this.tell("retry", this.error ? next(this.retryAt, now) : "");
    this.tell("cut", this.isCut ? "There is more in this span than the site tells at once: only the first rows by start are shown." : "");
  }

  /** No live region: a countdown would be spoken each second. */
  lostText(now) {
    const { state, since, retryAt } = this.connection;
    const old = `What you see is as it was ${passed(now - since)} ago.`;
    if (state === "offline") {
      return `${old} This browser is offline.`;
    }
    if (state === "lost") {
      return `${old} ${retryAt === null ? "Reload the page to try again." : next(retryAt, now)}`;
    }
    return "";
  }

  /** Seconds without a message count as well. */
  turnTo(second) {
    for (let passedBy = Math.min(second - this.second, RATE_SECONDS); passedBy > 0; passedBy -= 1) {
      this.perSecond[(second - passedBy + 1) % RATE_SECONDS] = 0;
    }
    this.second = second;
  }

  tell(part, text) {
    const element = this.parts[part];
    if (element.textContent !== text) {
      element.textContent = text;
      element.hidden = text === "";
    }
  }
}

const CONNECTION = { connecting: "Connecting …", connected: "Connected", lost: "Connection lost", offline: "Offline" };

function next(at, now) {
  return at > now ? `Next attempt in ${Math.ceil((at - now) / 1000)} s.` : "Trying again …";
}
