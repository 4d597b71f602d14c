"""The pack section of questions and exam: `questions/*.yaml` and `exam.yaml`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from courses.models import Course
from courses.packs.checks import Checker
from courses.packs.files import MarkedList, PackFiles, Problems, dump_yaml
from quizzes import actions, authored, exam_file
from quizzes.actions.exam_making import MADE
from quizzes.authored import Authored
from quizzes.blueprint import Cell
from quizzes.exam_file import AuthoredBank, AuthoredExam, AuthoredTopic
from quizzes.giveaways import giveaways
from quizzes.models import Exam, Question

EXAM = "exam.yaml"
QUESTIONS = re.compile(r"questions/[a-z0-9]+(-[a-z0-9]+)*\.yaml")


class QuestionSection:
    """Fills the port `courses.pack_sections`."""

    def owns(self, path: str) -> bool:
        """`exam.yaml` and `questions/*.yaml`."""
        return path == EXAM or QUESTIONS.fullmatch(path) is not None

    def read(self, files: PackFiles, course: dict[str, Any], problems: Problems) -> AuthoredBank | None:
        """The bank, checked; None for a pack without exam and questions, or where the exam cannot be read."""
        names = [name for name in files.names("questions/") if self.owns(name)]
        if EXAM not in files:
            if names or course.get("practice"):
                problems.add(EXAM, 0, _("This file is missing: questions need its topics."))
            return None
        languages = list(course.get("languages") or ("vi", "en"))
        check = Checker(EXAM, problems, languages, one_line=False)
        root = files.yaml(EXAM, problems)
        exam = exam_file.read(root, check) if root is not None else None
        if exam is None:
            return None
        bank = AuthoredBank(exam)
        seen: dict[str, str] = {}
        for name in names:
            of_file = Checker(name, problems, languages, one_line=False)
            bank.files[name] = self._read_file(files, name, bank, course, of_file, seen)
        self._check_practice(bank, course, problems)
        if not problems:
            exam_file.check_served(bank, root, check)
        return bank

    def _read_file(
        self,
        files: PackFiles,
        name: str,
        bank: AuthoredBank,
        course: dict[str, Any],
        check: Checker,
        seen: dict[str, str],
    ) -> list[Authored]:
        node = files.yaml(name, check.problems)
        if node is None:
            return []
        if not isinstance(node, MarkedList):
            check.fault(1, _("This file must be a list of questions."))
            return []
        topics = [topic.code for topic in bank.exam.topics]
        found = []
        for line, item in zip(node.lines, node, strict=True):
            question = authored.read(item, line, check, topics=topics, lessons=list(course.get("lessons") or ()))
            if question is None:
                continue
            if question.code and question.code in seen:
                check.fault(
                    line,
                    _("The code “%(code)s” stands twice, also in %(path)s.")
                    % {"code": question.code, "path": seen[question.code]},
                )
            seen[question.code] = name
            self._check_figure(question, files, check)
            found.append(question)
        return found

    @staticmethod
    def _check_practice(bank: AuthoredBank, course: dict[str, Any], problems: Problems) -> None:
        there = {question.code for question in bank.questions() if question.use == "practice"}
        for code, (path, line) in (course.get("practice") or {}).items():
            if code not in there:
                problems.add(path, line, _("The pack has no practice question “%(code)s”.") % {"code": code})

    @staticmethod
    def _check_figure(question: Authored, files: PackFiles, check: Checker) -> None:
        figure = question.content.get("figure")
        if figure is None or f"{figure}.svg" in files:
            return
        for language in check.languages:
            if f"{figure}.{language}.svg" not in files:
                check.fault(
                    question.line,
                    _("The figure %(path)s is missing.") % {"path": f"{figure}.{language}.svg"},
                )

    def review(self, data: AuthoredBank | None, languages: Sequence[str], problems: Problems) -> None:
        """Single choice questions that give their key away."""
        if data is not None:
            problems.found.extend(giveaways(data.files, languages))

    def load(self, data: AuthoredBank | None, course: Course, *, by: Any, at: datetime) -> None:
        """Store what `read` gave."""
        if data is not None:
            actions.store_bank(course=course, authored=data, by=by, at=at)

    def dump(self, course: Course) -> dict[str, bytes]:
        """The files again, canonical."""
        # Exams made here are no part of the pack.
        exam = Exam.objects.filter(course=course, retired=False).exclude(events__new=MADE).order_by("pk").first()
        if exam is None:
            return {}
        files = {EXAM: dump_yaml(exam_file.export(_authored_exam(exam)))}
        by_file: dict[str, list[Any]] = {}
        questions = (
            Question.objects.filter(bank=exam.bank_id, current__isnull=False)
            .exclude(state=Question.State.RETIRED)
            .exclude(file="")
            .select_related("current__topic", "current__lesson", "current__key")
        )
        for question in questions.order_by("file", "order"):
            by_file.setdefault(question.file, []).append(authored.export(_authored_question(question)))
        files.update({name: dump_yaml(rows) for name, rows in by_file.items()})
        return files


def _authored_question(question: Question) -> Authored:
    version = question.current
    assert version is not None
    assert version.lesson is not None
    return Authored(
        code=question.code,
        type=version.type,
        use=question.use,
        topic=version.topic.code,
        lesson=version.lesson.code,
        difficulty=version.difficulty,
        points=version.points,
        content=version.content,
        key=version.key.key,
        feedback=version.key.feedback,
        explanation=version.key.explanation,
    )


def _authored_exam(exam: Exam) -> AuthoredExam:
    minima = {topic: told for topic, *told in exam.minima.values_list("topic_id", "percent", "points")}
    return AuthoredExam(
        code=exam.code,
        titles=_texts(exam.title_vi, exam.title_en),
        minutes=exam.minutes,
        pass_percent=exam.pass_percent,
        attempts=exam.attempts,
        wait_hours=exam.wait_hours,
        topics=tuple(
            AuthoredTopic(topic.code, _texts(topic.name_vi, topic.name_en), *minima.get(topic.pk, ()))
            for topic in exam.bank.topics.filter(retired=False).order_by("order")
        ),
        draw=tuple(
            Cell(line.topic.code, line.difficulty, line.count)
            for line in exam.blueprint.select_related("topic").order_by("order")
        ),
    )


def _texts(vi: str, en: str) -> dict[str, str]:
    return {language: text for language, text in (("vi", vi), ("en", en)) if text}
