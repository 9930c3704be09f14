"""The Django admin edits every table of the plan; the page follows."""

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from project.models import Clock, Draft, Observation, Project, Reservation, SchedulingUnit, Status, WithStatus


@admin.action(permissions=["change"], description="Cancel what is selected")
def cancel(_admin: admin.ModelAdmin, _request: HttpRequest, chosen: QuerySet[WithStatus]) -> None:
    """One UPDATE: no save() is called and no signal sent, and the page follows all the same."""
    chosen.update(status=Status.CANCELLED)


class StatusAdmin(admin.ModelAdmin):
    """What every table with a status has."""

    actions = [cancel]
    list_filter = ["status"]


@admin.register(Project)
class ProjectAdmin(StatusAdmin):
    """Who asked for observations."""

    list_display = ["name", "status"]
    search_fields = ["name", "description"]


@admin.register(SchedulingUnit)
class SchedulingUnitAdmin(StatusAdmin):
    """Observations that belong together."""

    list_display = ["name", "project", "status"]
    list_select_related = ["project"]
    search_fields = ["name", "project__name"]
    autocomplete_fields = ["project"]


@admin.register(Observation)
class ObservationAdmin(StatusAdmin):
    """The bars of the page."""

    list_display = ["target", "antenna_field", "start", "stop", "status"]
    list_editable = ["status"]
    list_filter = ["status", "antenna_field"]
    search_fields = ["target", "scheduling_unit__name"]
    autocomplete_fields = ["scheduling_unit"]
    date_hierarchy = "start"


@admin.register(Draft)
class DraftAdmin(admin.ModelAdmin):
    """Bars that schedulers see."""

    list_display = ["target", "antenna_field", "start", "stop"]
    list_filter = ["antenna_field"]
    search_fields = ["target"]


@admin.register(Reservation)
class ReservationAdmin(StatusAdmin):
    """What stands behind the bars."""

    list_display = ["purpose", "antenna_field", "start", "stop", "status"]
    list_filter = ["status", "antenna_field"]
    search_fields = ["purpose", "project__name"]
    autocomplete_fields = ["project"]


@admin.register(Clock)
class ClockAdmin(admin.ModelAdmin):
    """One row: how fast the plan's time runs."""

    list_display = ["plan_time", "set_at", "speed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Clock.objects.exists()

    def save_model(self, request: HttpRequest, obj: Clock, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Another speed counts from now on: what has passed, has passed at the old one."""
        if change and form.changed_data == ["speed"]:
            now = timezone.now()
            obj.plan_time, obj.set_at = Clock.objects.get(pk=obj.pk).at(now), now
        super().save_model(request, obj, form, change)
