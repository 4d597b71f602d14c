"""Packs that are not taken: each with a clear message, and nothing written."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from courses.models import Course, LessonPage
from courses.packs import files
from courses.packs.files import PackRefused
from courses.packs.pictures import drawing_faults
from courses.packs.reading import read

Edited = Callable[[str, str, str], Path]


def refusal(path: Path) -> str:
    with pytest.raises(PackRefused) as caught:
        read(path)
    return str(caught.value)


def test_a_good_pack_is_read(pack: Path) -> None:
    found = read(pack)
    assert [lesson.code for lesson in found.lessons] == ["first", "second"]
    assert found.notes == []


def test_a_missing_lesson_is_named(pack: Path) -> None:
    (pack / "lessons/second.en.md").unlink()
    assert "lessons/second.en.md" in refusal(pack)


def test_a_missing_figure_is_named_with_its_line(pack: Path) -> None:
    (pack / "media/plain.svg").unlink()
    assert "lessons/second.vi.md:9:" in refusal(pack)


def test_an_unknown_key_is_named_with_its_line(edited: Edited) -> None:
    assert "course.yaml:2:" in refusal(edited("course.yaml", "code: MAU", "kode: MAU"))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("hours: 4.5", "hours: many", "hours"),
        ("version: '1.0'", "version: 1.0", "version"),
        ("format: 1", "format: 2", "course.yaml:1"),
        ("  en: A course for trying.\n", "", "en"),
        ("- level: leads", "- level: rules", "rules"),
        ("  - second\n", "  - first\n", "first"),
        ("  - second\n", "  - third\n", "lessons/third.vi.md"),
        ("languages:\n- vi\n- en", "languages:\n- vi\n- km", "km"),
        ("code: MAU", "code: ../MAU", "../MAU"),
    ],
)
def test_faults_of_the_course(edited: Edited, old: str, new: str, word: str) -> None:
    assert word in refusal(edited("course.yaml", old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("code: MAU", "code: !!python/object/apply:os.system ['true']"),
        ("code: MAU", "code: !str MAU"),
        ("code: MAU", "code: &a MAU"),
        ("title:\n", "title: &x\n"),
        ("code: MAU", "code: MAU\ncode: MAU"),
        ("code: MAU", "code: [MAU"),
    ],
)
def test_yaml_is_plain_data(edited: Edited, old: str, new: str) -> None:
    assert "course.yaml:" in refusal(edited("course.yaml", old, new))


def test_yaml_nested_without_end_is_refused(pack: Path) -> None:
    (pack / "course.yaml").write_text("a: " + "[" * 50_000 + "\n")
    assert "course.yaml" in refusal(pack)


def test_an_alias_bomb_is_refused_unread(pack: Path) -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(f"{key}: &{key} [*a, *a, *a]\n" for key in "bcdefgh")
    (pack / "course.yaml").write_text(bomb)
    assert "course.yaml:1:" in refusal(pack)


@pytest.mark.parametrize("old", ["flow.vi.svg", "alt: Sơ đồ ba bước."])
def test_a_figure_that_climbs_out_or_says_nothing(edited: Edited, old: str) -> None:
    new = "../../../etc/passwd" if old.endswith("svg") else "alt:"
    assert "lessons/first.vi.md:" in refusal(edited("lessons/first.vi.md", old, new))


def test_languages_must_be_in_step(edited: Edited) -> None:
    pack = edited("lessons/first.en.md", "::: callout tip\n", "::: callout warning\n")
    assert "callout warning" in refusal(pack)


def test_minutes_must_be_in_step(edited: Edited) -> None:
    assert "lessons/first.en.md:2" in refusal(edited("lessons/first.en.md", "minutes: 25", "minutes: 26"))


def test_a_file_that_does_not_belong_is_named(pack: Path) -> None:
    (pack / "notes.txt").write_text("x")
    assert "notes.txt" in refusal(pack)


def test_a_lesson_outside_of_the_course_is_named(pack: Path) -> None:
    (pack / "lessons/stray.vi.md").write_text("x")
    assert "lessons/stray.vi.md" in refusal(pack)


def test_a_link_that_leads_out_is_refused(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("x")
    (pack / "media/secret.svg").symlink_to(tmp_path / "secret.svg")
    assert "media/secret.svg" in refusal(pack)


def _zip(entries: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("name", ["../course.yaml", "/etc/course.yaml", "a/../../b", "C:\\course.yaml"])
def test_a_zip_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(_zip({name: b"format: 1\n"}))
    assert name.replace("\\", "\\") in refusal(path)


def test_a_zip_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(_zip({"media/a.svg": b" " * (files.MAX_FILE_BYTES + 1), "course.yaml": b"format: 1\n"}))
    assert path.stat().st_size < 100_000
    assert "media/a.svg" in refusal(path)


def test_too_many_files_are_refused(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 3)
    assert "2.000" in refusal(pack)


def test_neither_folder_nor_zip(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("x")
    assert str(path) in refusal(path)


def test_a_zip_is_read_like_its_folder(zipped: Path, pack: Path) -> None:
    assert read(zipped).course == read(pack).course


def test_not_utf8_is_told(pack: Path) -> None:
    (pack / "lessons/second.vi.md").write_bytes("Thủy".encode("utf-16"))
    assert "lessons/second.vi.md" in refusal(pack)


GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 9"><title>t</title>%s</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<rect style="fill:url(https://example.org)"/>',
        "<style>@import 'x'</style>",
        '<a href="https://example.org"><rect/></a>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/svg+xml,x"/>',
        '<image href="x.png"/>',
        "<foreignObject><body/></foreignObject>",
        '<rect fill="url(https://example.org)"/>',
        '<rect fill="java&#10;script:x"/>',
        '<animate attributeName="href" values="javascript:x"/>',
        "<rect>",
    ],
)
def test_a_drawing_that_runs_or_reaches_out_is_refused(inside: str) -> None:
    assert drawing_faults((GOOD % inside).encode())


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + (GOOD % "&a;").encode(),
        b'<?xml version="1.0" encoding="cp037"?>' + (GOOD % "").encode(),
        b'<?xml-stylesheet href="x.css"?>' + (GOOD % "").encode(),
        (GOOD % "").encode("utf-16"),
        b"<html/>",
    ],
)
def test_a_drawing_is_plain_svg(content: bytes) -> None:
    assert drawing_faults(content)


def test_a_plain_drawing_is_taken() -> None:
    inside = '<defs><marker id="m"><path d="M0 0"/></marker></defs><path marker-end="url(#m)" fill="#fff"/>'
    assert drawing_faults((GOOD % inside).encode()) == []


def test_a_drawing_in_a_pack_says_what_it_is(edited: Edited) -> None:
    assert "media/plain.svg" in refusal(edited("media/plain.svg", "<title>plain</title>", ""))


def test_the_command_tells_every_fault_and_writes_nothing(
    world: None, edited: Edited, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = edited("course.yaml", "code: MAU", "kode: MAU")
    (pack / "lessons/second.en.md").unlink()
    with pytest.raises(SystemExit) as caught:
        call_command("import_course", str(pack))
    told = capsys.readouterr().err
    assert caught.value.code == 2
    assert "course.yaml:2:" in told
    assert "lessons/second.en.md" in told
    assert not Course.objects.exists()
    assert not LessonPage.objects.exists()


def test_an_edition_that_is_not_there_is_told(world: None, edited: Edited) -> None:
    with pytest.raises(SystemExit) as caught:
        call_command("import_course", str(edited("course.yaml", "haccp-2020", "haccp-1893")))
    assert caught.value.code == 2
    assert not Course.objects.exists()
