/**
 * The timeline: a lane per antenna field, bars on it, the axis above, the now line across.
 *
 * Whatever happens between two frames is drawn by one `draw`. As time passes, and while somebody pans, one
 * transform moves what is drawn; elements are written only where rows or the scale changed.
 */

import { AxisDrawing } from "./axis_drawing.js";
import { Bars } from "./bars.js";
import { Flashes } from "./flashes.js";
import { Scale } from "./scale.js";
import { hour, second } from "./words.js";

const ALL_FIELDS = "";
const OTHER = "other";
/** Below this, seconds are told at the now line. */
const SECONDS_UP_TO_SPEED = 20;
/** So far a name may lag behind the edge that it stands at. */
const EDGE_STEP_PX = 2;

export class Timeline {
  /** @param {Element} element the server's: lanes with `data-field`, axis and now line */
  constructor(element, view, rows, resized) {
    this.element = element;
    this.view = view;
    this.rows = rows;
    this.seen = element.querySelector(".seen");
    this.moving = [...element.querySelectorAll(".moving")];
    this.nowLine = element.querySelector(".now-line");
    this.nowTime = element.querySelector(".now-time");
    this.axis = new AxisDrawing(element.querySelector(".axis .moving"), element.querySelector(".grid"));
    this.otherLabel = element.querySelector(".labels .other");
    this.lanes = new Map();
    for (const lane of element.querySelectorAll("[data-field]")) {
      this.lanes.set(lane.dataset.field, { element: lane, bars: new Bars(lane.querySelector(".bars")) });
    }
    this.everywhere = new Bars(element.querySelector(".everywhere"));
    this.flashes = new Flashes();
    this.isLit = true;
    this.dirty = new Set(this.lanes.keys());
    this.seenPx = this.seen.clientWidth;
    new ResizeObserver(() => {
      this.seenPx = this.seen.clientWidth;
      resized();
    }).observe(this.seen);
  }

  /** The lane that a row is on. */
  laneOf(row) {
    return this.lanes.has(row.antenna_field) ? row.antenna_field : OTHER;
  }

  changed(changes) {
    for (const { before, after } of changes.filter(isSeen)) {
      [before, after].filter(Boolean).forEach((row) => this.dirty.add(this.laneOf(row)));
      if (before && after) {
        this.flashes.due(after.id);
      }
    }
  }

  draw(now, speed) {
    if (this.seenPx <= 0) {
      return;
    }
    this.view.at(now);
    if (!this.scale?.serves(this.view, this.seenPx)) {
      this.scale = new Scale(this.view, this.seenPx);
      this.dirty = new Set(this.lanes.keys());
      this.axis.draw(this.scale);
    }
    if (this.dirty.size > 0) {
      this.drawLanes();
    }
    const edge = this.scale.x(this.view.from);
    this.moving.forEach((element) => write(element, "transform", `translateX(${(-edge).toFixed(2)}px)`));
    this.drawInBars(edge, this.scale.x(now));
    this.drawNow(now, speed);
  }

  /** By whole steps, in all bars at once: most frames then move what is drawn, and draw nothing. */
  drawInBars(edge, nowAt) {
    const step = [Math.floor(edge / EDGE_STEP_PX) * EDGE_STEP_PX, Math.floor(nowAt)];
    if (this.areBarsNew || step.some((px, place) => px !== this.step?.[place])) {
      this.areBarsNew = false;
      this.step = step;
      this.lanes.forEach(({ bars }) => {
        bars.holdNames(step[0]);
        bars.drawProgress(step[1]);
      });
    }
  }

  drawLanes() {
    const rowsOf = this.rowsByLane();
    for (const field of this.dirty) {
      const { element, bars } = this.lanes.get(field);
      bars.draw(rowsOf.get(field), this.scale);
      if (field === OTHER) {
        element.hidden = bars.drawn.size === 0;
        this.otherLabel.hidden = element.hidden;
      }
    }
    if (this.dirty.has(ALL_FIELDS)) {
      this.everywhere.draw(rowsOf.get(ALL_FIELDS), this.scale);
    }
    this.dirty.clear();
    this.areBarsNew = true;
    this.flashes.draw((key) => this.bar(key));
  }

  /** The rows of each lane, the lanes from top to bottom. */
  rowsByLane() {
    const rowsOf = new Map([...this.lanes.keys()].map((field) => [field, []]));
    this.rows.forEach((row) => rowsOf.get(this.laneOf(row)).push(row));
    return rowsOf;
  }

  drawNow(now, speed) {
    const at = ((now - this.view.from) / this.view.span) * this.seenPx;
    const isSeen = at >= 0 && at <= this.seenPx;
    this.nowLine.hidden = !isSeen;
    this.nowTime.hidden = !isSeen;
    if (isSeen) {
      write(this.nowLine, "transform", `translateX(${at.toFixed(2)}px)`);
      write(this.nowTime, "transform", `translateX(${at.toFixed(2)}px)`);
      const text = speed > SECONDS_UP_TO_SPEED ? hour(now) : second(now);
      if (this.nowTime.firstElementChild.textContent !== text) {
        this.nowTime.firstElementChild.textContent = text;
      }
    }
  }

  /** The lights of what is observing go on or off; with reduced motion they stay on. */
  beat() {
    this.isLit = this.flashes.calm.matches || !this.isLit;
    this.lanes.forEach(({ bars }) => bars.light(this.isLit));
  }

  /** The bar of a row, if it is drawn. */
  bar(key) {
    const row = this.rows.get(key);
    return row && this.lanes.get(this.laneOf(row)).bars.drawn.get(key)?.element;
  }
}

/** Most changes are none of a bar's: the volume that an observation has recorded, say. */
function isSeen({ before, after }) {
  return before?.look !== after?.look;
}

function write(element, property, value) {
  if (element.style[property] !== value) {
    element.style[property] = value;
  }
}
