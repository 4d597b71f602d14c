"""Questions written in a format: only what reads back equal is written, everything else is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.formats import aiken, gift_out, moodle_out, native, qti_out, recognising, word_out, xlsx
from quizzes.formats.build import LANGUAGES, languages_of, level
from quizzes.formats.prose import squeeze
from quizzes.formats.result import BadFile, Item, Json, Said, Written
from quizzes.types import TYPES

_PARTS = (
    "explanation",
    "feedback",
    "figure",
    "points",
    "scoring",
    "tolerance",
    "unit",
    "decimals",
    "tags",
    "words",
    "accents",
)
_ABOUT = ("code", "topic", "difficulty", "tags")


@dataclass(frozen=True)
class Form:
    """A format as it is written: which types and parts it holds, and whether in both languages."""

    write: Callable[..., Written]
    types: frozenset[str]
    carries: frozenset[str]
    reads: str
    bilingual: bool = False
    pictures: bool = False
    extra: tuple[tuple[str, Any], ...] = ()


_EVERY = frozenset(TYPES)
_ALL = frozenset(
    {
        "code",
        "type",
        "use",
        "lesson",
        "topic",
        "difficulty",
        "points",
        "stem",
        "figure",
        "alt",
        "explanation",
        "tags",
        "feedback",
    }
    | {key for kind in TYPES.values() for key in kind.keys}
)
FORMS: Mapping[str, Form] = {
    "word": Form(word_out.write, word_out.TYPES, word_out.CARRIES, "word", pictures=True),
    "xlsx": Form(xlsx.write, xlsx.TYPES, xlsx.CARRIES, "xlsx", bilingual=True),
    "gift": Form(gift_out.write, gift_out.TYPES, gift_out.CARRIES, "gift"),
    "aiken": Form(aiken.write, aiken.TYPES, aiken.CARRIES, "aiken"),
    "moodle": Form(moodle_out.write, moodle_out.TYPES, moodle_out.CARRIES, "moodle", bilingual=True, pictures=True),
    "qti22": Form(qti_out.write, qti_out.TYPES, qti_out.CARRIES, "qti", pictures=True, extra=(("version", 2),)),
    "qti30": Form(qti_out.write, qti_out.TYPES, qti_out.CARRIES, "qti", pictures=True, extra=(("version", 3),)),
    "yaml": Form(native.write, _EVERY, _ALL, "yaml", bilingual=True),
}


def write(name: str, nodes: Sequence[Json], language: str, media: Mapping[str, bytes] | None = None) -> Written:
    """The questions in a format; `left` names what it cannot hold, question by question.

    `language` is the one written where a format holds only one.
    """
    form = FORMS[name]
    left: list[Said] = []
    chosen: list[Json] = []
    lost: dict[str, int] = {}
    for node in nodes:
        if node["type"] not in form.types:
            left.append(
                Said("left", "type_not_held", facts={"code": node["code"], "type": str(TYPES[node["type"]].label)})
            )
            continue
        made, without = _fitted(node, form, language, media or {})
        for part in without:
            lost[part] = lost.get(part, 0) + 1
        chosen.append(made)
    if not form.bilingual and any(len(languages_of(node)) > 1 for node in nodes):
        left.append(Said("left", "language_not_held"))
    if lost:
        told = ", ".join(f"{part} ({count})" for part, count in sorted(lost.items()))
        left.append(Said("left", "parts_not_held", facts={"parts": told}))
    used = {"media": media} if form.pictures and media else {}
    for _again in range(4):
        written = form.write(chosen, language, **used, **dict(form.extra))
        odd = _unequal(chosen, written, form, language) if chosen else set()
        if not odd:
            break
        left += [Said("left", "not_equal", facts={"code": code}) for code in sorted(odd)]
        chosen = [node for node in chosen if node["code"] not in odd]
    written.left = left
    written.count = len(chosen)
    return written


def _fitted(node: Json, form: Form, language: str, media: Mapping[str, bytes]) -> tuple[Json, list[str]]:
    """The question without what the format has no place for, in the languages that it holds; and what was lost."""
    without = [part for part in _PARTS if part in node and part not in form.carries]
    made = {name: part for name, part in node.items() if name in form.carries or name == "code"}
    has = any(name.rpartition(".")[0] == node.get("figure") for name in media)
    if "figure" in made and not (form.pictures and has) and form.reads != "yaml":
        without.append("figure")
        made.pop("figure", None)
        made.pop("alt", None)
    if any(option.get("feedback") for option in made.get("options", ())) and form.reads in ("aiken", "word"):
        without.append("feedback")
        made["options"] = [
            {name: part for name, part in option.items() if name != "feedback"} for option in made["options"]
        ]
    if "scoring" in without:
        made["options"] = [
            {name: part for name, part in option.items() if name != "weight"} for option in made["options"]
        ]
    spoken = languages_of(made)
    return level(made, spoken if form.bilingual else [language]), without


def _unequal(nodes: Sequence[Json], written: Written, form: Form, language: str) -> set[str]:
    """The codes of those that do not read back as they were."""
    try:
        items = recognising.read(written.content, language, form.reads).items
    except BadFile:
        return {node["code"] for node in nodes}
    back: dict[str, Json] = {}
    if "code" in form.carries and form.reads != "aiken":
        back = {
            item.name: canonical(_whole(item)) for item in items if not any(said.kind == "fault" for said in item.said)
        }
        return {node["code"] for node in nodes if back.get(node["code"]) != canonical(node)}
    if len(items) != len(nodes):
        return {
            node["code"]
            for node in nodes
            if len(recognising.read(form.write([node], language).content, language, form.reads).items) != 1
        } or {node["code"] for node in nodes}
    return {
        node["code"]
        for node, item in zip(nodes, items, strict=True)
        if any(said.kind == "fault" for said in item.said) or canonical(_whole(item)) != canonical(node)
    }


def _whole(item: Item) -> Json:
    """A question that was read, as one that was written."""
    node = level(item.node, languages_of(item.node) or [LANGUAGES[0]])
    node["tags"] = item.tags
    return {**node, "difficulty": item.difficulty, "code": item.name, "topic": item.category}


def canonical(node: Json) -> Json:
    """What two questions that are equal share: ids by their order, texts squeezed, figure's name aside."""
    made = {name: part for name, part in node.items() if name not in (*_ABOUT, "use", "lesson", "figure")}
    made["figure"] = "figure" in node
    made["tags"] = sorted(node.get("tags", ()))
    if node.get("difficulty"):
        made["difficulty"] = node["difficulty"]
    else:
        made.pop("difficulty", None)
    if not any(made.get("explanation", {}).values()):
        made.pop("explanation", None)
    if made.get("scoring") in ("partial", ""):
        made.pop("scoring")
    if node.get("points") == 1:
        made.pop("points")
    renamed = {one["id"]: f"c{place}" for place, one in enumerate(node.get("categories", ()))}
    gaps = {gap["id"]: f"g{place}" for place, gap in enumerate(node.get("gaps", ()), 1)}
    if "options" in node:
        made["options"] = [{**option, "id": str(place)} for place, option in enumerate(node["options"])]
    if renamed:
        used = {item["in"] for item in node["items"]}
        ids = [*dict.fromkeys(item["in"] for item in node["items"]), *(name for name in renamed if name not in used)]
        made["categories"] = [
            {k: v for k, v in one.items() if k != "id"}
            for name in ids
            for one in node["categories"]
            if one["id"] == name
        ]
        made["items"] = [{**item, "in": ids.index(item["in"])} for item in node["items"]]
    if gaps:
        made["text"] = {name: _renamed(text, gaps) for name, text in node["text"].items()}
        made["gaps"] = [{**gap, "id": gaps[gap["id"]]} for gap in node["gaps"]]
    squeezed: Json = _squeezed(made)
    return squeezed


def _renamed(text: str, gaps: Mapping[str, str]) -> str:
    for old, new in gaps.items():
        text = text.replace(f"{{{old}}}", f"\x00{new}\x01")
    return text.replace("\x00", "{").replace("\x01", "}")


def _squeezed(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _squeezed(part) for name, part in node.items() if name != "correct" or part}
    if isinstance(node, list):
        return [_squeezed(part) for part in node]
    if isinstance(node, str):
        return squeeze(node)
    return node
