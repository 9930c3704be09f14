"""The page in a real browser under load: what its memory and its frames do. Prints a line a minute, then a summary.

Frame time is from the start of a frame's callbacks until the main thread is free again after style, layout and paint:
on a busy machine it holds what others took meanwhile. Processor time a frame is all that the main thread used, messages
and requests included. Memory is the JavaScript heap and the number of DOM nodes, each after a collection.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

COLUMNS = ("seconds", "messages", "a second", "heap MB", "nodes", "listeners", "frames", "median ms", "99 % ms")
ENOUGH_READINGS = 4
"""One at the start, one that holds the page's beginning, and one for each half of the summary."""
HEADING = "  ".join((*COLUMNS, "longest ms", "processor ms a frame"))

# Counts what the socket brings and times the frames in which the page draws, from the first callback of a frame on; the
# channel's message is handled right after the frame's paint.
PROBE = """
globalThis.probe = { heard: 0, frames: [] };
globalThis.WebSocket = class extends WebSocket {
  constructor(...words) {
    super(...words);
    this.addEventListener("message", () => { probe.heard += 1; });
  }
};
const painted = new MessageChannel();
const request = globalThis.requestAnimationFrame.bind(globalThis);
let frame = 0;
let begun = 0;
painted.port1.onmessage = () => probe.frames.push(performance.now() - begun);
globalThis.requestAnimationFrame = (callback) => request((time) => {
  if (time !== frame) {
    frame = time;
    begun = performance.now();
    painted.port2.postMessage(null);
  }
  callback(time);
});
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """The page at one moment, and its frames since the reading before."""

    heard: int
    """Messages and heartbeats since the page was opened."""
    heap_bytes: float
    nodes: float
    listeners: float
    processor_seconds: float
    """Of the main thread, since the page was opened."""
    frames_ms: list[float]


def main() -> int:
    options = _options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(PROBE)
        page.goto(options.url)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        readings = _watch(page, devtools, options)
        browser.close()
    if len(readings) < ENOUGH_READINGS:
        sys.exit(f"Too short for a summary: it takes {ENOUGH_READINGS - 1} readings (--seconds, --every).")
    _summarise(readings[2:])
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stress.page", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000/", help="the page (default: %(default)s)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between readings (default: %(default)g)")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--seconds", type=float, default=300.0, help="how long (default: %(default)g)")
    limit.add_argument("--messages", type=int, help="until so many messages have come, instead")
    return parser.parse_args()


def _watch(page: Page, devtools: CDPSession, options: argparse.Namespace) -> list[Reading]:
    readings: list[Reading] = []
    started_at = time.monotonic()
    print(HEADING)
    readings.append(_read(page, devtools))
    while not _is_over(options, readings, time.monotonic() - started_at):
        began_at = time.monotonic()
        page.wait_for_timeout(options.every * 1000)
        readings.append(_read(page, devtools))
        _print(readings[-2], readings[-1], time.monotonic() - began_at, time.monotonic() - started_at)
        if readings[-1].heard == readings[-2].heard:
            sys.exit(f"Nothing came for {options.every:g} s, not even a heartbeat: is `make run` up?")
    return readings


def _is_over(options: argparse.Namespace, readings: list[Reading], seconds: float) -> bool:
    if options.messages is None:
        return bool(seconds >= options.seconds)
    return bool(readings) and readings[-1].heard >= options.messages


def _read(page: Page, devtools: CDPSession) -> Reading:
    frames = page.evaluate("probe.frames.splice(0)")
    devtools.send("HeapProfiler.collectGarbage")
    metrics = {it["name"]: it["value"] for it in devtools.send("Performance.getMetrics")["metrics"]}
    heard = page.evaluate("probe.heard")
    return Reading(
        heard=heard,
        heap_bytes=metrics["JSHeapUsedSize"],
        nodes=metrics["Nodes"],
        listeners=metrics["JSEventListeners"],
        processor_seconds=metrics["TaskDuration"],
        frames_ms=frames,
    )


def _print(before: Reading, reading: Reading, span_seconds: float, seconds: float) -> None:
    ordered = sorted(reading.frames_ms) or [float("nan")]
    print(
        f"{seconds:7.0f}  {reading.heard:8d}  {(reading.heard - before.heard) / span_seconds:8.1f}"
        f"  {reading.heap_bytes / 1e6:7.2f}  {reading.nodes:5.0f}  {reading.listeners:9.0f}"
        f"  {len(reading.frames_ms):6d}"
        f"  {statistics.median(ordered):9.2f}  {_part(ordered, 0.99):7.2f}  {ordered[-1]:10.2f}"
        f"  {_processor_ms(before, reading):20.2f}",
        flush=True,
    )


def _processor_ms(before: Reading, reading: Reading) -> float:
    """The main thread's, for each frame that was drawn between the two."""
    return (reading.processor_seconds - before.processor_seconds) * 1000 / max(1, len(reading.frames_ms))


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _summarise(readings: list[Reading]) -> None:
    """Of all readings but those that hold the page's start."""
    frames = sorted(time for reading in readings for time in reading.frames_ms) or [float("nan")]
    within = sum(time < 16 for time in frames) / len(frames)
    heaps = [reading.heap_bytes / 1e6 for reading in readings]
    half = len(heaps) // 2 or 1
    print(
        f"{readings[-1].heard} messages; frames: median {statistics.median(frames):.2f} ms, 99 %"
        f" {_part(frames, 0.99):.2f} ms, {within:.2%} under 16 ms; heap: {statistics.mean(heaps[:half]):.2f} MB in the"
        f" first half, {statistics.mean(heaps[half:] or heaps):.2f} MB in the second"
    )


if __name__ == "__main__":
    sys.exit(main())
