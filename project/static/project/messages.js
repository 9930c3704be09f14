/** The last messages as they came, each with the plan's time at its coming. Drawn only while they are seen. */

import { second } from "./words.js";

const SHOWN = 100;

export class Messages {
  /** @param {Element} panel @param {() => void} requestDraw */
  constructor(panel, requestDraw) {
    this.list = panel.querySelector("ol");
    this.empty = panel.querySelector(".empty");
    this.button = panel.querySelector("button");
    this.latest = [];
    this.isPaused = false;
    this.button.addEventListener("click", () => {
      this.isPaused = !this.isPaused;
      this.button.textContent = this.isPaused ? "Go on" : "Pause";
      requestDraw();
    });
  }

  /** @param {number|null} now the plan's time, if it is known */
  came(text, now) {
    this.latest.push({ text, now });
    if (this.latest.length > SHOWN) {
      this.latest.shift();
    }
    this.unseen = Math.min(SHOWN, (this.unseen ?? 0) + 1);
  }

  /** The newest stands first. */
  draw() {
    this.empty.hidden = this.latest.length > 0;
    if (this.isPaused || !this.unseen) {
      return;
    }
    this.latest.slice(-this.unseen).forEach((message) => this.list.prepend(line(message)));
    this.unseen = 0;
    while (this.list.children.length > SHOWN) {
      this.list.lastElementChild.remove();
    }
  }
}

function line({ text, now }) {
  const element = document.createElement("li");
  const time = document.createElement("time");
  const message = document.createElement("code");
  time.textContent = now === null ? "" : second(now);
  message.textContent = text;
  element.append(time, message);
  return element;
}
