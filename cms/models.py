"""The public site's own pages."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms import home


class HomePage(Page):
    """The first page of each language."""

    headline = models.CharField(_("headline"), max_length=120)
    lead = models.TextField(_("opening lines"), max_length=400)
    popular = models.CharField(_("popular searches"), max_length=200, blank=True, help_text=_("Separated by commas."))

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["courses.CataloguePage"]
    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("lead"), FieldPanel("popular")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Families, classes that open soon, and the programme's figures."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context.update(home.facts(self))
        return context
