/** How the table's rows are compared, and which are wanted. Pure. */

import { byStart } from "./row.js";
import { field } from "./words.js";

const compare = new Intl.Collator("en", { numeric: true }).compare;
const byText = (of) => (a, b) => compare(of(a), of(b)) || byStart(a, b);
const byNumber = (of) => (a, b) => of(a) - of(b) || byStart(a, b);
const stop = (row) => row.stopMs ?? Number.MAX_SAFE_INTEGER;

/** One order for each column. */
export const ORDERS = {
  name: byText((row) => row.name),
  antenna_field: byText((row) => row.antenna_field),
  status: byText((row) => row.status),
  startMs: byStart,
  stopMs: byNumber(stop),
  duration: byNumber((row) => stop(row) - row.startMs),
  recorded_bytes: byNumber((row) => row.recorded_bytes ?? 0),
  project: byText((row) => row.project ?? ""),
};

/** A row is wanted if it has the status (empty: any), and each word of the text is found in it. */
export function isWanted(text, status) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (row) => {
    const all = [row.name, field(row.antenna_field), row.antenna_field, row.project, row.scheduling_unit, row.id];
    const found = all.join(" ").toLowerCase();
    return (status === "" || row.status === status) && words.every((word) => found.includes(word));
  };
}
