"""From the settings to the routes: formats, channels, and the site's functions."""

import json
from typing import Any

import pytest
from pytest_django import Settings

from tests.shop.models import Frigate
from tests.ws.listener.log_rows import row
from triggers.functions import PathError
from triggers.settings import load
from ws.listener.audiences import Chosen, Owners
from ws.listener.message_observations import Misfortune
from ws.listener.routes import Route, Routes, Split
from ws.listener.watched import routes, snake_case
from ws.wire.channels import Channel


class Watching:
    """Routes by the settings."""

    def __init__(self, settings: Settings) -> None:
        self.noted: list[Misfortune] = []
        self._settings = settings

    def __call__(self, *entries: object, **changes: object) -> Routes:
        self._settings.TRIGGERS = {**self._settings.TRIGGERS, "WATCH": list(entries), **changes}
        return routes("site", load(), "default", self.noted.append)


@pytest.fixture
def watching(settings: Settings) -> Watching:
    return Watching(settings)


def told(routes: Routes, **columns: Any) -> dict[str, Any]:  # noqa: ANN401 - as the column is
    """The message of a row."""
    changed = row(**columns)
    (message,) = routes.of(changed.model).format.compose(changed)
    found: dict[str, Any] = json.loads(message)
    return found


def test_every_model_has_its_audiences_channel(watching: Watching) -> None:
    found = watching(
        "project.Project",
        {"model": "project.Observation", "facility": "sky"},
        {"model": "shop.Order", "audience": {"group": "cooks"}},
    )
    ways = [found.of(model) for model in ("project.project", "project.observation", "shop.order")]
    assert [way.channel for way in ways if isinstance(way, Route)] == [
        Channel("site:broadcast:rodan"),
        Channel("site:broadcast:sky"),
        Channel("site:group:cooks:rodan"),
    ]
    assert len(found.channels) == 3


def test_owners_and_functions_name_their_channels_later(watching: Watching) -> None:
    found = watching(
        {"model": "shop.Letter", "audience": {"owner": "writer"}},
        {"model": "shop.Slug", "audience": "tests.shop.telling.readers"},
    )
    ways = [found.of(model) for model in ("shop.letter", "shop.slug")]
    assert [type(way.audiences) for way in ways if isinstance(way, Split)] == [Owners, Chosen]
    assert found.channels == (Channel("site:broadcast:rodan"),)


def test_an_owner_is_not_shown_unless_he_travels_along(watching: Watching) -> None:
    entry = {"model": "shop.Letter", "audience": {"owner": "writer"}, "carry": ["text"]}
    letter = {"model": "shop.letter", "key": "1", "carried": '{"text" : "Dear", "writer_id" : 5}'}
    assert told(watching(entry), **letter)["carried"] == {"text": "Dear"}
    shown = watching({**entry, "carry": ["text", "writer"]})
    assert told(shown, **letter)["carried"] == {"text": "Dear", "writer_id": 5}


@pytest.mark.parametrize("message", ["rodan", "tmss", "tests.shop.telling.told"])
def test_no_format_shows_an_owner_who_does_not_travel_along(watching: Watching, message: str) -> None:
    found = watching({"model": "shop.Letter", "audience": {"owner": "writer"}, "message": message})
    assert "writer" not in json.dumps(told(found, model="shop.letter", key="1", carried='{"writer_id" : 5}'))


def test_each_watch_may_have_a_format_of_its_own(watching: Watching) -> None:
    found = watching(
        {"model": "project.SchedulingUnit", "message": "tmss"},
        {"model": "shop.Order", "message": "tests.shop.telling.told"},
        "shop.Counter",
    )
    unit = told(found, model="project.schedulingunit", key="7" * 32, carried='{"project_id" : "77"}')
    assert unit == {"object_details": {"id": "7" * 32}, "object_type": "scheduling_unit", "action": "update"}
    assert told(found, key="1") == {"what": "updated", "which": "1"}
    assert told(found, model="shop.counter", key="1")["model"] == "counter"


@pytest.mark.parametrize(
    ("model", "type_"),
    [
        ("SchedulingUnitDraft", "scheduling_unit_draft"),
        ("SchedulingUnitBlueprint", "scheduling_unit_blueprint"),
        ("TaskDraft", "task_draft"),
        ("TaskBlueprint", "task_blueprint"),
        ("Subtask", "subtask"),
        ("HTTPServer", "http_server"),
    ],
)
def test_tmss_types_are_its_models_names(model: str, type_: str) -> None:
    """Compatibility W6."""
    assert snake_case(model) == type_


def test_a_number_is_told_to_tmss_as_a_number_and_a_parents_key_as_what_it_is(watching: Watching) -> None:
    found = watching("shop.Counter", "shop.Frigate", MESSAGE="tmss")
    assert Frigate._meta.pk.name == "ship_ptr"
    ids = [told(found, model=f"shop.{name}", key="12")["object_details"]["id"] for name in ("counter", "frigate")]
    assert ids == [12, "12"]


def test_a_function_that_is_not_there_is_no_route(watching: Watching) -> None:
    with pytest.raises(PathError, match=r"'shop\.nowhere' cannot be imported"):
        watching("shop.Order", MESSAGE="shop.nowhere")
