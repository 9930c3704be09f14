"""The triggers' SQL, as PostgreSQL runs it."""

from uuid import UUID

from project.models import Project
from tests.triggers.conftest import Ear


def test_insert_update_and_delete_are_told_in_rodans_words(ear: Ear) -> None:
    project = Project.objects.create(id=UUID(int=1), name="Sky survey")
    Project.objects.filter(pk=project.pk).update(name="Deep sky survey")
    project.delete()
    assert ear.payloads() == [
        '{"status": "created", "model": "project", "uuid": "00000000000000000000000000000001"}',
        '{"status": "updated", "model": "project", "uuid": "00000000000000000000000000000001"}',
        '{"status": "deleted", "model": "project", "uuid": "00000000000000000000000000000001"}',
    ]


def test_an_update_that_changes_nothing_is_no_change(ear: Ear) -> None:
    project = Project.objects.create(name="Sky survey")
    ear.payloads()
    Project.objects.filter(pk=project.pk).update(name="Sky survey")
    assert ear.payloads() == []
