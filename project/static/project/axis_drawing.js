/** The axis and the lines below it; elements are used again, so that panning makes none. */

import { ticks } from "./axis.js";

export class AxisDrawing {
  constructor(axis, grid) {
    this.axis = axis;
    this.grid = grid;
  }

  draw(scale) {
    const found = ticks(scale.from, scale.until, scale.msPerPx);
    fill(this.axis, found.length);
    fill(this.grid, found.length);
    found.forEach(({ at, label, isDay }, place) => {
      const x = `translateX(${scale.x(at).toFixed(2)}px)`;
      for (const element of [this.axis.children[place], this.grid.children[place]]) {
        element.style.transform = x;
        element.classList.toggle("day", isDay);
      }
      this.axis.children[place].textContent = label;
    });
  }
}

function fill(parent, count) {
  while (parent.children.length > count) {
    parent.lastElementChild.remove();
  }
  while (parent.children.length < count) {
    parent.append(document.createElement("span"));
  }
}
