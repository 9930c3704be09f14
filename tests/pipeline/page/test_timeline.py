"""The timeline in a real Chromium against the real pipeline: bars follow rows."""

import re
from contextlib import closing

import redis
from playwright.sync_api import Browser, Page, expect

from tests.pipeline.page.site import Site, bar, opened_page
from tests.processes import Process

EVIL = "<img src=x onerror=\"document.title='evil'\">"
GREY = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")


def test_rows_that_sql_inserts_changes_and_deletes_follow_on_the_page(page: Page, site: Site) -> None:
    """Compatibility W8."""
    site.observation("Cygnus A")
    expect(bar(page, "Cygnus A")).to_have_attribute("data-status", "scheduled")
    site.execute("UPDATE project_observation SET status = 'observing'")
    expect(bar(page, "Cygnus A")).to_have_attribute("data-status", "observing")
    site.execute("DELETE FROM project_observation")
    expect(bar(page, "Cygnus A")).to_have_count(0)


def test_a_bar_moves_to_another_time_and_another_lane(page: Page, site: Site) -> None:
    site.observation("Vega", field="CS002LBA")
    expect(page.get_by_role("group", name="CS002 LBA").locator(".bar")).to_have_count(1)
    before = bar(page, "Vega").bounding_box()
    site.execute("UPDATE project_observation SET antenna_field = 'DE601HBA', start = start + interval '2 hours'")
    moved = page.get_by_role("group", name="DE601 HBA").locator(".bar")
    expect(moved).to_have_count(1)
    after = moved.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"]
    assert after["y"] > before["y"]


def test_each_status_has_its_own_colour_and_its_own_second_cue(page: Page, site: Site) -> None:
    """Compatibility W8."""
    statuses = ["defined", "scheduled", "observing", "observed", "processing", "finished", "error", "cancelled"]
    for place, status in enumerate(statuses):
        site.observation(status, status=status, hours=place * 0.2)
    looks = []
    for status in statuses:
        drawn = page.locator(f".lane .bar[data-status={status}]")
        expect(drawn).to_have_count(1)
        cues = (
            "it => { const own = getComputedStyle(it), icon = getComputedStyle(it.querySelector('.icon'), '::before');"
        )
        cues += " return [own.backgroundColor, [own.borderTopStyle, icon.content].join()] }"
        looks.append(drawn.evaluate(cues))
    assert len({colour for colour, _ in looks}) == len(statuses)
    assert len({cue for _, cue in looks}) == len(statuses)


def test_a_queryset_update_follows_and_a_rolled_back_change_never_does(page: Page, site: Site) -> None:
    site.observation("Steady")
    expect(bar(page, "Steady")).to_have_count(1)
    with closing(site.pipeline.database()) as database, database.cursor() as cursor:
        database.autocommit = False
        cursor.execute("UPDATE project_observation SET status = 'error'")
        database.rollback()
    code = "from project.models import Observation; Observation.objects.update(status='observed')"
    with Process.manage("shell", "--no-imports", "-c", code, environment=site.pipeline.environment) as shell:
        assert shell.wait() == 0, shell.output
    expect(bar(page, "Steady")).to_have_attribute("data-status", "observed")
    page.get_by_role("tab", name="Messages").click()
    key = bar_key(page, "Steady")
    told = page.get_by_role("listitem").filter(has_text=key).locator("code")
    expect(told).to_have_count(2)
    assert [text.split('"')[3] for text in told.all_text_contents()] == ["updated", "created"]


def test_rows_of_before_the_page_was_opened_are_there(browser: Browser, site: Site) -> None:
    site.observation("Earlier")
    with opened_page(browser, site.address) as opened:
        expect(bar(opened, "Earlier")).to_have_count(1)


def test_a_burst_of_five_thousand_changes_ends_with_what_the_database_has(page: Page, site: Site) -> None:
    site.execute(
        "INSERT INTO project_observation (target, start, stop)"
        " SELECT 'Burst', now() + n * interval '1 minute', now() + n * interval '1 minute' + interval '50 s'"
        " FROM generate_series(1, 5000) AS n"
    )
    expect(page.locator("[data-count=defined]")).not_to_have_text("0")
    site.execute("UPDATE project_observation SET status = 'finished'")
    expect(page.locator("[data-count=defined]")).to_have_text("0")
    expect(page.locator("[data-tells=cut]")).to_contain_text("There is more in this span")
    site.execute("DELETE FROM project_observation")
    expect(page.locator(".lane .bar")).to_have_count(0)
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator("[data-tells=count]")).to_contain_text("15,0")


def test_what_is_no_message_of_ours_is_shown_and_does_no_harm(page: Page, site: Site) -> None:
    with redis.Redis.from_url(site.pipeline.environment["REDIS_URL"]) as publisher:
        for odd in ("hello", "null", "[1]", '{"model": "observation"}', '{"model": "constructor"}'):
            publisher.publish("rodan:broadcast:rodan", odd)
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_role("listitem").filter(has_text="hello")).to_be_visible()
    page.get_by_role("tab", name="Timeline").click()
    site.observation("After the odd ones")
    expect(bar(page, "After the odd ones")).to_have_count(1)


def test_a_resync_has_the_plan_fetched_anew(page: Page, site: Site) -> None:
    site.observation("Vega")
    expect(bar(page, "Vega")).to_have_count(1)
    with site.without_triggers():
        site.execute("UPDATE project_observation SET status = 'error'")
    with redis.Redis.from_url(site.pipeline.environment["REDIS_URL"]) as publisher:
        message = '{"status": "resync", "model": "observation", "uuid": null}'
        publisher.publish("rodan:broadcast:rodan", message)
    expect(bar(page, "Vega")).to_have_attribute("data-status", "error")


def test_texts_of_rows_and_messages_are_shown_as_text(page: Page, site: Site) -> None:
    """PITFALLS A11."""
    site.observation(EVIL)
    expect(page.locator(".lane .bar .name")).to_have_text(EVIL)
    page.locator(".lane .bar").click()
    expect(page.get_by_role("heading", name=EVIL)).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    expect(page.get_by_role("cell", name=EVIL)).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    with redis.Redis.from_url(site.pipeline.environment["REDIS_URL"]) as publisher:
        publisher.publish("rodan:broadcast:rodan", EVIL)
    expect(page.get_by_text(EVIL, exact=False).last).to_be_visible()
    expect(page).to_have_title("Observing plan, live")
    assert page.locator("img").count() == 0


def test_a_reservation_without_a_field_spans_all_lanes(page: Page, site: Site) -> None:
    site.execute("INSERT INTO project_reservation (purpose, stop) VALUES ('Roll-out', now() + interval '3 hours')")
    expect(bar(page, "Reservation: Roll-out, all fields")).to_be_visible()
    band = page.locator(".everywhere .bar").bounding_box()
    lane = page.get_by_role("group", name="DE601 HBA").bounding_box()
    assert band is not None
    assert lane is not None
    assert band["y"] + band["height"] >= lane["y"] + lane["height"]


def test_an_unknown_field_has_a_lane_of_its_own(page: Page, site: Site) -> None:
    other = page.get_by_role("group", name="Other fields")
    expect(other).to_be_hidden()
    site.observation("Elsewhere", field="SE607LBA")
    expect(other.locator(".bar")).to_have_count(1)


def test_the_page_runs_no_inline_script_and_no_inline_style(page: Page, site: Site) -> None:
    """PITFALLS A11."""
    response = page.request.get(site.address)
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.search(r"<script(?![^>]*\bsrc=)|<style| style=", response.text()) is None


def test_a_clock_that_is_set_turns_the_page_to_its_time(page: Page, site: Site) -> None:
    site.execute("INSERT INTO project_clock (plan_time, set_at, speed) VALUES ('2030-01-31 12:00Z', now(), 60)")
    expect(page.locator("#clock .day")).to_have_text("Thu 31 Jan 2030")
    expect(page.locator("#clock .speed")).to_have_text("60 × real time")
    site.execute("DELETE FROM project_clock")
    expect(page.locator("#clock .day")).not_to_have_text("Thu 31 Jan 2030")


def test_a_renamed_project_shows_in_the_rows_that_bear_its_name(page: Page, site: Site) -> None:
    site.execute(
        "WITH project AS (INSERT INTO project_project (name) VALUES ('Sky survey') RETURNING id),"
        " unit AS (INSERT INTO project_schedulingunit (name, project_id) SELECT 'Unit', id FROM project RETURNING id)"
        " INSERT INTO project_observation (target, scheduling_unit_id) SELECT 'Vega', id FROM unit"
    )
    bar(page, "Vega").click()
    details = page.get_by_role("complementary")
    expect(details).to_contain_text("Sky survey")
    site.execute("UPDATE project_project SET name = 'All sky'")
    expect(details).to_contain_text("All sky")
    site.execute("DELETE FROM project_observation")
    site.execute("DELETE FROM project_schedulingunit")
    site.execute("DELETE FROM project_project")


def bar_key(page: Page, name: str) -> str:
    page.get_by_role("tab", name="Timeline").click()
    key = bar(page, name).get_attribute("data-id")
    page.get_by_role("tab", name="Messages").click()
    assert key is not None
    return key
