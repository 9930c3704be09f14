/** What a bar stands for, beside it, on hover and on focus. Escape sends it away; a pointer may enter it (WCAG 1.4.13). */

import { field, length, moment } from "./words.js";

const SHOW_MS = 120;
const HIDE_MS = 250;
const GAP_PX = 8;

export class Tooltip {
  /** @param {Element} element @param {Element} area whose bars it tells of @param {(key: string) => object|undefined} rowOf */
  constructor(element, area, rowOf) {
    this.element = element;
    this.rowOf = rowOf;
    area.addEventListener("pointerover", (event) => {
      const bar = event.target.closest(".bar");
      if (event.pointerType !== "touch" && bar) {
        this.soon(SHOW_MS, () => this.show(bar, event.clientX));
      }
    });
    area.addEventListener("pointerout", () => this.soon(HIDE_MS, () => this.hide()));
    area.addEventListener("pointerdown", () => this.hide());
    area.addEventListener("focusin", ({ target }) => {
      if (target.matches(".bar:focus-visible")) {
        this.show(target, target.getBoundingClientRect().left);
      }
    });
    area.addEventListener("focusout", () => this.hide());
    element.addEventListener("pointerenter", () => clearTimeout(this.timer));
    element.addEventListener("pointerleave", () => this.soon(HIDE_MS, () => this.hide()));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.element.hidden) {
        event.stopPropagation();
        this.hide();
      }
    }, { capture: true });
  }

  soon(delayMs, what) {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, delayMs);
  }

  show(bar, clientX) {
    clearTimeout(this.timer);
    this.bar?.removeAttribute("aria-describedby");
    this.bar = bar;
    if (!this.write()) {
      return;
    }
    this.element.hidden = false;
    bar.setAttribute("aria-describedby", this.element.id);
    this.place(bar.getBoundingClientRect(), clientX);
  }

  /** Below the bar, or above it where there is no room; never past the window's edges. */
  place(bar, clientX) {
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(Math.max(clientX, bar.left, GAP_PX), innerWidth - offsetWidth - GAP_PX);
    const isRoom = bar.bottom + GAP_PX + offsetHeight < innerHeight;
    const top = isRoom ? bar.bottom + GAP_PX / 2 : bar.top - offsetHeight - GAP_PX / 2;
    this.element.style.transform = `translate(${Math.max(GAP_PX, left)}px, ${Math.max(0, top)}px)`;
  }

  /** Tell what the row is now; whether there is one. */
  write() {
    const row = this.rowOf(this.bar.dataset.id);
    if (row === undefined || !this.bar.isConnected) {
      this.hide();
      return false;
    }
    const end = row.stopMs === null ? "open end" : `${moment(row.stopMs)} UTC · ${length(row.stopMs - row.startMs)}`;
    const texts = [row.name, `${row.status} · ${field(row.antenna_field)}`, `${moment(row.startMs)} – ${end}`];
    texts.forEach((text, place) => {
      this.element.children[place].textContent = text;
    });
    return true;
  }

  /** Rows changed. */
  changed() {
    if (!this.element.hidden) {
      this.write();
    }
  }

  hide() {
    clearTimeout(this.timer);
    this.element.hidden = true;
    this.bar?.removeAttribute("aria-describedby");
  }
}
