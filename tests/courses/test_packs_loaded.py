"""Packs in and out: the same bytes, and nothing twice."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.images.models import Image
from wagtail.models import Page, PageLogEntry, Revision

from courses.actions import import_pack
from courses.models import Course, CoursePage, Lesson, LessonPage, Part
from courses.packs.files import PackRefused
from courses.packs.reading import is_beside
from tests.factories import AT

pytestmark = pytest.mark.usefixtures("world")

Edited = Callable[[str, str, str], Path]


def take(path: Path, **options: bool):
    return import_pack(path=path, by=None, at=AT, **options)


def counts() -> tuple[int, ...]:
    return (
        *(model.objects.count() for model in (Revision, Page, PageLogEntry, Image, Course, Lesson, Part)),
        sum(1 for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()),
    )


def files_of(folder: Path) -> dict[str, bytes]:
    names = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return {name: (folder / name).read_bytes() for name in names if not is_beside(name)}


@pytest.mark.sqlite
def test_a_pack_comes_out_byte_for_byte(pack: Path, tmp_path: Path) -> None:
    call_command("import_course", str(pack))
    call_command("export_course", "MAU", str(tmp_path / "out"))
    assert files_of(tmp_path / "out") == files_of(pack)


def test_a_zip_comes_out_byte_for_byte_too(zipped: Path, pack: Path, tmp_path: Path) -> None:
    take(zipped)
    for name in ("one.zip", "two.zip"):
        call_command("export_course", "MAU", str(tmp_path / name))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    again = take(tmp_path / "one.zip")
    assert (again.pages_published, again.pictures_added) == (0, 0)


@pytest.mark.sqlite
def test_the_same_pack_twice_changes_nothing(pack: Path) -> None:
    first = take(pack)
    before = counts()
    second = take(pack)
    assert (first.created, first.lessons, first.pages_published, first.pictures_added) == (True, 2, 6, 3)
    assert (second.created, second.pages_published, second.pages_unchanged, second.pictures_added) == (False, 0, 6, 0)
    assert counts() == before


def test_rows_and_pages_are_as_the_pack_says(pack: Path) -> None:
    take(pack)
    course = Course.objects.get(code="MAU")
    assert (course.edition.code, float(course.hours), course.title_en) == ("haccp-2020", 4.5, "Sample course: seafood")
    assert list(course.lessons.values_list("code", "order", "minutes", "part__order")) == [
        ("first", 1, 25, 1),
        ("second", 2, 10, 2),
    ]
    assert {page.url for page in CoursePage.objects.all()} == {"/vi/khoa-hoc/mau/", "/en/courses/sample/"}
    for model in (CoursePage, LessonPage):
        by_key: dict[object, set[str]] = {}
        for page in model.objects.all():
            by_key.setdefault(page.translation_key, set()).add(page.language)
            assert page.live
            assert page.live_revision_id
        assert all(languages == {"vi", "en"} for languages in by_key.values())


def test_only_what_changed_is_published(pack: Path, edited: Edited) -> None:
    take(pack)
    untouched = set(Revision.objects.values_list("pk", flat=True))
    done = take(edited("lessons/second.vi.md", "Thủy sản.", "Thủy sản tươi."))
    assert done.pages_published == 1
    new = Revision.objects.exclude(pk__in=untouched).get()
    assert new.content_object == LessonPage.objects.get(lesson__code="second", language="vi")
    assert new.created_at == AT


def test_a_changed_picture_leaves_the_old_one_to_old_revisions(pack: Path, edited: Edited) -> None:
    take(pack)
    old = Image.objects.get(title="plain.svg")
    edited("media/plain.svg", "plain</text>", "khác</text>")
    done = take(pack)
    new = Image.objects.get(title="plain.svg", collection__depth=2)
    assert done.pictures_added == 1
    assert done.pages_published == 2
    assert new.pk != old.pk
    old.refresh_from_db()
    assert old.file.storage.exists(old.file.name)
    assert old.collection.name == "earlier"
    page = LessonPage.objects.get(lesson__code="second", language="vi")
    assert {block.value["image"].pk for block in page.body if block.block_type == "figure"} == {new.pk}


def test_a_lesson_that_left_the_pack_is_retired_not_deleted(pack: Path, edited: Edited) -> None:
    take(pack)
    parts = "- title:\n    vi: Phần hai\n    en: Part two\n  lessons:\n  - second\n"
    edited("course.yaml", parts, "")
    for language in ("vi", "en"):
        (pack / f"lessons/second.{language}.md").unlink()
    done = take(pack)
    assert done.retired == ["second"]
    assert Lesson.objects.get(code="second").retired
    assert not LessonPage.objects.filter(lesson__code="second", live=True).exists()
    assert Part.objects.count() == 1
    assert take(pack).retired == []


def test_a_lesson_that_comes_back_is_taught_again(pack: Path, edited: Edited, tmp_path: Path) -> None:
    take(pack)
    Lesson.objects.filter(code="second").update(retired=True)
    for page in LessonPage.objects.filter(lesson__code="second"):
        page.unpublish()
    done = take(pack)
    assert done.pages_published == 2
    assert not Lesson.objects.get(code="second").retired


def edit(code: str, language: str, title: str) -> LessonPage:
    page = LessonPage.objects.get(lesson__code=code, language=language)
    page.title = title
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


def test_the_starter_keeps_what_was_edited_meanwhile(pack: Path, edited: Edited) -> None:
    take(pack, keep_edits=True)
    edit("second", "vi", "Sửa tay")
    before = counts()
    take(pack, keep_edits=True)
    assert counts() == before
    assert LessonPage.objects.get(lesson__code="second", language="vi").title == "Sửa tay"
    take(edited("lessons/second.vi.md", "title: Bài hai", "title: Bài hai mới"), keep_edits=True)
    assert LessonPage.objects.get(lesson__code="second", language="vi").title == "Bài hai mới"


def test_an_import_by_hand_brings_the_pack_back(pack: Path) -> None:
    take(pack)
    edit("second", "vi", "Sửa tay")
    assert take(pack).pages_published == 1
    assert LessonPage.objects.get(lesson__code="second", language="vi").title == "Bài hai"


def test_an_edited_course_is_exported_as_edited(pack: Path, tmp_path: Path) -> None:
    take(pack)
    page = LessonPage.objects.get(lesson__code="second", language="vi")
    page.body.append(("text", '<p data-block-key="x1">Thêm <b>đậm</b> bởi người.</p>'))
    page.save_revision().publish()
    with pytest.raises(SystemExit) as caught:
        call_command("export_course", "MAU", str(tmp_path / "out"))
    assert caught.value.code == 2  # the English lesson lacks that block
    twin = LessonPage.objects.get(lesson__code="second", language="en")
    twin.body.append(("text", "<p>Added by hand.</p>"))
    twin.save_revision().publish()
    call_command("export_course", "MAU", str(tmp_path / "out"))
    assert "Thêm **đậm** bởi người.\n" in (tmp_path / "out/lessons/second.vi.md").read_text()
    assert take(tmp_path / "out").pages_published == 0


def test_a_dry_run_leaves_no_trace(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = counts()
    call_command("import_course", str(pack), "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["dry_run"], told["pages_published"]) == (True, True, 6)
    assert counts() == before


@pytest.mark.sqlite
def test_an_import_that_breaks_half_way_leaves_no_trace(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts()
    real, calls = LessonPage.save_revision, []

    def breaks(self: LessonPage, *args: object, **kwargs: object) -> Revision:
        calls.append(self)
        if len(calls) == 3:
            raise RuntimeError("the machine stops")
        return real(self, *args, **kwargs)

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(LessonPage, "save_revision", breaks)
        take(pack)
    assert counts() == before
    assert take(pack).pages_published == 6


def test_a_taken_slug_is_told_with_its_place(pack: Path, edited: Edited) -> None:
    take(pack)
    with pytest.raises(PackRefused) as caught:
        take(edited("course.yaml", "code: MAU", "code: MAU-2"))
    assert "course.yaml" in str(caught.value)
    assert Course.objects.count() == 1


def test_export_says_when_there_is_no_such_course(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export_course", "KHONG", str(tmp_path / "out"))


def test_export_does_not_write_into_a_strange_folder(pack: Path, tmp_path: Path) -> None:
    take(pack)
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letter.txt").write_text("x")
    with pytest.raises(SystemExit) as caught:
        call_command("export_course", "MAU", str(tmp_path / "home"))
    assert caught.value.code == 2
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_export_over_an_older_pack_removes_what_is_gone(pack: Path) -> None:
    take(pack)
    (pack / "lessons/stale.vi.md").write_text("x")
    call_command("export_course", "MAU", str(pack))
    assert not (pack / "lessons/stale.vi.md").exists()
    assert (pack / "REVIEW.md").exists()
