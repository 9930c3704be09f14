"""`manage.py makeadmin`: a superuser for development, where the database has none of that name."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from project.development.admin_account import NAME, PASSWORD_FILE, password
from project.plan import SCHEDULERS


class Command(BaseCommand):
    """Makes an account for the Django admin."""

    help = (
        f"Makes the superuser {NAME!r} of a development database, a member of {SCHEDULERS}, with the password in"
        f" {PASSWORD_FILE.name}. An account of that name that exists is left as it is. `make run` does this for its own"
        " database."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        users = get_user_model().objects
        if users.filter(username=NAME).exists():
            self.stdout.write(f"{NAME} exists")
            return
        made = users.create_superuser(NAME, password=password())
        made.groups.add(Group.objects.get_or_create(name=SCHEDULERS)[0])
        self.stdout.write(f"{NAME} made; the password is in {PASSWORD_FILE}")
