/** One row of the plan as the page draws it. Pure. */

const HOUR = 3_600_000;

/**
 * The site's row with its times in ms since 1970, its name, and two texts to tell whether it changed: all of it, and
 * what a bar shows of it.
 */
export function rowOf(table) {
  return (told) => {
    const startMs = Date.parse(told.start);
    const stopMs = told.stop === null ? null : Date.parse(told.stop);
    const name = told.target ?? told.purpose;
    const status = told.status ?? "draft";
    const look = JSON.stringify([name, told.antenna_field, status, startMs, stopMs]);
    return { ...told, table, status, startMs, stopMs, name, look, text: JSON.stringify(told) };
  };
}

/** Until when it is drawn: with an open end for an hour, a reservation for ever. */
export function drawnUntil(row) {
  if (row.stopMs !== null) {
    return Math.max(row.stopMs, row.startMs);
  }
  return row.table === "reservations" ? Infinity : row.startMs + HOUR;
}

export function touches(row, from, until) {
  return row.startMs <= until && drawnUntil(row) >= from;
}

/** By start, and by key where that is the same. */
export function byStart(a, b) {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : Number(a.id > b.id));
}
