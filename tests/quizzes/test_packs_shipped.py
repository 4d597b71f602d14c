"""The courses that ship: what the tables of docs/courses.md promise of each of them holds."""

import subprocess
import sys
from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import override

from courses.packs import lint as rules
from courses.packs.reading import PackData, read
from people.starter import read_yaml
from quizzes import blueprint
from quizzes.authored import Authored
from quizzes.exam_file import AuthoredBank
from quizzes.management.commands import describe_packs
from quizzes.management.commands.describe_packs import bank_of, figures_of, words_of

COURSES = settings.BASE_DIR / "starter" / "courses"
PACKS = ("iso-9001", "haccp", "kaizen", "5s", "six-sigma")
DOC = settings.BASE_DIR / "docs" / "courses.md"
DRAWS = 200


read_once = cache(read)


def pack_of(name: str) -> PackData:
    return read_once(COURSES / name)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes most of the time: each pack once."""
    monkeypatch.setattr(rules, "read", read_once)
    monkeypatch.setattr(describe_packs, "read", read_once)


def bank(name: str) -> AuthoredBank:
    found = bank_of(pack_of(name))
    assert found is not None
    return found


def asked(name: str) -> list[Authored]:
    return [question for question in bank(name).questions() if question.use == "exam"]


def test_these_are_all_that_ship() -> None:
    assert sorted(path.name for path in rules.packs(COURSES)) == sorted(PACKS)


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_pack_has_no_fault(name: str) -> None:
    terms = rules.avoided(read_yaml(settings.BASE_DIR / "starter" / "terms.yaml"))
    with override("en"):
        assert [str(fault) for fault in rules.lint(COURSES / name, terms)] == []


@pytest.mark.parametrize("script", ["check.py", "check_questions.py"])
@pytest.mark.parametrize("name", PACKS)
def test_its_numbers_are_right(name: str, script: str) -> None:
    path = COURSES / name / script
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PACKS)
def test_its_lessons(name: str) -> None:
    pack = pack_of(name)
    assert 10 <= len(pack.lessons) <= 14
    counted = words_of(COURSES / name, pack)
    assert list(counted) == ["vi", "en"]
    assert [each for lessons in counted.values() for each in lessons if not 500 <= each <= 900] == []
    assert len(figures_of(pack, "vi")) == len(figures_of(pack, "en")) >= 8


@pytest.mark.parametrize("name", PACKS)
def test_its_bank(name: str) -> None:
    questions = asked(name)
    assert len(questions) >= 80
    assert len({question.type for question in questions}) >= 5
    assert sum(question.type == "numeric" for question in questions) >= 8
    recalled = sum(question.difficulty == "recall" for question in questions)
    assert 3 * recalled <= len(questions)


@pytest.mark.parametrize("name", PACKS)
def test_its_exam_can_be_drawn_again_and_again(name: str) -> None:
    exam = bank(name).exam
    questions = asked(name)
    pool = [blueprint.Candidate(at, question.topic, question.difficulty) for at, question in enumerate(questions)]
    wanted = {(cell.topic, cell.difficulty): cell.count for cell in exam.draw}
    seen: set[int] = set()
    for seed in range(DRAWS):
        drawn = blueprint.draw(exam.draw, pool, f"{name}-{seed}")
        assert len(set(drawn)) == len(drawn) == 40
        assert Counter((questions[at].topic, questions[at].difficulty) for at in drawn) == wanted
        seen.update(drawn)
    assert len(seen) == len(questions)  # nothing lies in the bank that no exam asks


def described(*paths: Path) -> str:
    out = StringIO()
    call_command("describe_packs", *map(str, paths), stdout=out)
    return out.getvalue()


def test_the_page_says_what_the_packs_hold() -> None:
    printed = described(*(COURSES / name for name in PACKS))
    assert printed in DOC.read_text(encoding="utf-8"), "run the command that docs/courses.md names, and paste it there"


def test_describing_what_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        described(tmp_path)
    (tmp_path / "course.yaml").write_text("code: X\n")
    with pytest.raises(CommandError):
        described(tmp_path)
