/**
 * Which span of the plan's time is seen, and what panning and zooming make of it. Pure.
 *
 * It follows now, which then stays where it is on the screen, until somebody pans.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const SHORTEST = 10 * MINUTE;
export const LONGEST = 7 * DAY;
/** How far from now the middle may be. */
export const FARTHEST = 366 * DAY;
/** Where now stands while it is followed, as a part of the width. */
const NOW_STANDS_AT = 0.3;

export class View {
  constructor(span) {
    this.span = span;
    this.from = 0;
    this.now = 0;
    this.followNow();
  }

  get until() {
    return this.from + this.span;
  }

  /** Go back to now, and stay with it. */
  followNow() {
    this.follows = true;
    this.nowStandsAt = NOW_STANDS_AT;
    this.at(this.now);
  }

  /** Time has come to this. */
  at(now) {
    this.now = now;
    if (this.follows) {
      this.from = now - this.span * this.nowStandsAt;
    }
  }

  pan(ms) {
    this.follows = false;
    this.move(this.from + ms);
  }

  /** Shorter by this factor, with the time at this part of the width staying where it is. */
  zoom(factor, part) {
    const fixed = this.from + this.span * part;
    this.span = Math.min(LONGEST, Math.max(SHORTEST, this.span / factor));
    this.move(fixed - this.span * part);
    this.nowStandsAt = (this.now - this.from) / this.span;
    this.follows &&= this.nowStandsAt > 0 && this.nowStandsAt < 1;
  }

  /** Zoom at now if that is seen, at the middle otherwise: what buttons and keys do. */
  zoomHere(factor) {
    const part = (this.now - this.from) / this.span;
    this.zoom(factor, part > 0 && part < 1 ? part : 0.5);
  }

  /** Pan by as little as shows this span, or its start if it is too long. */
  reveal(from, until) {
    const margin = this.span * 0.05;
    const isSeen = from >= this.from && (until <= this.until || until - from > this.span);
    if (isSeen && from < this.until - margin) {
      return;
    }
    const isBefore = from < this.from || until - from > this.span - 2 * margin;
    this.follows = false;
    this.move(isBefore ? from - margin : until + margin - this.span);
  }

  move(from) {
    const middle = this.now - this.span / 2;
    this.from = Math.min(middle + FARTHEST, Math.max(middle - FARTHEST, from));
  }
}
