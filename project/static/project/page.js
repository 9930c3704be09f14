/** The page: opens the socket first, then fetches the plan, then follows what changes. */

import { Announcer } from "./announcer.js";
import { changeOf } from "./change.js";
import { PlanClock } from "./clock.js";
import { Connection } from "./connection.js";
import { Details } from "./details.js";
import { Frames } from "./frames.js";
import { Gestures } from "./gestures.js";
import { Keyboard } from "./keyboard.js";
import { Messages } from "./messages.js";
import { PlanRows } from "./plan_rows.js";
import { StatusLine } from "./status_line.js";
import { Summary } from "./summary.js";
import { Table } from "./table.js";
import { Tabs } from "./tabs.js";
import { runTheme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { Tooltip } from "./tooltip.js";
import { View } from "./view.js";

const HOUR = 3_600_000;
const SPAN = matchMedia("(max-width: 40rem)").matches ? 4 * HOUR : 12 * HOUR;
const BUTTON_ZOOM = 1.6;
const WORDS_MS = 500;

const byId = (id) => document.getElementById(id);
const { uri, heartbeat, plan: planUrl, admin: adminUrl } = document.body.dataset;

const clock = new PlanClock();
const view = new View(SPAN);
const frames = new Frames(draw);
const requestDraw = () => frames.request();

const rows = new PlanRows(planUrl, {
  changed: (changes) => {
    [timeline, announcer, details].forEach((part) => part.changed(changes));
    isTableOld = true;
    requestDraw();
  },
  told: ({ now, speed }, sentMs, answeredMs) => {
    clock.told(Date.parse(now), speed, sentMs, answeredMs);
    requestDraw();
  },
  fetched: (isCut) => {
    statusLine.fetched(isCut);
    document.body.classList.add("fetched");
    tell();
  },
  failed: (error, retryMs) => {
    statusLine.fetchFailed(error, retryMs);
    tell();
  },
});

const timeline = new Timeline(byId("timeline"), view, rows.rows, requestDraw);
const keyboard = new Keyboard(timeline, { draw: () => draw(performance.now()), followNow });
const tooltip = new Tooltip(byId("tooltip"), timeline.seen, (key) => rows.rows.get(key));
const announcer = new Announcer(byId("announcement"));
const details = new Details(byId("details"), adminUrl, (row) => {
  (tabs.current === "timeline-panel" ? timeline.bar(row.id) : table.button(row.id))?.focus();
});
const tabs = new Tabs(byId("tabs"), requestDraw);
const table = new Table(byId("table-panel"), rows.rows, { draw: drawTable, open });
const messages = new Messages(byId("messages-panel"), requestDraw);
const summary = new Summary(byId("legend"), byId("clock"));
let isTableOld = true;
let wordsAt = -Infinity;

const connection = new Connection(uri, JSON.parse(heartbeat), {
  connected: (awayMs) => {
    if (awayMs !== null) {
      statusLine.wasAway(awayMs);
    }
    rows.refetch();
  },
  changed: () => {
    if (connection.state === "lost" && rows.span === null) {
      rows.refetch();
    }
    tell();
  },
  message: (text) => {
    statusLine.messageCame();
    messages.came(text, clock.isKnown ? clock.at(performance.now()) : null);
    take(changeOf(text));
    requestDraw();
  },
});
const statusLine = new StatusLine(document.body, connection);

new Gestures(timeline.seen, {
  pan: (px) => {
    view.pan((px / timeline.seenPx) * view.span);
    requestDraw();
  },
  zoom: (factor, part) => {
    view.zoom(factor, part);
    requestDraw();
  },
});
timeline.seen.addEventListener("click", ({ target }) => open(target.closest(".bar")?.dataset.id));
byId("zoom-in").addEventListener("click", () => zoom(BUTTON_ZOOM));
byId("zoom-out").addEventListener("click", () => zoom(1 / BUTTON_ZOOM));
byId("follow").addEventListener("click", toggleFollowing);
runTheme(byId("theme"));
document.addEventListener("visibilitychange", () => (document.hidden ? rows.pause() : rows.resume()));
if (document.hidden) {
  rows.pause();
}
requestDraw();

/** Draw, and the words too. */
function tell() {
  wordsAt = -Infinity;
  requestDraw();
}

function take(change) {
  const takes = {
    row: () => rows.changed(change.table, change.key),
    deleted: () => rows.remove(change.key),
    all: () => rows.refetch(),
    clock: () => rows.clockChanged(),
    names: () => rows.namesChanged(),
  };
  takes[change.kind]?.();
}

function open(key) {
  const row = rows.rows.get(key);
  if (row) {
    tooltip.hide();
    details.open(row);
  }
}

function zoom(factor) {
  view.zoomHere(factor);
  requestDraw();
}

function toggleFollowing() {
  if (view.follows) {
    view.pan(0);
    requestDraw();
  } else {
    followNow();
  }
}

function followNow() {
  view.followNow();
  requestDraw();
}

function showFollowing() {
  const pressed = String(view.follows);
  if (byId("follow").ariaPressed !== pressed) {
    byId("follow").ariaPressed = pressed;
  }
}

function showEmptiness() {
  const isFull = rows.rows.size > 0 || !document.body.classList.contains("fetched");
  if (byId("empty").hidden !== isFull) {
    byId("empty").hidden = isFull;
  }
}

function drawTable() {
  isTableOld = true;
  requestDraw();
}

/** Everything that this frame shows; answers how many px a second the timeline moves. */
function draw(ms) {
  const pxPerSecond = clock.isKnown ? drawPlan(clock.at(ms)) : 0;
  if (ms - wordsAt > WORDS_MS) {
    wordsAt = ms;
    statusLine.draw();
    timeline.beat();
    summary.drawCounts(rows.rows.values(), view);
  }
  return pxPerSecond;
}

function drawPlan(now) {
  const isTimeline = tabs.current === "timeline-panel";
  summary.drawClock(now, clock.speed);
  if (isTimeline) {
    timeline.draw(now, clock.speed);
    keyboard.drawn();
    tooltip.changed();
    showFollowing();
    showEmptiness();
  } else {
    view.at(now);
  }
  if (tabs.current === "table-panel" && isTableOld) {
    isTableOld = false;
    table.draw(now);
  }
  if (tabs.current === "messages-panel") {
    messages.draw();
  }
  fetchWhatIsSeen();
  return isTimeline ? Math.abs(clock.speed * 1_000) / (view.span / timeline.seenPx) : 0;
}

/** Half a view beyond each end is at hand, so that a pan shows rows before it asks for them. */
function fetchWhatIsSeen() {
  const margin = view.span / 2;
  const isSeen = rows.span !== null && view.from - margin >= rows.span.from && view.until + margin <= rows.span.until;
  if (rows.span !== null && !isSeen) {
    const more = Math.max(view.span, 12 * HOUR);
    rows.cover(view.from - more, view.until + more);
  }
}
