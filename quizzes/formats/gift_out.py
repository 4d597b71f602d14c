"""Questions written as GIFT."""

import re
from collections.abc import Callable

from quizzes.formats.build import percent, tags_of, words_of
from quizzes.formats.result import Json, Written

TYPES = frozenset({"single", "multiple", "truefalse", "numeric", "matching", "ordering", "shorttext"})
CARRIES = frozenset(
    "code type topic difficulty tags points stem explanation options scoring answer tolerance unit decimals "
    "pairs extra items accept accents".split()
)


def _escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("->", "-\\>").replace("\n", "\\n")


def _said(text: str) -> str:
    """A text for the place where an answer or a stem stands."""
    plain = "[plain]" if re.search(r"[<&]|^\[", text) else ""
    return plain + _escaped(text)


def write(nodes: list[Json], language: str) -> Written:
    """GIFT by category (our topic), each with its code, difficulty and points in the comment that Moodle reads."""
    lines: list[str] = []
    topic = ""
    for node in nodes:
        if node.get("topic", "") != topic:
            topic = node["topic"]
            lines += [f"$CATEGORY: {topic.replace('/', '//')}", ""]
        tags = [*tags_of(node)]
        if node["type"] == "numeric" and node["unit"][language]:
            tags.append(f"nscl-unit:{node['unit'][language]}")
        bracketed = [re.sub(r"([\]\\\[~=#{}:])", r"\\\1", tag) for tag in tags]
        lines.append("// " + "".join([f"[id:{node['code']}]", *(f" [tag:{tag}]" for tag in bracketed)]))
        lines.append(f"::{_escaped(node['code'])}::{_said(node['stem'][language])}{{{_answers(node, language)}}}")
        lines.append("")
    return Written("\n".join(lines).encode(), "gift.txt", "text/plain; charset=utf-8", count=len(nodes))


def _feedback(one: Json, language: str) -> str:
    said = one.get("feedback", {}).get(language, "")
    return f"#{_said(said)}" if said else ""


def _answers(node: Json, language: str) -> str:
    rows = _ROWS[node["type"]](node, language)
    general = node.get("explanation", {}).get(language, "")
    if general:
        rows.append(f"####{_said(general)}")
    return "\n" + "\n".join(rows) + "\n" if len(rows) > 1 else "".join(rows)


def _choice(node: Json, language: str) -> list[str]:
    rows = []
    for option in node["options"]:
        worth = f"{percent(node, option):.5f}".rstrip("0").rstrip(".")
        mark = "=" if option.get("correct") else "~"
        if node["type"] == "multiple":
            mark = "~" if worth in ("0", "-0") else f"~%{worth}%"
        rows.append(f"{mark}{_said(option[language])}{_feedback(option, language)}")
    return rows


def _number(node: Json, _language: str) -> list[str]:
    return [f"#{node['answer']}:{node['tolerance']}"]


def _matching(node: Json, language: str) -> list[str]:
    pairs = [f"={_said(pair['left'][language])} -> {_said(pair['right'][language])}" for pair in node["pairs"]]
    return [*pairs, *(f"= -> {_said(text[language])}" for text in node.get("extra", ()))]


def _ordering(node: Json, language: str) -> list[str]:
    return [">ALL", *(_said(text[language]) for text in node["items"])]


def _short(node: Json, language: str) -> list[str]:
    rows = []
    for one in node["accept"]:
        weight = "" if one.get("share", 100) == 100 else f"%{one['share']}%"
        accepted = words_of(one[language]) or [one[language]]
        rows += [f"={weight}{_said(words)}{_feedback(one, language)}" for words in accepted]
    return rows


_ROWS: dict[str, Callable[[Json, str], list[str]]] = {
    "single": _choice, "multiple": _choice, "numeric": _number, "matching": _matching, "ordering": _ordering,
    "shorttext": _short,
    "truefalse": lambda node, _language: ["TRUE" if node["answer"] else "FALSE"],
    "essay": lambda _node, _language: [],
}  # fmt: skip
