"""`manage.py register verify`: walk the register's chain and numbers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates import register
from certificates.models import RegisterLine


class Command(BaseCommand):
    """Exit 1 names the first broken line of each book."""

    help = "Walks the register's hash chain and numbers; exit 1 names the first broken line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word: verify."""
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        broken = list(register.faults())
        for fault in broken:
            self.stderr.write(f"{fault.book}, line {fault.sequence}: {fault.what}")
        if broken:
            raise CommandError("The register is not as it was written.", returncode=1)
        self.stdout.write(f"{RegisterLine.objects.count()} lines, all in order.")
