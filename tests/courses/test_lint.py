"""Packs that could be taken in, but are not fit to ship: each fault with file and line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from courses import pack_sections
from courses.packs import lint as rules
from courses.packs.files import PackFiles, Problems

Edited = Callable[[str, str, str], Path]
TERMS: list[dict[str, Any]] = [
    {"vi": "khóa học", "en": "course", "avoid": {"vi": ["khoá học"], "en": []}},
    {"vi": "giới hạn tới hạn", "en": "critical limit", "avoid": {"vi": [], "en": ["critical threshold"]}},
]
PADDING = "\nMột đoạn dài thêm cho đủ.\n"
PRACTICE = "\n::: practice MAU-P01\n:::\n"


@pytest.fixture(autouse=True)
def fit(pack: Path) -> None:
    """Make the sample pack fit to ship: long enough, with practice in both lessons; and compare in English."""
    for language in ("vi", "en"):
        for lesson in ("first", "second"):
            file = pack / f"lessons/{lesson}.{language}.md"
            text = file.read_text() + (PRACTICE if lesson == "second" else "")
            file.write_text(text + PADDING * ((rules.FEWEST_WORDS - rules.words(text)) // 6 + 1))


def faults(path: Path) -> list[str]:
    with override("en"):
        return [str(problem) for problem in rules.lint(path, rules.avoided(TERMS))]


def test_a_pack_that_may_ship(pack: Path, zipped: Path) -> None:
    assert faults(pack) == []
    assert faults(zipped) == []


def test_a_broken_pack_is_told_by_its_structure(edited: Edited) -> None:
    pack = edited("course.yaml", "code: MAU", "kode: MAU")
    assert any(fault.startswith("course.yaml:2:") for fault in faults(pack))


def test_another_spelling_than_the_export_s_is_a_fault(edited: Edited) -> None:
    found = faults(edited("course.yaml", "code: MAU", 'code: "MAU"'))
    assert [fault.split(": ")[0] for fault in found] == ["course.yaml:2"]


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("course.yaml", "  vi: Một khóa để thử.", "  vi: Một Khoá học để thử.", "course.yaml:18"),
        ("course.yaml", "  - Đông lạnh", "  - khoá học", "course.yaml:22"),
        ("lessons/second.vi.md", "Thủy sản.\n", "Một **khoá\u00a0học** hay.\n", "lessons/second.vi.md:7"),
        ("lessons/first.en.md", "title: Lesson one: opening", "title: Critical thresholds", "lessons/first.en.md:2"),
    ],
)
def test_words_to_avoid(edited: Edited, name: str, old: str, new: str, place: str) -> None:
    found = faults(edited(name, old, new))
    assert [fault.split(": ")[0] for fault in found] == [place]
    assert "is written instead" in found[0]


def test_words_are_avoided_in_their_own_language_only(edited: Edited) -> None:
    assert faults(edited("lessons/second.en.md", "Seafood.\n", "Mọi khoá học.\n")) == []


@pytest.mark.parametrize(("count", "good"), [(399, False), (400, True), (900, True), (901, False)])
def test_length_of_a_lesson(pack: Path, count: int, good: bool) -> None:
    file = pack / "lessons/second.vi.md"
    text = file.read_text().replace(PADDING, "")
    file.write_text(text + "\n" + " ".join(["từ"] * (count - rules.words(text))) + "\n")
    assert rules.words(file.read_text()) == count
    found = faults(pack)
    assert found == (
        [] if good else [f"lessons/second.vi.md:1: This lesson has {count} words; it should have 400 to 900."]
    )


def test_words_are_those_that_a_reader_sees() -> None:
    content = (
        "---\ntitle: Không đếm\n---\n\nHai **từ** – 70\u00a0°C.\n\n::: figure media/a.svg\nalt: Không đếm\n"
        "caption: Hình 1\n:::\n\n::: table plain\n| Sổ | Ai |\n| --- | ---: |\n| a |  |\n:::\n"
    )
    assert rules.words(content) == len(["Hai", "từ", "70", "°C", "Hình", "1", "Sổ", "Ai", "a"])


def test_a_lesson_without_practice(edited: Edited, pack: Path) -> None:
    edited("lessons/second.en.md", PRACTICE, "")
    found = faults(edited("lessons/second.vi.md", PRACTICE, ""))
    assert found == [
        "lessons/second.en.md:1: This lesson has no practice question.",
        "lessons/second.vi.md:1: This lesson has no practice question.",
    ]


def test_a_lesson_with_nothing_to_look_at(pack: Path) -> None:
    for language in ("vi", "en"):
        file = pack / f"lessons/second.{language}.md"
        start, _fence, rest = file.read_text().partition("::: figure media/plain.svg\n")
        file.write_text(start + rest.partition("\n:::\n\n")[2])
    assert faults(pack) == [
        f"lessons/second.{language}.md:1: This lesson has no figure, no table and no checklist."
        for language in ("en", "vi")
    ]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://www.fao.org/a", True),
        ("mailto:ai@example.org", True),
        ("mailto:ai", False),
        ("https://localhost/a", False),
        ("http://[/a", False),
    ],
)
def test_links_lead_somewhere(edited: Edited, address: str, good: bool) -> None:
    found = faults(edited("lessons/second.vi.md", "Thủy sản.\n", f"[Thủy sản]({address}).\n"))
    place = "lessons/second.vi.md:7: "
    assert found == ([] if good else [f"{place}The link to “{address}” leads nowhere."])


class Picky:
    """A section that finds fault with whatever it read."""

    def owns(self, path: str) -> bool:
        return False

    def read(self, files: PackFiles, course: dict[str, Any], problems: Problems) -> str:
        return "what was read"

    def review(self, data: str, languages: list[str], problems: Problems) -> None:
        problems.add("exam.yaml", 3, f"{data} in {languages}")

    def load(self, data: Any, course: Any, *, by: Any, at: Any) -> None:
        raise AssertionError

    def dump(self, course: Any) -> dict[str, bytes]:
        raise AssertionError


def test_apps_above_have_their_say(pack: Path) -> None:
    pack_sections.register(Picky())
    assert faults(pack) == ["exam.yaml:3: what was read in ['vi', 'en']"]


def test_the_command_walks_a_folder_of_packs(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("lint_packs", str(pack.parent))
    assert capsys.readouterr().out.startswith("1 ")


def test_the_command_tells_every_fault_of_every_pack(edited: Edited, capsys: pytest.CaptureFixture[str]) -> None:
    pack = edited("lessons/second.vi.md", PRACTICE, "")
    edited("lessons/second.en.md", PRACTICE, "")
    edited("course.yaml", "Một khóa để thử", "Một khoá học")
    with pytest.raises(SystemExit) as caught:
        call_command("lint_packs", str(pack), str(pack / "media"))
    assert caught.value.code == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in told[:-1]] == [
        f"{pack}/course.yaml:18",
        f"{pack}/lessons/second.en.md:1",
        f"{pack}/lessons/second.vi.md:1",
        str(pack / "media"),
    ]
