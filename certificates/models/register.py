"""The register: books of numbers without gaps, each line chained to the one before."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterBook(models.Model):
    """A book: of completions, of consultants. Its row is locked while a line is written."""

    code = models.SlugField(max_length=20, unique=True)
    lines = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64, help_text=_("Hash of the newest line."))

    class Meta:
        verbose_name = _("register book")
        verbose_name_plural = _("register books")

    def __str__(self) -> str:
        return self.code


class RegisterYear(models.Model):
    """The counter of a book's numbers in one year.

    Raised under the book's lock, so that a rolled-back issue leaves no gap (a sequence would).
    """

    book = models.ForeignKey(RegisterBook, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "year"], name="a_book_counts_a_year_once")]

    def __str__(self) -> str:
        return f"{self.book} {self.year}: {self.last}"


class RegisterLine(models.Model):
    """One line. A trigger refuses to change or delete it (migration `0003_guards`)."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("cancelled: issued in error")
        WITHDRAWN = "withdrawn", _("withdrawn")

    book = models.ForeignKey(RegisterBook, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    certificate = models.ForeignKey("certificates.Certificate", on_delete=models.PROTECT, related_name="lines")
    facts: Any = models.JSONField()
    written_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("register line")
        verbose_name_plural = _("register lines")
        ordering = ["book", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["book", "sequence"], name="lines_of_a_book_are_numbered"),
            models.UniqueConstraint(
                fields=["book", "year", "number"],
                condition=models.Q(kind="issued"),
                name="a_number_is_issued_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.sequence}"
