"""Consultant certificates held, for what a class asks for."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Prefetch
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _, override

from certificates.models import Certificate, Scheme, SchemeVersion
from enrolments.prerequisites import Held
from lms.lib.bilingual import of
from people.merged import theirs


class CertificatesHeld:
    """Fills the port of prerequisites for certificates, by their scheme's code."""

    def choices(self) -> list[tuple[str, str]]:
        """All schemes."""
        return [(code, f"{code} · {name}") for code, name in sorted(self._titles(None).items())]

    def names(self, keys: Collection[str]) -> Mapping[str, str]:
        """Titles of schemes by code."""
        return self._titles(keys)

    def _titles(self, keys: Collection[str] | None) -> dict[str, str]:
        newest = Prefetch("versions", queryset=SchemeVersion.objects.order_by("-number"), to_attr="by_number")
        schemes = Scheme.objects.prefetch_related(newest)
        if keys is not None:
            schemes = schemes.filter(code__in=keys)
        return {one.code: of(one.by_number[0].title) if one.by_number else one.code for one in schemes}

    def held(self, people: Collection[int], keys: Collection[str], on: date) -> Mapping[tuple[int, str], list[Held]]:
        """Certificates of the schemes that are valid on the day, each with the day of its issue."""
        found: dict[tuple[int, str], list[Held]] = {}
        rows = (
            Certificate.objects.consultants()
            .in_force(on)
            .filter(theirs(people), decision__application__version__scheme__code__in=keys)
            .values_list(
                Coalesce("person__merged_into", "person"),
                "decision__application__version__scheme__code",
                "number",
                "issued_on",
            )
        )
        for person, scheme, number, day in rows:
            found.setdefault((person, scheme), []).append(Held(number, day))
        return found

    def addresses(self, keys: Collection[str], language: str) -> Mapping[str, str]:
        """The schemes' own pages in a language."""
        with override(language):
            return {key: reverse("certificates:scheme", args=[key]) for key in keys}

    def absent(self) -> str:
        """None is valid."""
        return _("No valid certificate of this scheme is on record here.")
