"""What is taught about: standards, tools and topics, and the editions of the standards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.lib.bilingual import Named, pick


class Family(Named):
    """A group of subjects, with its own hatch on the screen."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("family of subjects")
        verbose_name_plural = _("families of subjects")
        ordering = ["order"]


class Subject(Named):
    """A standard, tool or topic of the programme."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("standard")
        TOOL = "tool", _("tool")
        TOPIC = "topic", _("topic")

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="subjects", verbose_name=_("family"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    description_vi = models.TextField(_("description in Vietnamese"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["order"]

    @property
    def short_name(self) -> str:
        """The name without its explanation: “ISO 9001” of “ISO 9001 – Quality management systems”."""
        return self.name.partition(" – ")[0]

    @property
    def description(self) -> str:
        """The description in the reader's language."""
        return pick(self.description_vi, self.description_en)


class Edition(models.Model):
    """One edition of a subject's standard. A course says which one it teaches."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="editions", verbose_name=_("subject"))
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    tcvn = models.CharField(_("TCVN number"), max_length=100, blank=True)
    published = models.CharField(_("published (YYYY or YYYY-MM)"), max_length=7, blank=True)
    withdrawn = models.CharField(_("withdrawn (YYYY or YYYY-MM)"), max_length=7, blank=True)
    note_vi = models.TextField(_("note in Vietnamese"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return pick(self.name_vi, self.name_en)

    @property
    def note(self) -> str:
        """What is moving about this edition."""
        return pick(self.note_vi, self.note_en)
