"""manage.py describe_packs PATH…: what course packs hold, in numbers, as Markdown for docs/courses.md."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.packs.files import PackFiles, PackRefused, Problems
from courses.packs.lint import packs, words
from courses.packs.reading import PackData, medium, read
from quizzes.authored import DIFFICULTIES, Authored
from quizzes.exam_file import AuthoredBank, AuthoredExam
from quizzes.types import TYPES

LANGUAGES = {"vi": "Vietnamese", "en": "English"}


class Command(BaseCommand):
    """Prints a heading and two tables per pack. English only: it is a page of docs/, not a screen."""

    help = "Describes course packs in Markdown: lessons, words, figures, questions, exam. Reads files only."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which packs."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="path", help="a pack, or a folder of packs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Describe every pack, in the order given."""
        self.stdout.write("\n\n".join("\n".join(_lines(pack)) for path in options["paths"] for pack in _found(path)))


def bank_of(pack: PackData) -> AuthoredBank | None:
    """The questions and the exam of a pack, if it has any."""
    return next((data for _section, data in pack.sections if isinstance(data, AuthoredBank)), None)


def words_of(path: Path, pack: PackData) -> dict[str, list[int]]:
    """For each language the words of every lesson, as the linter counts them."""
    files = PackFiles.open(path, Problems())
    return {
        language: [words(files.read(f"lessons/{lesson.code}.{language}.md").decode()) for lesson in pack.lessons]
        for language in pack.course["languages"]
    }


def figures_of(pack: PackData, language: str) -> set[str]:
    """Pictures that the lessons of a language show."""
    shown = (block for lesson in pack.lessons for block in lesson.texts[language].blocks)
    return {medium(block) for block in shown if block.kind == "figure"}


def _found(path: Path) -> list[Path]:
    found = packs(path)
    if not found:
        raise CommandError(f"{path}: here is no course pack.")
    return found


def _lines(path: Path) -> Iterator[str]:
    try:
        pack = read(path)
    except PackRefused as refusal:
        raise CommandError(f"{path}: {refusal}") from refusal
    course = pack.course
    yield f"## {course['title']['en']}"
    yield ""
    yield f"{course['summary']['en']} Code {pack.code}, {course['hours']} hours."
    yield ""
    yield from _lessons(path, pack)
    bank = bank_of(pack)
    if bank is not None:
        yield ""
        yield from _questions(bank)
        yield ""
        yield _exam(bank)


def _lessons(path: Path, pack: PackData) -> Iterator[str]:
    counted = words_of(path, pack)
    yield _row("", (LANGUAGES.get(language, language) for language in counted))
    yield _row("---", ["---:"] * len(counted))
    yield _row("lessons", [len(pack.lessons)] * len(counted))
    yield _row("words", (f"{sum(each):,}" for each in counted.values()))
    yield _row("words of a lesson", (f"{min(each)} to {max(each)}" for each in counted.values()))
    yield _row("figures", (len(figures_of(pack, language)) for language in counted))


def _questions(bank: AuthoredBank) -> Iterator[str]:
    asked = [question for question in bank.questions() if question.use == "exam"]
    yield _row("exam questions", [*DIFFICULTIES, "in all", "drawn", "at least"])
    yield _row("---", ["---:"] * (len(DIFFICULTIES) + 3))
    for topic in bank.exam.topics:
        of_topic = [question for question in asked if question.topic == topic.code]
        drawn = sum(cell.count for cell in bank.exam.draw if cell.topic == topic.code)
        yield _row(topic.names["en"], [*_by_difficulty(of_topic), drawn, _percent(topic.minimum)])
    for kind in TYPES:
        of_kind = [question for question in asked if question.type == kind]
        if of_kind:
            yield _row(f"*{kind}*", [*_by_difficulty(of_kind), "", ""])
    yield _row("**in all**", [*_by_difficulty(asked), drawn_of(bank.exam), _percent(bank.exam.pass_percent)])


def drawn_of(exam: AuthoredExam) -> int:
    """Items of one sitting."""
    return sum(cell.count for cell in exam.draw)


def _by_difficulty(questions: Sequence[Authored]) -> list[int]:
    found = Counter(question.difficulty for question in questions)
    return [*(found[difficulty] for difficulty in DIFFICULTIES), len(questions)]


def _percent(value: int | None) -> str:
    return "" if value is None else f"{value}%"


def _exam(bank: AuthoredBank) -> str:
    exam = bank.exam
    practice = sum(question.use == "practice" for question in bank.questions())
    return (
        f"The exam draws {drawn_of(exam)} items for {exam.minutes} minutes and is passed at {exam.pass_percent}% of "
        f"the points, with the minimum of each topic; {exam.attempts} attempts, {exam.wait_hours} hours apart. "
        f"Besides it, {practice} practice questions."
    )


def _row(first: str, others: Any) -> str:
    return f"| {' | '.join([first, *(str(each) for each in others)])} |"
