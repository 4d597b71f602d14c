"""Rows whose name is data in both languages."""

from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy as _


def pick(vi: str, en: str) -> str:
    """The text in the reader's language; the other one where it is missing."""
    first, second = (en, vi) if (get_language() or "vi").startswith("en") else (vi, en)
    return first or second


def of(texts: Any) -> str:
    """The reader's text out of `{"vi": …, "en": …}`."""
    return pick(texts.get("vi", ""), texts.get("en", "")) if texts else ""


class Named(models.Model):
    """A code that never changes and a name in each language."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return pick(self.name_vi, self.name_en)
