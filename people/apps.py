"""App of persons and enterprises."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Lowest app: knows nobody above it."""

    name = "people"
    verbose_name = _("People and enterprises")

    def ready(self) -> None:
        """Connect receivers."""
        import_module("people.receivers")
