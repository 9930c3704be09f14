/** What is drawn of time and where: three widths of what is seen, so that a pan moves what is there already. Pure. */

export class Scale {
  /** @param {import("./view.js").View} view @param {number} seenPx how wide it is on the screen */
  constructor(view, seenPx) {
    this.msPerPx = view.span / seenPx;
    this.seenPx = seenPx;
    this.from = view.from - view.span;
    this.until = view.until + view.span;
    this.width = 3 * seenPx;
  }

  x(ms) {
    return (ms - this.from) / this.msPerPx;
  }

  /** Whether this still serves: nobody zoomed, and what is seen is drawn. */
  serves(view, seenPx) {
    const isSame = Math.abs(view.span / seenPx - this.msPerPx) < 1e-9 && seenPx === this.seenPx;
    return isSame && view.from >= this.from && view.until <= this.until;
  }
}
