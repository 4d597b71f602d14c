"""The first administrator of a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import Refused
from people import actions
from people.models import User


class Command(BaseCommand):
    """Enters a person who signs in by e-mail and may do everything that administrators may."""

    help = "Enter an administrator. They choose their password through “Forgotten the PIN or password”."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        person: User = User.objects.create_user(full_name=options["full_name"])
        try:
            actions.add_login_email(person=person, email=options["email"], by=None, at=at)
        except Refused as refusal:
            transaction.set_rollback(True)
            raise CommandError(str(refusal), returncode=2) from refusal
        actions.grant_role(person=person, role=Role.ADMINISTRATOR, by=None, at=at)
        self.stdout.write(f"{person.full_name} may now choose a password and sign in as {options['email']}.")
