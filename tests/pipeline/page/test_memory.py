"""What a page keeps of the rows that it shows: the newest, whatever stands in them."""

from playwright.sync_api import CDPSession, Page, expect

from tests.pipeline.page.site import Site
from tests.pipeline.page.test_timeline import EVIL

ROWS, CHANGES = 10, 60
HEAP_BYTES_MORE, NODES_MORE = 2_000_000, 500
LONG = EVIL + "x" * 60


def kept(devtools: CDPSession) -> tuple[float, float]:
    """The bytes of the JavaScript heap and the number of DOM nodes, after a collection."""
    devtools.send("HeapProfiler.collectGarbage")
    found = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"]


def test_rows_of_markup_that_change_on_and_on_leave_nothing(page: Page, site: Site) -> None:
    """PITFALLS A11."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    for _ in range(ROWS):
        site.observation(LONG)
    page.get_by_role("tab", name="Table").click()

    def changed(round_name: str) -> tuple[float, float]:
        for number in range(CHANGES):
            site.execute("UPDATE project_observation SET target = %s", f"{LONG} {round_name} {number}")
        last = f"{LONG} {round_name} {CHANGES - 1}"
        expect(page.get_by_role("cell", name=last)).to_have_count(ROWS)
        return kept(devtools)

    heap, nodes = changed("first")
    heap_later, nodes_later = changed("second")
    assert heap_later - heap < HEAP_BYTES_MORE
    assert nodes_later - nodes < NODES_MORE
    assert page.locator("img").count() == 0
