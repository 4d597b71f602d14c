"""App of the public site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """Highest app: home page, navigation, search over everything."""

    name = "cms"
    verbose_name = _("Public site")
