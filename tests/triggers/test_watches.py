"""From names to watched tables: no database."""

import pytest
from django.apps import apps
from pytest_django import Settings

from project.models import Project, SchedulingUnit
from tests.shop.models import ExpressOrder, Letter, LoudOrder, Order, Weird
from triggers.watch_entries import WatchError
from triggers.watches import Watch, resolve, resolve_name


def names(watches: list[Watch]) -> list[str]:
    return sorted(watch.model_name for watch in watches)


def test_an_app_stands_for_its_models() -> None:
    assert names(resolve(["project"])) == ["clock", "draft", "observation", "project", "reservation", "schedulingunit"]


def test_an_abstract_model_is_no_model_of_its_app() -> None:
    # Pitfall 31
    assert "withstatus" not in names(resolve(["project"]))
    with pytest.raises(WatchError, match="does not exist"):
        resolve(["project.WithStatus"])


def test_an_unmanaged_model_is_watched_only_when_it_is_named() -> None:
    # Pitfall 31
    assert "foreign" not in names(resolve(["shop"]))
    assert names(resolve(["shop.Foreign"])) == ["foreign"]


def test_a_swapped_model_is_no_model_of_its_app(settings: Settings) -> None:
    # Pitfall 31
    assert "user" in names(resolve(["auth"]))
    settings.AUTH_USER_MODEL = "shop.Order"
    assert "user" not in names(resolve(["auth"]))


def test_a_proxy_and_its_model_are_one_watch() -> None:
    # Pitfall 29
    watches = resolve(["shop.LoudOrder", "shop.Order", "shop"])
    assert [watch.model for watch in watches if watch.db_table == "shop_order"] == [Order]
    assert resolve(["shop.LoudOrder"]) == resolve(["shop.Order"])


def test_a_proxy_stands_for_its_concrete_model() -> None:
    # Pitfall 29
    assert LoudOrder._meta.proxy
    assert [watch.model for watch in resolve(["shop.LoudOrder"])] == [Order]


def test_a_childs_key_is_the_link_to_its_parent() -> None:
    # Pitfall 27
    assert [watch.key_column for watch in resolve(["shop.ExpressOrder"])] == ["order_ptr_id"]
    assert ExpressOrder._meta.pk.column == "order_ptr_id"


def test_a_quoted_column_is_known_as_the_catalog_knows_it() -> None:
    # Pitfall 33
    assert [watch.key_column for watch in resolve(["shop.Weird"])] == ['we"ird key']
    assert Weird._meta.pk.column == 'we""ird key'


def test_a_model_with_a_project_is_known_by_its_column() -> None:
    assert [(watch.model, watch.has_project) for watch in resolve(["project.Project", "project.SchedulingUnit"])] == [
        (Project, False),
        (SchedulingUnit, True),
    ]


def test_a_models_name_is_written_in_any_case() -> None:
    assert names(resolve(["project.schedulingunit"])) == ["schedulingunit"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("nowhere", "app 'nowhere'"),
        ("shop.Nothing", "model 'shop.Nothing'"),
        ("nowhere.Order", "model 'nowhere.Order'"),
        ("shop.Order.name", "model 'shop.Order.name'"),
        ("", "app ''"),
        ("tests.shop", "model 'tests.shop'"),
        (None, "None, which is no name"),
        (7, "7, which is no name"),
        (Order, "Order'>, which is no name"),
    ],
)
def test_a_name_of_nothing_is_refused_by_its_name(name: object, part: str) -> None:
    with pytest.raises(WatchError, match=part) as raised:
        resolve([name])
    assert raised.value.code == "E001"
    assert raised.value.hint


def test_the_hint_lists_the_installed_apps() -> None:
    with pytest.raises(WatchError) as raised:
        resolve(["shops"])
    assert all(config.label in raised.value.hint for config in apps.get_app_configs())


def test_a_composite_key_is_refused() -> None:
    with pytest.raises(WatchError, match=r"shop\.Pair, whose primary key is composite") as raised:
        resolve_name("shop.Pair")
    assert raised.value.code == "E002"


def test_a_dict_counts_wherever_it_stands() -> None:
    # Pitfall 29
    entry = {"model": "shop.LoudOrder", "carry": ["note"]}
    for entries in (["shop", entry], [entry, "shop"]):
        (order,) = [watch for watch in resolve(entries) if watch.model is Order]
        assert order.carry == ("note",)


def test_two_dicts_that_differ_for_one_table_are_refused() -> None:
    # Pitfall 29
    with pytest.raises(WatchError, match="two different dicts"):
        resolve([{"model": "shop.Order"}, {"model": "shop.LoudOrder", "carry": ["note"]}])


def test_a_watch_has_the_facility_of_its_dict_or_of_the_settings() -> None:
    watches = resolve(["shop.Counter", {"model": "shop.Order", "facility": "kitchen"}])
    assert [watch.facility for watch in watches] == ["rodan", "kitchen"]


def test_a_field_is_known_by_its_columns_name_too() -> None:
    (watch,) = resolve([{"model": "shop.Order", "columns": ["replaces_id"], "carry": ["replaces"]}])
    assert (watch.columns, watch.carry) == (("replaces",), ("replaces_id",))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"model": "shop.Order", "columns": ["nothing"]}, "'nothing' of shop.Order, which has no such field"),
        ({"model": "shop.Barge", "carry": ["name"]}, "'name' of shop.Barge travel along, which is in another table"),
        ({"model": "shop.Vessel", "carry": ["ports"]}, "'ports' of shop.Vessel travel along"),
    ],
)
def test_columns_that_cannot_count_or_travel_are_refused(entry: dict[str, object], words: str) -> None:
    with pytest.raises(WatchError, match=words) as raised:
        resolve([entry])
    assert raised.value.code == "E007"


def owned(**entry: object) -> Watch:
    (watch,) = resolve([{"model": "shop.Letter", "audience": {"owner": "writer"}, **entry}])
    return watch


@pytest.mark.parametrize("field", ["writer", "writer_id", "reader"])
def test_an_owner_is_a_column_with_a_users_key(field: str) -> None:
    assert owned(audience={"owner": field}).owner_column in {"writer_id", "reader"}


def test_whose_a_row_is_is_logged_and_does_not_travel() -> None:
    watch, columns = owned(carry=["text"]), ["id", "writer_id", "text"]
    assert watch.logged(columns) == ("text", "writer_id")
    assert watch.carried(columns) == ("text",)
    assert owned(carry=["writer"]).logged(columns) == owned(carry=["writer"]).carried(columns) == ("writer_id",)


def test_an_owner_counts_always() -> None:
    """Who gets a row is told of it."""
    assert owned(columns=["text"]).counted(Letter) == ("id", "writer_id", "text")


def test_a_users_own_row_may_be_his() -> None:
    (watch,) = resolve([{"model": "auth.User", "audience": {"owner": "id"}}])
    assert watch.owner_column == "id"


def test_a_format_is_the_entrys_or_the_settings(settings: Settings) -> None:
    settings.TRIGGERS = {**settings.TRIGGERS, "MESSAGE": "tmss"}
    watches = resolve([{"model": "shop.Letter", "message": "rodan"}, "shop.Order"])
    assert [watch.message for watch in watches] == ["rodan", "tmss"]
