/** Which of a lane's tracks a row is drawn on, so that rows at the same time stand beside each other. Pure. */

const TRACKS_AT_MOST = 4;

/**
 * @param {{id: string, from: number, until: number}[]} rows of one lane, by their start
 * @returns {Map<string, {track: number, of: number}>} rows that overlap share the lane's height; past four they hide each other
 */
export function tracks(rows) {
  const places = new Map();
  let ends = [];
  let together = [];
  for (const row of rows) {
    if (ends.every((end) => end <= row.from)) {
      settle(together, ends.length);
      ends = [];
      together = [];
    }
    const place = { track: freeTrack(ends, row), of: 1 };
    ends[place.track] = Math.max(ends[place.track] ?? 0, row.until);
    together.push(place);
    places.set(row.id, place);
  }
  settle(together, ends.length);
  return places;
}

function freeTrack(ends, row) {
  const free = ends.findIndex((end) => end <= row.from);
  if (free >= 0) {
    return free;
  }
  return ends.length < TRACKS_AT_MOST ? ends.length : ends.indexOf(Math.min(...ends));
}

function settle(places, of) {
  places.forEach((place) => {
    place.of = of;
  });
}
