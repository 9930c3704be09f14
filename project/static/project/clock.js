/**
 * The plan's time: told by the server, carried on by the browser's monotonic clock.
 *
 * What comes in is the plan's time and speed, and the span of `performance.now()` within which the server read them; what
 * goes out is the plan's time at any moment. The visitor's own clock is never asked. Pure.
 */

export class PlanClock {
  constructor() {
    this.speed = null;
  }

  get isKnown() {
    return this.speed !== null;
  }

  /** The plan's time in ms since 1970; `ms` is a `performance.now()`. */
  at(ms) {
    return this.planTime + (ms - this.setAt) * this.speed;
  }

  /**
   * The server looked at its clock between request and answer. While what we say agrees with that, nothing moves: a slow
   * answer is no reason for the now line to jump. Otherwise we move by as little as makes it agree.
   */
  told(planTime, speed, sentMs, answeredMs) {
    if (this.speed !== speed) {
      this.speed = speed;
      this.planTime = planTime;
      this.setAt = (sentMs + answeredMs) / 2;
      return;
    }
    const behind = planTime - this.at(answeredMs);
    const ahead = this.at(sentMs) - planTime;
    if (behind > 0) {
      this.planTime += behind;
    } else if (ahead > 0) {
      this.planTime -= ahead;
    }
  }
}
