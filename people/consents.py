"""What people consent to: the versions of each purpose's text, oldest first.

A text that somebody agreed to is kept as it was, in both languages, as
`templates/people/consents/<purpose>-<version>.<language>.html`. A changed text is
a new file and a new version at the end of the line; whoever agreed to an older
text of a required purpose is asked at the next sign-in.
"""

from collections.abc import Mapping

from people.models import Consent

VERSIONS: Mapping[str, tuple[str, ...]] = {
    Consent.Purpose.TERMS: ("2026-11",),
    Consent.Purpose.REGISTER: ("2026-11",),
    Consent.Purpose.NEWS: ("2026-11",),
}
REQUIRED = frozenset({Consent.Purpose.TERMS})
"""Without these there is no account."""


def current(purpose: str) -> str:
    """The version whose text is shown now."""
    return VERSIONS[purpose][-1]


def template(purpose: str, version: str, language: str) -> str:
    """The file of a text. Raises LookupError for a text that never was."""
    if version not in VERSIONS.get(purpose, ()) or language not in ("vi", "en"):
        raise LookupError(f"{purpose} {version} {language}")
    return f"people/consents/{purpose}-{version}.{language}.html"
