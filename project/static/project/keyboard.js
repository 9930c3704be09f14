/**
 * The timeline by keys. Tab stops at the timeline, whose arrow keys pan, and then at one bar, from which arrow keys go to
 * others: one of them takes part in the tab order at a time.
 */

import { nearest, next } from "./steps.js";
import { drawnUntil } from "./row.js";

const PAN_PART = 0.1;
const ZOOM_FACTOR = 1.5;

export class Keyboard {
  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {object} page
   * @param {() => void} page.draw at once
   * @param {() => void} page.followNow
   */
  constructor(timeline, page) {
    this.timeline = timeline;
    this.page = page;
    this.key = null;
    timeline.seen.addEventListener("keydown", (event) => this.pressed(event));
    timeline.seen.addEventListener("focusin", ({ target }) => {
      if (target.dataset.id !== undefined) {
        this.choose(target.dataset.id);
      }
    });
  }

  pressed(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) {
      return;
    }
    const row = this.timeline.rows.get(event.target.dataset.id);
    if (this.moveView(event) || (row ? this.step(event.key, row) : this.enter(event.key))) {
      event.preventDefault();
    }
  }

  /** Whether the key was one that pans or zooms. */
  moveView({ key, shiftKey, target }) {
    const { view } = this.timeline;
    const isOnBar = target.dataset.id !== undefined && !shiftKey;
    const moves = {
      "+": () => view.zoomHere(ZOOM_FACTOR),
      "=": () => view.zoomHere(ZOOM_FACTOR),
      "-": () => view.zoomHere(1 / ZOOM_FACTOR),
      n: () => this.page.followNow(),
      PageUp: () => view.pan(-view.span * 0.9),
      PageDown: () => view.pan(view.span * 0.9),
      ArrowLeft: isOnBar ? undefined : () => view.pan(-view.span * PAN_PART),
      ArrowRight: isOnBar ? undefined : () => view.pan(view.span * PAN_PART),
    };
    moves[key]?.();
    if (moves[key]) {
      this.page.draw();
    }
    return moves[key] !== undefined;
  }

  /** From the timeline itself to the bar nearest to its middle. */
  enter(key) {
    const row = key === "ArrowDown" || key === "Enter" ? this.inTheMiddle() : undefined;
    return this.goTo(row);
  }

  step(key, row) {
    const target = next(key, row, this.timeline.laneOf(row), this.timeline.rowsByLane());
    return this.goTo(target) || key.startsWith("Arrow");
  }

  /** Whether there was a row to go to. */
  goTo(row) {
    if (row === undefined) {
      return false;
    }
    this.timeline.view.reveal(row.startMs, drawnUntil(row));
    this.page.draw();
    this.timeline.bar(row.id)?.focus();
    return true;
  }

  /** This bar is the one in the tab order. */
  choose(key) {
    if (key !== this.key) {
      this.setTabIndex(this.key, -1);
      this.key = key;
    }
    this.setTabIndex(key, 0);
  }

  /** After drawing: there is a bar to tab to as long as there are bars. */
  drawn() {
    const bar = this.timeline.bar(this.key);
    if (!bar || (bar !== document.activeElement && !this.isInView(this.timeline.rows.get(this.key)))) {
      this.setTabIndex(this.key, -1);
      const row = this.inTheMiddle();
      this.key = row?.id ?? null;
    }
    this.setTabIndex(this.key, 0);
  }

  isInView(row) {
    const { view } = this.timeline;
    return row.startMs < view.until && drawnUntil(row) > view.from;
  }

  inTheMiddle() {
    const { view, rows } = this.timeline;
    const seen = [...rows.values()].filter((row) => this.isInView(row));
    return nearest(view.follows ? view.now : view.from + view.span / 2, seen);
  }

  setTabIndex(key, value) {
    const bar = this.timeline.bar(key);
    if (bar && bar.tabIndex !== value) {
      bar.tabIndex = value;
    }
  }
}
