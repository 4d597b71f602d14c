"""App of persons and enterprises."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Lowest app: knows nobody above it."""

    name = "people"
    verbose_name = _("People and enterprises")

    def ready(self) -> None:
        """Connect receivers, declare notices, fill the port of personal data."""
        import_module("people.receivers")
        import_module("people.notices").register(import_module("people.account_notices").TEXTS)
        import_module("people.own_data").fill()
