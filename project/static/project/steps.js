/** From bar to bar by keys: which row lies next in a direction. Pure. */

import { byStart } from "./row.js";

const ALONG = { ArrowLeft: -1, ArrowRight: 1 };
const ACROSS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * @param {Map<string, object[]>} rowsOf rows of each lane, the lanes in their order
 * @param {string} lane the one that `row` is on
 * @returns {object|undefined} the row to go to
 */
export function next(key, row, lane, rowsOf) {
  const along = (rowsOf.get(lane) ?? []).toSorted(byStart);
  if (key in ALONG) {
    return along[along.findIndex(({ id }) => id === row.id) + ALONG[key]];
  }
  if (key === "Home" || key === "End") {
    return along.at(key === "Home" ? 0 : -1);
  }
  return key in ACROSS ? across(ACROSS[key], row, lane, rowsOf) : undefined;
}

/** The nearest in time on the next lane that has rows. */
function across(direction, row, lane, rowsOf) {
  const lanes = [...rowsOf.keys()];
  for (let place = lanes.indexOf(lane) + direction; lanes[place] !== undefined; place += direction) {
    const rows = rowsOf.get(lanes[place]);
    if (rows.length > 0) {
      return nearest(row.startMs, rows);
    }
  }
  return undefined;
}

/** The one that starts nearest to this time. */
export function nearest(time, rows) {
  const away = ({ startMs }) => Math.abs(startMs - time);
  return rows.reduce((best, row) => (best === undefined || away(row) < away(best) ? row : best), undefined);
}
