"""`course.yaml`: what stands in it, and whether it is as docs/course-packs.md says."""

import re
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import CODE, SLUG, Checker
from courses.packs.files import MarkedDict, PackFiles, Problems

NAME = "course.yaml"
LANGUAGES = ("vi", "en")
LEVELS = ("knows", "applies", "leads")
_REQUIRED = (
    "format", "code", "subject", "edition", "version", "hours", "languages", "licence", "title", "slug", "summary",
    "outcomes", "parts",
)  # fmt: skip
_OPTIONAL = ("keywords", "audience", "needs", "result")
_VERSION = re.compile(r"\d+(\.\d+)*")


def read(files: PackFiles, problems: Problems) -> MarkedDict | None:
    """The checked `course.yaml`; None if it cannot be read at all."""
    data = files.yaml(NAME, problems)
    if data is None:
        return None
    check = Checker(NAME, problems)
    data = check.mapping(data, 1, NAME)
    check.keys(data, _REQUIRED, _OPTIONAL)
    if data.get("format") != 1:
        check.fault(data.line_of("format"), _("This pack's format is not 1, the one that is known here."))
    check.languages = _languages(data, check)
    check.matching(data, "code", CODE, most=30)
    check.matching(data, "subject", SLUG)
    check.matching(data, "edition", SLUG)
    check.matching(data, "version", _VERSION, most=20)
    check.number(data, "hours", least=0.5, most=999)
    check.text(data, "licence", most=40)
    check.texts(data, "title", most=200)
    check.texts(data, "summary", most=600)
    check.texts(data, "result", most=1000)
    _slugs(data, check)
    _keywords(data, check)
    for key in ("audience", "needs"):
        for line, value in check.items(data, key):
            check.languages_of(check.mapping(value, line, key), most=300)
    for line, value in check.items(data, "outcomes"):
        outcome = check.mapping(value, line, "outcomes")
        check.choice(outcome, "level", LEVELS)
        check.languages_of(outcome, ["level"], most=300)
    _parts(data, check)
    return data


def _languages(data: MarkedDict, check: Checker) -> list[str]:
    found: list[str] = []
    for line, value in check.items(data, "languages"):
        if value not in LANGUAGES or value in found:
            check.fault(
                line,
                _("“%(value)s” is not known. Write one of: %(known)s.")
                % {"value": value, "known": ", ".join(LANGUAGES)},
            )
        else:
            found.append(value)
    return found or list(LANGUAGES)


def _slugs(data: MarkedDict, check: Checker) -> None:
    if "slug" in data:
        slugs = check.mapping(data["slug"], data.line_of("slug"), "slug")
        check.keys(slugs, check.languages)
        for language in check.languages:
            check.matching(slugs, language, SLUG)


def _keywords(data: MarkedDict, check: Checker) -> None:
    if "keywords" not in data:
        return
    words = check.mapping(data["keywords"], data.line_of("keywords"), "keywords")
    check.keys(words, check.languages)
    for language in check.languages:
        for line, word in check.items(words, language):
            if not isinstance(word, str) or not word.strip():
                check.fault(line, _("A keyword is a text that is not empty. Put it in quotes: '…'."))


def _parts(data: MarkedDict, check: Checker) -> None:
    seen: set[str] = set()
    for line, value in check.items(data, "parts"):
        part = check.mapping(value, line, "parts")
        check.keys(part, ["title", "lessons"])
        check.texts(part, "title", most=200)
        for place, code in check.items(part, "lessons"):
            if not isinstance(code, str) or not SLUG.fullmatch(code) or len(code) > 60:
                check.fault(place, _("“%(value)s” is not written as a %(key)s is.") % {"value": code, "key": "code"})
            elif code in seen:
                check.fault(place, _("The lesson “%(code)s” stands twice.") % {"code": code})
            else:
                seen.add(code)


def lessons(data: dict[str, Any]) -> list[tuple[int, str]]:
    """Each lesson's code with the number of its part, from 1, in teaching order."""
    found: list[tuple[int, str]] = []
    parts = data.get("parts")
    for number, part in enumerate(parts if isinstance(parts, list) else [], 1):
        codes = part.get("lessons") if isinstance(part, dict) else None
        found += [(number, code) for code in codes or [] if isinstance(code, str)]
    return found
