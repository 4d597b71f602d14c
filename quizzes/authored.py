"""A whole question as an author writes it, in YAML, and as the bank stores it. No database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import CODE, SLUG, Checker
from courses.packs.files import MarkedDict
from quizzes.types import TYPES, VERDICT, Json, Parsed, tidy

USES = ("exam", "practice")
DIFFICULTIES = ("recall", "apply", "analyse")
VERDICTS = ("right", "part", "wrong")


@dataclass(frozen=True)
class Authored:
    """One question, checked."""

    code: str
    type: str
    use: str
    topic: str
    lesson: str
    difficulty: str
    points: int
    content: Json
    key: Json
    feedback: Json
    explanation: dict[str, str]
    line: int = 0

    def fingerprint(self) -> str:
        """Changes with anything that makes another version: words, key, points, topic."""
        exported = export(self)
        del exported["code"], exported["use"]
        canonical = json.dumps(exported, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read(node: Any, line: int, check: Checker, *, topics: Sequence[str], lessons: Sequence[str]) -> Authored | None:
    """The question at `node`; None, with faults noted, where it cannot be told what it is."""
    mapping = check.mapping(node, line, "questions")
    if mapping.get("type") not in TYPES:
        check.fault(mapping.line_of("type"), _("“type” must be one of: %(types)s.") % {"types": ", ".join(TYPES)})
        return None
    kind = TYPES[mapping["type"]]
    needed = ["code", "type", "use", "topic", "lesson", "difficulty", "stem", "explanation"]
    optional = ["points", "figure", "alt", "feedback", *kind.keys]
    own = [key for key in kind.keys if key not in kind.optional]
    if not check.keys(mapping, [*needed, *own], optional):
        return None
    content: Json = {"stem": check.texts(mapping, "stem")}
    content.update(_figure(mapping, check))
    parsed: Parsed = kind.parse(mapping, check)
    if kind.manual and mapping.get("use") == "practice":
        check.fault(mapping.line_of("use"), _("People grade this type, so it cannot be practised: “use” must be exam."))
    return Authored(
        code=check.matching(mapping, "code", CODE, most=40),
        type=kind.code,
        use=check.choice(mapping, "use", USES),
        topic=check.choice(mapping, "topic", topics),
        lesson=check.choice(mapping, "lesson", lessons),
        difficulty=check.choice(mapping, "difficulty", DIFFICULTIES),
        points=check.whole(mapping, "points", least=1, most=100) if "points" in mapping else 1,
        content={**content, **parsed.content},
        key=parsed.key,
        feedback={**parsed.feedback, **_verdicts(mapping, check)},
        explanation=check.texts(mapping, "explanation"),
        line=line,
    )


def _verdicts(node: MarkedDict, check: Checker) -> Json:
    """What is told of a right, a partly right and a wrong answer: optional, of any type."""
    if "feedback" not in node:
        return {}
    given = check.mapping(node["feedback"], node.line_of("feedback"), "feedback")
    check.keys(given, [], VERDICTS)
    return {f"{VERDICT}{name}": check.texts(given, name) for name in VERDICTS if name in given}


def _figure(node: MarkedDict, check: Checker) -> Json:
    if "figure" not in node:
        if "alt" in node:
            check.fault(node.line_of("alt"), _("“alt” belongs to a “figure”, which is missing."))
        return {}
    figure = node["figure"]
    if not isinstance(figure, str) or not figure.startswith("media/") or not SLUG.fullmatch(figure[6:]):
        check.fault(node.line_of("figure"), _("“figure” must be written as media/name, without language and ending."))
        return {}
    if "alt" not in node:
        check.fault(node.line_of("figure"), _("A figure needs “alt”: what it shows, for those who cannot see it."))
        return {}
    return {"figure": figure, "alt": check.texts(node, "alt")}


def export(question: Authored) -> Json:
    """The authored form again: the inverse of `read`, keys in canonical order."""
    exported: Json = {
        "code": question.code,
        "type": question.type,
        "use": question.use,
        "topic": question.topic,
        "lesson": question.lesson,
        "difficulty": question.difficulty,
    }
    if question.points != 1:
        exported["points"] = question.points
    exported["stem"] = tidy(question.content["stem"])
    if "figure" in question.content:
        exported["figure"] = question.content["figure"]
        exported["alt"] = tidy(question.content["alt"])
    exported.update(TYPES[question.type].export(question.content, question.key, question.feedback))
    told = {name: question.feedback.get(f"{VERDICT}{name}") for name in VERDICTS}
    if any(told.values()):
        exported["feedback"] = {name: tidy(texts) for name, texts in told.items() if texts}
    exported["explanation"] = tidy(question.explanation)
    return exported
