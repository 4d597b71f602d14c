"""Takes a course pack in: all of it or nothing, and nothing that is there already."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images.models import Image
from wagtail.models import Locale, Page, Revision

from courses.models import CataloguePage, Course, CoursePage, Edition, Lesson, LessonPage, Part
from courses.packs import course as course_file, markdown, media, stream
from courses.packs.files import PackRefused, Problem, Problems
from courses.packs.inline import BadText
from courses.packs.reading import LessonData, PackData, read

if TYPE_CHECKING:
    from people.models import User


@dataclass
class Imported:
    """What an import did, or would do."""

    code: str
    created: bool = False
    lessons: int = 0
    pages_published: int = 0
    pages_unchanged: int = 0
    pictures_added: int = 0
    retired: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As plain data for machines."""
        return {**asdict(self), "notes": [asdict(note) for note in self.notes]}


def import_pack(
    *, path: Path, by: "User | None", at: datetime, dry_run: bool = False, keep_edits: bool = False
) -> Imported:
    """Take in the course pack (folder or zip) at `path`; the same pack again changes nothing.

    With `keep_edits` only what changed in the pack since it was last read is
    written, so that texts edited meanwhile stay. Lessons that the pack no longer
    holds are retired and their pages unpublished, never deleted. Raises
    PackRefused with every fault and its place; then nothing is written.
    """
    pack = read(path)
    files: list[Image] = []
    try:
        with transaction.atomic():
            result = _Load(pack, by, at, keep_edits, files).run()
            if dry_run:
                transaction.set_rollback(True)
    except BaseException:
        _forget(files)
        raise
    if dry_run:
        _forget(files)
    return result


def _forget(images: list[Image]) -> None:
    """Remove files whose rows were rolled back."""
    for image in images:
        image.file.storage.delete(image.file.name)


class _Load:
    """One import under way."""

    def __init__(self, pack: PackData, by: "User | None", at: datetime, keep_edits: bool, files: list[Image]) -> None:
        self.pack, self.by, self.at, self.keep_edits, self.files = pack, by, at, keep_edits, files
        self.result = Imported(pack.code, notes=pack.notes)
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}

    def run(self) -> Imported:
        """Write everything, lowest rows first."""
        course = self._course()
        images = self._pictures(course)
        lessons = self._lessons(course)
        keys: dict[str, Any] = {}
        for language in self.pack.course["languages"]:
            parent = self._course_page(course, language, keys)
            for data in self.pack.lessons:
                self._lesson_page(lessons[data.code], data, language, parent, images, keys)
        self._retire(course)
        for section, data in self.pack.sections:
            section.load(data, course, by=self.by, at=self.at)
        Course.objects.filter(pk=course.pk).update(pack_hash=self.pack.fingerprint())
        return self.result

    def _course(self) -> Course:
        data = self.pack.course
        edition = Edition.objects.filter(code=data["edition"], subject__code=data["subject"]).first()
        if edition is None:
            raise _refusal(
                course_file.NAME,
                _("There is no edition “%(edition)s” of the subject “%(subject)s”. Add it, or run load_starter.")
                % {"edition": data["edition"], "subject": data["subject"]},
            )
        course = Course.objects.filter(code=data["code"]).first()
        if course and self.keep_edits and course.pack_hash == self.pack.fingerprint():
            return course
        self.result.created = course is None
        titles = data["title"]
        course, _created = Course.objects.update_or_create(
            code=data["code"],
            defaults={
                "subject_id": edition.subject_id,
                "edition": edition,
                "version": data["version"],
                "hours": data["hours"],
                "licence": data["licence"],
                "title_vi": titles.get("vi") or titles["en"],
                "title_en": titles.get("en") or titles["vi"],
            },
        )
        return course

    def _pictures(self, course: Course) -> dict[str, int]:
        """Keys of the pack's pictures by name. A changed picture is a new row: studied revisions keep theirs."""
        present = media.pictures(course)
        here = None
        keys = {}
        earlier = [image for name, image in present.items() if name not in self.pack.media]
        for name, content in self.pack.media.items():
            image = present.get(name)
            if image is not None and media.is_same(image, content):
                keys[name] = image.pk
                continue
            if image is not None:
                earlier.append(image)
            here = here or media.collection_of(course)
            image = Image(title=name, collection=here, uploaded_by_user=self.by)
            image.file = ContentFile(content, name=f"{course.code.lower()}-{name}")
            image._set_image_file_metadata()
            image.save()
            self.files.append(image)
            self.result.pictures_added += 1
            keys[name] = image.pk
        if earlier:
            Image.objects.filter(pk__in=[image.pk for image in earlier]).update(collection=media.earlier_of(course))
        return keys

    def _lessons(self, course: Course) -> dict[str, Lesson]:
        parts = []
        for order, data in enumerate(self.pack.course["parts"], 1):
            titles = data["title"]
            part, _created = Part.objects.update_or_create(
                course=course,
                order=order,
                defaults={
                    "title_vi": titles.get("vi") or titles["en"],
                    "title_en": titles.get("en") or titles["vi"],
                },
            )
            parts.append(part)
        lessons = {}
        for lesson in self.pack.lessons:
            lessons[lesson.code], _created = Lesson.objects.update_or_create(
                course=course,
                code=lesson.code,
                defaults={
                    "part": parts[lesson.part - 1],
                    "order": lesson.order,
                    "minutes": lesson.minutes,
                    "retired": False,
                },
            )
        surplus = course.parts.filter(order__gt=len(parts))
        course.lessons.filter(part__in=surplus).update(part=None)
        surplus.delete()
        self.result.lessons = len(lessons)
        return lessons

    def _course_page(self, course: Course, language: str, keys: dict[str, Any]) -> CoursePage:
        page: CoursePage | None = CoursePage.objects.filter(course=course, language=language).first()
        if page and self.keep_edits and course.pack_hash == self.pack.fingerprint():
            keys.setdefault("", page.translation_key)
            self.result.pages_unchanged += 1
            return page
        parent = CataloguePage.objects.filter(locale__language_code=language).first()
        if parent is None:
            raise _refusal(
                course_file.NAME,
                _("The site has no catalogue in the language “%(language)s”. Run load_starter first.")
                % {"language": language},
            )
        data = self.pack.course
        fields = {
            "title": data["title"][language],
            "slug": data["slug"][language],
            "summary": data["summary"][language],
            "result": (data.get("result") or {}).get(language, ""),
            "keywords": _lines("word", (data.get("keywords") or {}).get(language, [])),
            "audience": _lines("line", [line[language] for line in data.get("audience", [])]),
            "needs": _lines("line", [line[language] for line in data.get("needs", [])]),
            "outcomes": _lines("outcome", [{"level": o["level"], "text": o[language]} for o in data["outcomes"]]),
        }
        new = page is None
        page = page or CoursePage(course=course, locale=self.locales[language])
        same = not new and page.live and _course_fields(page) == fields
        self._write(page, parent, "", fields, same, course_file.NAME, keys)
        return page

    def _lesson_page(
        self,
        lesson: Lesson,
        data: LessonData,
        language: str,
        parent: CoursePage,
        images: dict[str, int],
        keys: dict[str, Any],
    ) -> None:
        page = LessonPage.objects.filter(lesson=lesson, language=language).first()
        fingerprint = self.pack.lesson_fingerprint(data, language)
        if page and self.keep_edits and page.pack_hash == fingerprint:
            keys.setdefault(data.code, page.translation_key)
            self.result.pages_unchanged += 1
            return
        text = data.texts[language]
        names = {key: name for name, key in images.items()}
        fields: dict[str, Any] = {
            "title": text.title,
            "slug": text.slug,
            "question": text.question,
            "summary": text.summary,
        }
        new = page is None
        page = page or LessonPage(lesson=lesson, locale=self.locales[language])
        same = (
            not new
            and page.live
            and all(getattr(page, name) == value for name, value in fields.items())
            and _says(page, text, names)
        )
        seed = f"{self.pack.code}/{data.code}/{language}"
        fields |= {"body": stream.to_stream(text.blocks, images, seed), "pack_hash": fingerprint}
        if same and page.pack_hash != fingerprint:
            LessonPage.objects.filter(pk=page.pk).update(pack_hash=fingerprint)
        self._write(page, parent, data.code, fields, same, f"lessons/{data.code}.{language}.md", keys)

    def _write(
        self,
        page: CoursePage | LessonPage,
        parent: Page,
        key: str,
        fields: dict[str, Any],
        same: bool,
        place: str,
        keys: dict[str, Any],
    ) -> None:
        """Publish the page with `fields` as a new revision, unless it is the same.

        `keys` holds the translation key by `key`: the second language's page is the
        translation of the first one's.
        """
        if same:
            keys.setdefault(key, page.translation_key)
            self.result.pages_unchanged += 1
            return
        for name, value in fields.items():
            setattr(page, name, value)
        if key in keys:
            page.translation_key = keys[key]
        try:
            if page.pk is None:
                page.draft_title = page.title
                page.live = False
                parent.add_child(instance=page)
            revision = page.save_revision(user=self.by, log_action=True)
        except ValidationError as error:
            raise _refusal(place, "; ".join(error.messages)) from error
        keys.setdefault(key, page.translation_key)
        Revision.objects.filter(pk=revision.pk).update(created_at=self.at)
        revision.publish(user=self.by, skip_permission_checks=True)
        self.result.pages_published += 1

    def _retire(self, course: Course) -> None:
        gone = course.lessons.taught().exclude(code__in=[lesson.code for lesson in self.pack.lessons])
        if self.keep_edits:
            # Lessons made in the back office never stood in the pack.
            gone = gone.exclude(pages__pack_hash="")
        for lesson in gone:
            Lesson.objects.filter(pk=lesson.pk).update(retired=True, part=None)
            for page in LessonPage.objects.filter(lesson=lesson, live=True):
                page.unpublish(user=self.by)
            self.result.retired.append(lesson.code)


def _refusal(place: str, message: str) -> PackRefused:
    problems = Problems()
    problems.add(place, 0, message)
    return PackRefused(problems)


def _lines(kind: str, values: list[Any]) -> list[tuple[str, Any]]:
    return [(kind, value) for value in values]


def _course_fields(page: CoursePage) -> dict[str, Any]:
    """What a pack says of the course, as the page says it."""
    outcomes = [{"level": block.value["level"], "text": block.value["text"]} for block in page.outcomes]
    return {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "result": page.result,
        "keywords": _lines("word", [block.value for block in page.keywords]),
        "audience": _lines("line", [block.value for block in page.audience]),
        "needs": _lines("line", [block.value for block in page.needs]),
        "outcomes": _lines("outcome", outcomes),
    }


def _says(page: LessonPage, text: markdown.LessonText, names: dict[int, str]) -> bool:
    """Whether the page's blocks are those of the pack, whoever wrote them."""
    try:
        present = stream.from_stream(page.body.get_prep_value(), names, media.address_of)
    except BadText:
        return False
    return [(block.kind, block.data) for block in present] == [(block.kind, block.data) for block in text.blocks]
