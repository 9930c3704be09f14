/** Where the time axis has its ticks, at every zoom, in UTC. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14].map((days) => days * DAY),
];
/** A Monday: ticks a week apart stand on Mondays. */
const FIRST_MONDAY = 4 * DAY;

const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

/** The shortest step whose ticks stand no closer than this. */
export function step(msPerPx, closestPx) {
  return STEPS.find((length) => length / msPerPx >= closestPx) ?? STEPS.at(-1);
}

/** The ticks of this span of time: `{at, label, isDay}`; a new day is told by its date instead of its hour. */
export function ticks(from, until, msPerPx, closestPx = 72) {
  const length = step(msPerPx, closestPx);
  const base = length > DAY ? FIRST_MONDAY : 0;
  const found = [];
  for (let at = base + Math.ceil((from - base) / length) * length; at <= until; at += length) {
    const isDay = at % DAY === 0;
    found.push({ at, isDay, label: isDay ? day.format(at) : hour.format(at) });
  }
  return found;
}
