/**
 * The bars of one lane: its rows that lie in the drawn span, each a button at its place in time.
 *
 * An element lives as long as its row is drawn; only what differs from what it shows is written to it.
 */

import { byStart, drawnUntil, touches } from "./row.js";
import { tracks } from "./tracks.js";
import { sentence } from "./words.js";

const NARROWEST_PX = 4;
const NAME_FITS_PX = 60;
const ICON_FITS_PX = 18;
/** Past both ends of what is drawn, where nobody sees an edge. */
const BEYOND_PX = 8;

export class Bars {
  constructor(element) {
    this.element = element;
    this.drawn = new Map();
  }

  /** @param {object[]} rows the lane's; @param {import("./scale.js").Scale} scale what is drawn of time, and where */
  draw(rows, scale) {
    const seen = rows.filter((row) => touches(row, scale.from, scale.until)).sort(byStart);
    const places = tracks(seen.filter((row) => row.table !== "reservations").map(spanOf));
    const keys = new Set(seen.map((row) => row.id));
    for (const [key, { element }] of this.drawn) {
      if (!keys.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    seen.forEach((row) => this.drawBar(row, places.get(row.id), scale));
    seen.filter((row) => row.table === "reservations").forEach((row) => this.markCovered(row, seen));
    this.order(seen);
  }

  drawBar(row, place, scale) {
    const bar = this.drawn.get(row.id) ?? this.add(row);
    const left = Math.max(scale.x(row.startMs), -BEYOND_PX);
    const right = Math.min(scale.x(drawnUntil(row)), scale.width + BEYOND_PX);
    const width = Math.max(right - left - 1, NARROWEST_PX);
    write(bar, "left", left.toFixed(2), (px) => bar.element.style.setProperty("left", `${px}px`));
    write(bar, "width", width.toFixed(2), (px) => bar.element.style.setProperty("width", `${px}px`));
    write(bar, "track", place?.track ?? 0, (track) => bar.element.style.setProperty("--track", track));
    write(bar, "of", place?.of ?? 1, (of) => bar.element.style.setProperty("--tracks", of));
    if (bar.look !== row.look) {
      bar.look = row.look;
      describe(bar, row);
    }
  }

  /** The name of a reservation is not to be read between the bars that stand on it. */
  markCovered(row, seen) {
    const isOn = (other) => other.table !== "reservations" && touches(other, row.startMs, drawnUntil(row));
    this.drawn.get(row.id).element.classList.toggle("covered", seen.some(isOn));
  }

  /** How far an observation has come shows as time passes. */
  drawProgress(at) {
    for (const bar of this.drawn.values()) {
      if (bar.shown.status === "observing") {
        const left = Math.max(0, Math.min(bar.shown.width - (at - bar.shown.left), bar.shown.width));
        write(bar, "undone", left.toFixed(0), (px) => bar.done.style.setProperty("clip-path", `inset(0 ${px}px 0 0)`));
      }
    }
  }

  /** The recording lights. */
  light(isLit) {
    for (const bar of this.drawn.values()) {
      const isOff = bar.shown.status === "observing" && !isLit;
      write(bar, "isOff", isOff, () => bar.icon.classList.toggle("off", isOff));
    }
  }

  /** The names of bars that began to the left of what is seen stand at its edge, as long as there is room. */
  holdNames(edge) {
    for (const bar of this.drawn.values()) {
      const inset = Math.min(Math.max(0, edge - bar.shown.left), bar.shown.width);
      write(bar, "fits", fits(bar.shown.width - inset), (what) => {
        bar.element.dataset.fits = what;
      });
      write(bar, "inset", inset.toFixed(0), (px) => bar.element.style.setProperty("--inset", `${px}px`));
    }
  }

  add(row) {
    const element = document.createElement("button");
    const done = document.createElement("span");
    const icon = document.createElement("span");
    const name = document.createElement("span");
    element.type = "button";
    element.className = "bar";
    element.tabIndex = -1;
    element.dataset.id = row.id;
    element.dataset.table = row.table;
    done.className = "done";
    icon.className = "icon";
    name.className = "name";
    element.append(done, icon, name);
    const bar = { element, done, icon, name, shown: {} };
    this.drawn.set(row.id, bar);
    this.element.append(element);
    return bar;
  }

  /** Screen readers go through a lane as time does. Moving an element would take the focus from it. */
  order(rows) {
    let next = null;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    for (const row of rows.toReversed()) {
      const { element } = this.drawn.get(row.id);
      if (element.nextElementSibling !== next) {
        this.element.insertBefore(element, next);
      }
      next = element;
    }
    if (focused?.isConnected && document.activeElement !== focused) {
      focused.focus({ preventScroll: true });
    }
  }
}

function spanOf(row) {
  return { id: row.id, from: row.startMs, until: drawnUntil(row) };
}

function fits(width) {
  if (width >= NAME_FITS_PX) {
    return "name";
  }
  return width >= ICON_FITS_PX ? "icon" : "nothing";
}

function describe(bar, row) {
  const { element, name } = bar;
  write(bar, "status", row.status, (status) => {
    element.dataset.status = status;
  });
  write(bar, "name", row.name, (text) => {
    name.textContent = text;
  });
  write(bar, "sentence", sentence(row), (text) => element.setAttribute("aria-label", text));
  element.classList.toggle("open-end", row.stopMs === null);
}

function write(bar, what, value, set) {
  if (bar.shown[what] !== value) {
    bar.shown[what] = value;
    set(value);
  }
}
