/** The plan at a glance: its time, and how many rows have each status. */

import { touches } from "./row.js";
import { count, day, hour, second } from "./words.js";

const SECONDS_UP_TO_SPEED = 20;

export class Summary {
  /** @param {Element} legend with an element of `data-count` for each status @param {Element} clock */
  constructor(legend, clock) {
    this.counts = [...legend.querySelectorAll("[data-count]")];
    [this.day, this.time, this.speed] = clock.querySelectorAll(".day, .time, .speed");
  }

  /** Of the rows that are in view. */
  drawCounts(rows, view) {
    const totals = new Map();
    for (const row of rows) {
      const what = row.table === "reservations" ? "reservation" : row.status;
      totals.set(what, (totals.get(what) ?? 0) + Number(touches(row, view.from, view.until)));
    }
    this.counts.forEach((element) => write(element, count(totals.get(element.dataset.count) ?? 0)));
  }

  drawClock(now, speed) {
    write(this.time, speed > SECONDS_UP_TO_SPEED ? hour(now) : second(now));
    write(this.day, day(now));
    write(this.speed, speed === 1 ? "" : `${count(speed)} × real time`);
  }
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
