/** How times, lengths, volumes and places in the sky are written; the plan's times are UTC. Pure. */

const NONE = "–";
const MINUTE = 60_000;
const options = { timeZone: "UTC", hourCycle: "h23" };
const hourForm = new Intl.DateTimeFormat("en-GB", { ...options, hour: "2-digit", minute: "2-digit" });
const secondForm = new Intl.DateTimeFormat("en-GB", { ...options, timeStyle: "medium" });
const dayForm = new Intl.DateTimeFormat("en-GB", { ...options, weekday: "short", day: "numeric", month: "short", year: "numeric" });
const shortForm = new Intl.DateTimeFormat("en-GB", { ...options, day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });
const number = new Intl.NumberFormat("en-GB");

export const hour = (ms) => hourForm.format(ms);
export const second = (ms) => secondForm.format(ms);
export const day = (ms) => dayForm.format(ms).replace(",", "");
export const moment = (ms) => (ms === null ? NONE : shortForm.format(ms).replace(",", ""));
export const count = (value) => number.format(value);

/** `CS002HBA0` as people say it: `CS002 HBA0`. */
export function field(name) {
  return name === "" ? "all fields" : name.replace(/^([A-Z]{2}\d{3})(?=.)/, "$1 ");
}

/** A length of time, in the two largest units that it has. */
export function length(ms) {
  const minutes = Math.round(ms / MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) {
    return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  }
  if (hours > 0) {
    return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`;
  }
  return `${rest} min`;
}

/** A while of the visitor's: seconds count in its first minutes. */
export function passed(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  return seconds < 600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : length(ms);
}

export function volume(bytes) {
  if (!bytes) {
    return NONE;
  }
  const power = Math.min(5, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power > 0 && value < 100 ? 1 : 0)} ${["B", "kB", "MB", "GB", "TB", "PB"][power]}`;
}

/** Degrees as astronomers write them: `18h 36m 56s`. */
export function rightAscension(degrees) {
  return degrees === null ? NONE : sexagesimal((((degrees / 15) % 24) + 24) % 24, ["h", "m", "s"]);
}

/** `+38° 47′ 01″` */
export function declination(degrees) {
  return degrees === null ? NONE : `${degrees < 0 ? "−" : "+"}${sexagesimal(Math.abs(degrees), ["°", "′", "″"])}`;
}

function sexagesimal(value, units) {
  const seconds = Math.round(value * 3600);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part, place) => `${String(part).padStart(2, "0")}${units[place]}`).join(" ");
}

/** What a screen reader says of a row: `Vega, CS002 LBA, observing, 20:10 to 22:40`. */
export function sentence(row) {
  const end = row.stopMs === null ? "open end" : hour(row.stopMs);
  const kind = row.table === "reservations" ? `Reservation: ${row.name}` : row.name;
  return `${kind}, ${field(row.antenna_field)}, ${row.status}, ${hour(row.startMs)} to ${end}`;
}
