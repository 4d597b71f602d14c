"""Writes a course as a pack: the same bytes that were imported, unless somebody edited it."""

import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images.models import Image

from courses import pack_sections
from courses.models import Course, CoursePage, Lesson, LessonPage
from courses.packs import course as course_file, markdown, media, stream
from courses.packs.files import PackRefused, Problems, dump_yaml
from courses.packs.inline import BadText
from courses.packs.pictures import KINDS, extension
from courses.packs.reading import is_beside

_FOLDERS = ("lessons/", "media/", "questions/")
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a zip, so that the same pack is the same zip."""


def dump(course: Course) -> dict[str, bytes]:
    """The pack's files by path.

    Raises PackRefused where the pages say what a pack cannot: languages out of
    step, a list inside a list.
    """
    problems = Problems()
    pages = {page.language: page for page in CoursePage.objects.filter(course=course).order_by("pk")}
    languages = [language for language in course_file.LANGUAGES if language in pages]
    lessons = list(course.lessons.taught().select_related("part"))
    files = {course_file.NAME: dump_yaml(_course(course, pages, languages, lessons, problems))}
    images = media.pictures(course)
    names = {image.pk: name for name, image in images.items()}
    for lesson in lessons:
        texts = {}
        for language in languages:
            name = f"lessons/{lesson.code}.{language}.md"
            page = LessonPage.objects.filter(lesson=lesson, language=language).first()
            if page is None:
                problems.add(name, 0, _("This lesson has no page in this language."))
                continue
            _adopt(page, images, names)
            try:
                texts[language] = _lesson(lesson, page, names)
                files[name] = markdown.write(texts[language]).encode()
            except BadText as error:
                problems.add(name, 0, error)
        shapes = {language: [block.shape for block in text.blocks] for language, text in texts.items()}
        if len({tuple(shape) for shape in shapes.values()}) > 1:
            problems.add(
                f"lessons/{lesson.code}", 0, _("The languages hold different blocks. Bring them in step first.")
            )
    for name, image in images.items():
        files[f"media/{name}"] = media.content_of(image)
    for section in pack_sections.sections():
        files |= section.dump(course)
    if problems:
        raise PackRefused(problems)
    return dict(sorted(files.items()))


def _lesson(lesson: Lesson, page: LessonPage, names: dict[int, str]) -> markdown.LessonText:
    blocks = stream.from_stream(page.body.get_prep_value(), names, media.address_of)
    return markdown.LessonText(page.title, page.slug, lesson.minutes, page.question, page.summary, blocks)


def _adopt(page: LessonPage, images: dict[str, Image], names: dict[int, str]) -> None:
    """Give pictures that an editor chose elsewhere a name in the pack."""
    wanted = {block.value["image"] for block in page.body if block.block_type == "figure"}
    for image in wanted:
        if image is None or image.pk in names:
            continue
        kind = extension(image.filename)
        if kind in KINDS:
            name = f"picture-{image.pk}.{kind}"
            images[name] = image
            names[image.pk] = name


def _course(
    course: Course, pages: dict[str, CoursePage], languages: list[str], lessons: list[Lesson], problems: Problems
) -> dict[str, Any]:
    def texts(of: Any) -> dict[str, Any]:
        return {language: of(pages[language]) for language in languages}

    def together(key: str, of: Any) -> list[dict[str, Any]]:
        rows = texts(of)
        if len({len(row) for row in rows.values()}) > 1:
            problems.add(
                course_file.NAME, 0, _("“%(key)s” has another number of lines in each language.") % {"key": key}
            )
        count = min((len(row) for row in rows.values()), default=0)
        return [{language: rows[language][index] for language in languages} for index in range(count)]

    data: dict[str, Any] = {
        "format": 1,
        "code": course.code,
        "subject": course.subject.code,
        "edition": course.edition.code,
        "version": course.version,
        "hours": int(course.hours) if course.hours == int(course.hours) else float(course.hours),
        "languages": languages,
        "licence": course.licence,
        "title": texts(lambda page: page.title),
        "slug": texts(lambda page: page.slug),
        "summary": texts(lambda page: page.summary),
    }
    keywords = texts(lambda page: [str(block.value) for block in page.keywords])
    if any(keywords.values()):
        data["keywords"] = keywords
    for key in ("audience", "needs"):
        rows = together(key, lambda page, key=key: [str(block.value) for block in getattr(page, key)])
        if rows:
            data[key] = rows
    outcomes = together("outcomes", lambda page: [str(block.value["text"]) for block in page.outcomes])
    levels = [block.value["level"] for block in pages[languages[0]].outcomes] if languages else []
    data["outcomes"] = [{"level": level, **texts} for level, texts in zip(levels, outcomes, strict=False)]
    result = texts(lambda page: page.result)
    if any(result.values()):
        data["result"] = result
    data["parts"] = _parts(lessons, languages)
    return data


def _parts(lessons: list[Lesson], languages: list[str]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    last: Any = ()
    for lesson in lessons:
        if lesson.part != last:
            last = lesson.part
            titles = {"vi": last.title_vi, "en": last.title_en} if last else {"vi": "–", "en": "–"}
            parts.append({"title": {name: titles[name] for name in languages}, "lessons": []})
        parts[-1]["lessons"].append(lesson.code)
    return parts


def write_folder(files: dict[str, bytes], path: Path) -> None:
    """Write the pack into the folder `path`, which is new, empty or holds the same course.

    Files of the pack that it no longer has are removed; what lies beside it (notes
    for reviewers, a licence) stays. Raises PackRefused for any other folder.
    """
    known = path / course_file.NAME
    if path.exists() and any(path.iterdir()):
        code = f"\ncode: {_code(files)}\n".encode()
        if not known.is_file() or code not in b"\n" + known.read_bytes():
            problems = Problems()
            problems.add(str(path), 0, _("This folder holds something else. Choose an empty or a new one."))
            raise PackRefused(problems)
        for file in path.rglob("*"):
            name = file.relative_to(path).as_posix()
            stale = name.startswith(_FOLDERS) and name not in files and not is_beside(name)
            if stale and file.is_file() and not any(part.startswith(".") for part in PurePosixPath(name).parts):
                file.unlink()
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)


def write_zip(files: dict[str, bytes], path: Path) -> None:
    """Write the pack as a zip; the same pack gives the same bytes."""
    folder = _code(files).lower()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", _WHEN), content, zipfile.ZIP_DEFLATED)


def _code(files: dict[str, bytes]) -> str:
    for line in files[course_file.NAME].decode().splitlines():
        if line.startswith("code: "):
            return line.removeprefix("code: ").strip("'\"")
    raise AssertionError("a pack has a code")
