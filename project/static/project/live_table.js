/** The page: opens the socket first, then fetches the rows, then follows what changes. */

import { Client } from "../ws/rowcast.js";
import { LiveRows } from "./live_rows.js";

const MESSAGES_SHOWN = 20;
const KEY = /^[0-9a-f]{32}$/;
const COLUMNS = ["target", "antenna_field", "status", "start", "stop"];

const { uri, heartbeat, rows: rowsUrl } = document.body.dataset;
const byId = (id) => document.getElementById(id);
const time = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });

const drawn = new Map();
let messageCount = 0;
let isDrawing = false;

const rows = new LiveRows(rowsUrl, {
  changed: () => draw(),
  fetched: (error) => {
    byId("fetching").textContent = error ? `The rows could not be fetched: ${error.message}. Trying again.` : "";
  },
});

new Client(`${uri}?subscribe-broadcast`, {
  heartbeat: JSON.parse(heartbeat),
  connected: () => {
    say("connected", "Connected");
    rows.refetch();
  },
  disconnected: (retryMs) => {
    const next = retryMs === null ? "Reload the page to try again." : `Next attempt in ${Math.ceil(retryMs / 1000)} s.`;
    say("lost", `Connection lost: what you see may be out of date. ${next}`);
  },
  message: (text) => {
    show(text);
    const { status, model, uuid } = parse(text);
    if (model !== "observation") {
      return;
    }
    if (!KEY.test(uuid)) {
      rows.changed(null);
    } else if (status === "deleted") {
      rows.remove(uuid);
    } else {
      rows.changed(uuid);
    }
  },
});

function say(state, text) {
  document.body.dataset.state = state;
  byId("connection").textContent = text;
}

/** Anybody may publish anything on a channel; what is no message of ours is shown, and no more. */
function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Texts of rows are shown as text: never as markup. */
function cell(text) {
  const element = document.createElement("td");
  element.textContent = text;
  return element;
}

function show(text) {
  messageCount += 1;
  byId("count").textContent = messageCount;
  const line = document.createElement("li");
  line.textContent = text;
  byId("messages").prepend(line);
  while (byId("messages").children.length > MESSAGES_SHOWN) {
    byId("messages").lastElementChild.remove();
  }
}

/** Draw what changed, once per frame, however many messages came. */
function draw() {
  if (!isDrawing) {
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      drawRows();
    });
  }
}

function drawRows() {
  const body = byId("rows");
  const sorted = [...rows.rows].sort(([, a], [, b]) => a.start.localeCompare(b.start) || a.id.localeCompare(b.id));
  for (const [key, { element }] of drawn) {
    if (!rows.rows.has(key)) {
      element.remove();
      drawn.delete(key);
    }
  }
  sorted.forEach(([key, row], place) => {
    const element = drawRow(key, row);
    if (body.children[place] !== element) {
      body.insertBefore(element, body.children[place] ?? null);
    }
  });
  byId("empty").hidden = sorted.length > 0;
}

/** The row's element, made or remade where the row is another than it was. */
function drawRow(key, row) {
  const text = JSON.stringify(row);
  const before = drawn.get(key);
  if (before?.text === text) {
    return before.element;
  }
  const element = document.createElement("tr");
  element.dataset.id = row.id;
  element.dataset.status = row.status;
  element.append(...COLUMNS.map((name) => cell(shown(name, row[name]))));
  element.classList.toggle("changed", before !== undefined);
  before?.element.replaceWith(element);
  drawn.set(key, { text, element });
  return element;
}

function shown(name, value) {
  if (value === null) {
    return "–";
  }
  return name === "start" || name === "stop" ? time.format(new Date(value)) : value;
}
