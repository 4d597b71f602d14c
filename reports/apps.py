"""App of the programme's figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Reads certificates and below; writes nothing there."""

    name = "reports"
    verbose_name = _("Reports")
