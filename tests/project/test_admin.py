from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
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
