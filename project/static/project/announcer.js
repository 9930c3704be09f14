/** Tells screen readers what changed, politely and seldom: one sentence in a while, whatever came meanwhile. */

const BETWEEN_MS = 10_000;
const NAMED_AT_MOST = 2;

export class Announcer {
  /** @param {Element} element a polite live region */
  constructor(element) {
    this.element = element;
    this.latest = new Map();
    this.more = 0;
  }

  changed(changes) {
    for (const { before, after } of changes) {
      if (before && after && before.status !== after.status) {
        this.note(after);
      }
    }
    this.timer ??= this.latest.size > 0 ? setTimeout(() => this.say(), BETWEEN_MS) : undefined;
  }

  note({ id, name, status }) {
    if (this.latest.has(id) || this.latest.size < NAMED_AT_MOST) {
      this.latest.set(id, `${name}: ${status}`);
    } else {
      this.more += 1;
    }
  }

  say() {
    const more = this.more > 0 ? `, and ${this.more} more ${this.more === 1 ? "change" : "changes"}` : "";
    this.element.textContent = `${[...this.latest.values()].join(", ")}${more}`;
    this.latest.clear();
    this.more = 0;
    this.timer = undefined;
  }
}
