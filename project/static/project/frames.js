/**
 * When the page draws: once in a frame at most, whatever was asked for; and, as time passes, as often as it takes for what
 * moves to move evenly. In a hidden tab browsers give no frame, so nothing is drawn.
 */

const SMALLEST_MOVE_PX = 0.2;
const SLOWEST_MS = 1_000;
const FRAME_MS = 16;

export class Frames {
  /** @param {(ms: number) => number} draw draws, and answers how many px a second what is drawn moves */
  constructor(draw) {
    this.draw = draw;
    this.isRequested = false;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
  }

  request() {
    if (!this.isRequested) {
      this.isRequested = true;
      requestAnimationFrame((ms) => this.frame(ms));
    }
  }

  frame(ms) {
    this.isRequested = false;
    clearTimeout(this.timer);
    const pxPerSecond = this.draw(ms);
    const due = this.calm.matches ? SLOWEST_MS : Math.min(SLOWEST_MS, (1_000 * SMALLEST_MOVE_PX) / pxPerSecond);
    if (due <= FRAME_MS) {
      this.request();
    } else {
      this.timer = setTimeout(() => this.request(), due);
    }
  }
}
