from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from project.models import Clock, Observation, Status

pytestmark = pytest.mark.django_db


def test_every_table_of_the_plan_is_in_the_admin() -> None:
    assert all(admin.site.is_registered(model) for model in apps.get_app_config("project").get_models())


@pytest.mark.parametrize("model", ["project", "schedulingunit", "observation", "reservation", "clock"])
@pytest.mark.parametrize("page", ["", "add/"])
def test_its_pages_open(admin_client: Client, model: str, page: str) -> None:
    assert admin_client.get(f"/admin/project/{model}/{page}").status_code == 200


def test_an_observation_can_be_planned_with_no_more_than_a_target_and_a_start(admin_client: Client) -> None:
    start = timezone.now() + timedelta(hours=1)
    fields = {"target": "Vega", "start_0": f"{start:%Y-%m-%d}", "start_1": f"{start:%H:%M:%S}", "recorded_bytes": "0"}
    fields |= {"status": Status.DEFINED, "antenna_field": "CS002LBA"}
    admin_client.post("/admin/project/observation/add/", fields)
    assert Observation.objects.get().target == "Vega"


def test_what_is_selected_can_be_cancelled(admin_client: Client) -> None:
    chosen = [Observation.objects.create(target=target) for target in ("Vega", "Deneb")]
    kept = Observation.objects.create(target="Altair")
    admin_client.post(
        "/admin/project/observation/", {"action": "cancel", "_selected_action": [str(it.pk) for it in chosen]}
    )
    cancelled = Observation.objects.filter(status=Status.CANCELLED)
    assert {it.target for it in cancelled} == {"Vega", "Deneb"}
    kept.refresh_from_db()
    assert kept.status == Status.DEFINED


def test_a_second_clock_cannot_be_added(admin_client: Client) -> None:
    Clock.current().save()
    assert admin_client.get("/admin/project/clock/add/").status_code == 403


def test_another_speed_counts_from_now_on(admin_client: Client) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    Clock(plan_time=hour_ago, set_at=hour_ago, speed=100.0).save()
    before = Clock.current().at(timezone.now())
    fields = admin_client.get("/admin/project/clock/1/change/").context["adminform"].form.initial
    moments = {f"{name}_{place}": part for name in ("plan_time", "set_at") for place, part in split(fields[name])}
    answer = admin_client.post("/admin/project/clock/1/change/", {**moments, "speed": "0"})
    assert answer.status_code == 302
    stands = Clock.objects.get()
    assert stands.speed == 0
    assert before <= stands.plan_time < before + timedelta(hours=1)


def split(moment: datetime) -> list[tuple[int, str]]:
    """As the admin's two fields have it."""
    return [(0, f"{moment:%Y-%m-%d}"), (1, f"{moment:%H:%M:%S}")]


@pytest.mark.parametrize("speed", ["-1", "1e300", "inf", "nan"])
def test_a_speed_that_nobody_can_live_at_is_refused(admin_client: Client, speed: str) -> None:
    fields = {"plan_time_0": "2030-01-01", "plan_time_1": "00:00", "set_at_0": "2030-01-01", "set_at_1": "00:00"}
    assert admin_client.post("/admin/project/clock/add/", {**fields, "speed": speed}).status_code == 200
    assert not Clock.objects.exists()


def test_who_may_only_look_cannot_cancel(client: Client, django_user_model: type[User]) -> None:
    looks = django_user_model.objects.create_user("looks", is_staff=True)
    looks.user_permissions.add(Permission.objects.get(codename="view_observation"))
    client.force_login(looks)
    kept = Observation.objects.create(target="Vega")
    client.post("/admin/project/observation/", {"action": "cancel", "_selected_action": [str(kept.pk)]})
    kept.refresh_from_db()
    assert kept.status == Status.DEFINED
