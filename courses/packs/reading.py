"""Reads a whole pack and checks it: every fault with its place, before anything is written."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from courses import pack_sections
from courses.packs import course as course_file, markdown, pictures
from courses.packs.checks import plain
from courses.packs.files import PackFiles, PackRefused, Problem, Problems, dump_yaml
from courses.packs.inline import BadText

_LESSON = re.compile(r"lessons/([a-z0-9-]+)\.([a-z]{2})\.md")
_MEDIUM = re.compile(r"media/([a-z0-9][a-z0-9-]*)(?:\.(vi|en))?\.([a-z]+)")
_BESIDE = re.compile(r"(REVIEW|README|CHANGELOG|ASSIGNMENT)[^/]*\.md|check[^/]*\.py|LICENSE[^/]*|data[^/]*\.csv")
"""Files that lie in a pack's folder for people and are not imported."""


@dataclass
class LessonData:
    """A lesson of a pack in all its languages."""

    code: str
    part: int
    order: int
    texts: dict[str, markdown.LessonText]

    @property
    def minutes(self) -> int:
        """Learning time, the same in every language."""
        return next(iter(self.texts.values())).minutes


@dataclass
class PackData:
    """A pack that has passed every check."""

    course: dict[str, Any]
    lessons: list[LessonData]
    media: dict[str, bytes]
    """Pictures by file name, without `media/`."""
    sections: list[tuple[pack_sections.Section, Any]] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """Files that an export would spell otherwise. No faults."""

    @property
    def code(self) -> str:
        """The course's code."""
        return str(self.course["code"])

    def fingerprint(self) -> str:
        """SHA-256 of what `course.yaml` says."""
        return hashlib.sha256(dump_yaml(self.course)).hexdigest()

    def lesson_fingerprint(self, lesson: LessonData, language: str) -> str:
        """SHA-256 of a lesson's text in one language together with its figures."""
        text = lesson.texts[language]
        digest = hashlib.sha256(markdown.write(text).encode())
        for block in text.blocks:
            if block.kind == "figure":
                digest.update(hashlib.sha256(self.media[medium(block)]).digest())
        return digest.hexdigest()


def medium(block: markdown.Block) -> str:
    """File name of a figure's picture."""
    return str(block.data["file"]).removeprefix("media/")


def read(path: Path) -> PackData:
    """The pack in the folder or zip at `path`. Raises PackRefused with every fault found."""
    problems = Problems()
    files = PackFiles.open(path, problems)
    if problems and not files.names():
        raise PackRefused(problems)
    course = course_file.read(files, problems)
    if course is None:
        raise PackRefused(problems)
    languages = _languages(course)
    lessons = _lessons(files, course, languages, problems)
    media = _media(files, problems)
    _figures(lessons, media, problems)
    practised = {
        block.data["code"]: (f"lessons/{lesson.code}.{language}.md", block.line)
        for lesson in lessons
        for language, text in lesson.texts.items()
        for block in text.blocks
        if block.kind == "practice"
    }
    about = {**course, "languages": languages, "lessons": [lesson.code for lesson in lessons], "practice": practised}
    found = [(section, section.read(files, about, problems)) for section in pack_sections.sections()]
    _strangers(files, problems)
    if problems:
        raise PackRefused(problems)
    pack = PackData(plain(course), lessons, media, found)
    pack.notes = _spellings(files, pack)
    return pack


def _languages(course: dict[str, Any]) -> list[str]:
    listed = course.get("languages")
    known = [name for name in listed if name in course_file.LANGUAGES] if isinstance(listed, list) else []
    return known or list(course_file.LANGUAGES)


def _lessons(files: PackFiles, course: dict[str, Any], languages: list[str], problems: Problems) -> list[LessonData]:
    lessons = []
    wanted = course_file.lessons(course)
    for order, (part, code) in enumerate(wanted, 1):
        texts = {}
        for language in languages:
            name = f"lessons/{code}.{language}.md"
            content = files.text(name, problems)
            if content is not None:
                texts[language] = markdown.parse(content, name, problems)
        if texts:
            _in_step(code, texts, problems)
            lessons.append(LessonData(code, part, order, texts))
    for language in languages:
        _distinct_slugs(lessons, language, problems)
    listed = {code for _part, code in wanted}
    for name in files.names("lessons/"):
        found = _LESSON.fullmatch(name)
        if not found or found[1] not in listed or found[2] not in languages:
            problems.add(name, 0, _("This lesson does not stand in course.yaml."))
    return lessons


def _distinct_slugs(lessons: list[LessonData], language: str, problems: Problems) -> None:
    seen: dict[str, str] = {}
    for lesson in lessons:
        text = lesson.texts.get(language)
        if text and text.slug and seen.setdefault(text.slug, lesson.code) != lesson.code:
            problems.add(
                f"lessons/{lesson.code}.{language}.md",
                2,
                _("The lesson “%(other)s” has the same slug.") % {"other": seen[text.slug]},
            )


def _in_step(code: str, texts: dict[str, markdown.LessonText], problems: Problems) -> None:
    """Note where the languages of a lesson differ in minutes or in their blocks."""
    first, *others = texts
    base = texts[first]
    for language in others:
        name = f"lessons/{code}.{language}.md"
        text = texts[language]
        if text.minutes != base.minutes:
            problems.add(name, 2, _("The minutes differ from those in “%(language)s”.") % {"language": first})
        for here, there in zip(text.blocks, base.blocks, strict=False):
            if here.shape != there.shape:
                problems.add(
                    name,
                    here.line,
                    _("Here stands “%(here)s”, in “%(language)s” (line %(line)s) “%(there)s”.")
                    % {
                        "here": " ".join(here.shape),
                        "language": first,
                        "line": there.line,
                        "there": " ".join(there.shape),
                    },
                )
                break
        else:
            if len(text.blocks) != len(base.blocks):
                problems.add(
                    name,
                    0,
                    _("This lesson has %(here)s blocks, in “%(language)s” %(there)s.")
                    % {"here": len(text.blocks), "language": first, "there": len(base.blocks)},
                )


def _media(files: PackFiles, problems: Problems) -> dict[str, bytes]:
    media = {}
    for name in files.names("media/"):
        content = files.read(name)
        found = _MEDIUM.fullmatch(name)
        if not found:
            problems.add(name, 0, _("Pictures are named media/name.vi.svg or media/name.svg, in small letters."))
            continue
        faults = pictures.faults(name, content)
        if not faults and found[3] == "svg":
            faults = pictures.figure_faults(content)
        for fault in faults:
            problems.add(name, 0, fault)
        media[name.removeprefix("media/")] = content
    return media


def _figures(lessons: list[LessonData], media: dict[str, bytes], problems: Problems) -> None:
    for lesson in lessons:
        for language, text in lesson.texts.items():
            for block in text.blocks:
                if block.kind != "figure":
                    continue
                name = f"lessons/{lesson.code}.{language}.md"
                found = _MEDIUM.fullmatch(block.data["file"])
                if medium(block) not in media:
                    problems.add(name, block.line, _("The file “%(file)s” is missing.") % {"file": block.data["file"]})
                elif found and found[2] and found[2] != language:
                    problems.add(name, block.line, _("This figure is that of another language."))


def _strangers(files: PackFiles, problems: Problems) -> None:
    for name in files.names():
        known = (
            name == course_file.NAME
            or name.startswith(("lessons/", "media/"))
            or _BESIDE.fullmatch(name)
            or any(section.owns(name) for section in pack_sections.sections())
        )
        if not known:
            problems.add(name, 0, _("This file has no place in a course pack."))


def _spellings(files: PackFiles, pack: PackData) -> list[Problem]:
    """Files whose bytes an export would not give back: comments, quotes, order of keys."""
    spelt = {course_file.NAME: dump_yaml(pack.course)}
    for lesson in pack.lessons:
        for language, text in lesson.texts.items():
            try:
                spelt[f"lessons/{lesson.code}.{language}.md"] = markdown.write(text).encode()
            except BadText:  # cannot be: it was read from Markdown
                raise AssertionError(lesson.code) from None
    return [
        Problem(name, _first_difference(files.read(name), content), _("An export will spell this otherwise."))
        for name, content in spelt.items()
        if files.read(name) != content
    ]


def _first_difference(one: bytes, other: bytes) -> int:
    for number, (here, there) in enumerate(zip(one.split(b"\n"), other.split(b"\n"), strict=False), 1):
        if here != there:
            return number
    return min(one.count(b"\n"), other.count(b"\n")) + 1


def is_beside(name: str) -> bool:
    """Whether a file lies in a pack's folder for people alone."""
    return bool(_BESIDE.fullmatch(PurePosixPath(name).name)) and "/" not in name
