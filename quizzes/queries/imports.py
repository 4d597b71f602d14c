"""Files of questions that came in: what a bank has that they are held against. `written` and `stems` touch keys and
questions that nobody but who sees the keys of the bank may be shown.
"""

from collections.abc import Sequence
from typing import Any

from django.core.files.storage import storages
from django.db.models import QuerySet
from wagtail.images import get_image_model

from people.models import User
from quizzes.authored import Authored, export
from quizzes.formats.checking import Known
from quizzes.models import Bank, BankImport, Question, QuestionVersion
from quizzes.queries.papers import PICTURES, keeper, lies_with
from quizzes.similarity import texts_of


def imports(person: User, bank: Bank) -> QuerySet[BankImport]:
    """The files that came for a bank, the newest first."""
    return BankImport.objects.visible_to(person).filter(bank=bank).select_related("created_by").distinct()


def known(bank: Bank) -> Known:
    """What the bank has: topics in use, lessons, codes that are taken, stems of its questions."""
    topics = bank.topics.filter(retired=False).order_by("order", "pk").values_list("code", "name_vi", "name_en")
    lessons = list(bank.course.lessons.values_list("code", flat=True)) if bank.course else []
    stems = {}
    for version in newest(bank):
        told = version.content.get("stem", {})
        text = version.content.get("text", {}) if version.type == "cloze" else {}
        words = [said for texts in (told, text) if (said := next(texts_of(texts), ""))]
        stems[version.question.code] = " ".join(words)
    return Known(
        bank=bank.code,
        topics={code: (vi, en) for code, vi, en in topics},
        lessons=lessons,
        taken=frozenset(Question.objects.values_list("code", flat=True)),
        stems=stems,
    )


def newest(bank: Bank, codes: Sequence[str] | None = None) -> list[QuestionVersion]:
    """The newest version at work of every question that is not retired, by code."""
    questions = bank.questions.exclude(state=Question.State.RETIRED).order_by("code")
    if codes is not None:
        questions = questions.filter(code__in=codes)
    rows = questions.select_related("current__topic", "proposed__topic", "current__lesson", "proposed__lesson")
    found = []
    for question in rows:
        version = question.current or question.proposed
        if version is not None:
            version.question = question
            found.append(version)
    return found


def written(versions: Sequence[QuestionVersion]) -> list[dict[str, Any]]:
    """The versions in the authored form, keys and tags included. Only after their sight is logged."""
    full = QuestionVersion.objects.select_related("key").in_bulk([version.pk for version in versions])
    nodes = []
    for version in versions:
        key = full[version.pk].key
        node = export(
            Authored(
                code=version.question.code, type=version.type, use=version.question.use, topic=version.topic.code,
                lesson=version.lesson.code if version.lesson else "", difficulty=version.difficulty,
                points=version.points, content=version.content, key=key.key, feedback=key.feedback,
                explanation=key.explanation,
            )
        )  # fmt: skip
        if version.question.tags:
            node["tags"] = list(version.question.tags)
        nodes.append({name: part for name, part in node.items() if part not in ("", {})})
    return nodes


def pictures(bank: Bank, nodes: Sequence[dict[str, Any]]) -> dict[str, bytes]:
    """The pictures that questions show, PNG and JPEG, by the name written in the question with its ending."""
    wanted = {node["figure"].removeprefix("media/") for node in nodes if "figure" in node}
    titles = {
        f"{name}.{ending}": f"media/{name}.{ending}"
        for name in wanted
        for ending in PICTURES
        if ending in ("png", "jpg")
    }
    found = {}
    for image in get_image_model().objects.filter(lies_with(keeper(bank)), title__in=titles):
        with image.file.open("rb") as file:
            found[titles[image.title]] = file.read()
    return found


def file_of(batch: BankImport) -> bytes:
    """The file as it came. Raises FileNotFoundError when it was forgotten."""
    with storages["private"].open(batch.path, "rb") as file:
        return bytes(file.read())
