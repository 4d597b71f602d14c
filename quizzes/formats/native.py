"""Questions in the product's own YAML, as course packs hold them; both languages, every type."""

import re
from typing import Any

from courses.packs.checks import plain
from courses.packs.files import MarkedList, PackFiles, Problems, dump_yaml
from quizzes.formats.prose import squeeze
from quizzes.formats.result import BadFile, Item, Json, Place, Read, Written

NAME = "questions.yaml"
_ABOUT = ("code", "topic", "difficulty", "tags", "use", "lesson")


def looks(text: str) -> bool:
    """Whether a text file seems to be a list of questions of ours."""
    return bool(re.search(r"(?m)^-\s+(code|type):\s", text)) and bool(re.search(r"(?m)^\s+stem:", text))


def read(content: bytes, language: str) -> Read:
    """The questions of a file. Raises BadFile."""
    problems = Problems()
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\t", "  ")
    if len(text) > 3_000_000:
        raise BadFile("too_much")
    node = PackFiles({NAME: text.encode()}).yaml(NAME, problems)
    if problems or not isinstance(node, MarkedList):
        first = problems.found[0] if problems else None
        raise BadFile("yaml", Place("line", first.line if first else 1), reason=first.message if first else "")
    found = Read("yaml")
    for line, mapping in zip(node.lines, node, strict=True):
        if not isinstance(mapping, dict):
            raise BadFile("yaml", Place("line", line), reason="")
        found.add(_item(plain(mapping), line))
    return found


def _item(node: Json, line: int) -> Item:
    about: dict[str, Any] = {name: node.pop(name, "") for name in _ABOUT}
    tags = about["tags"] if isinstance(about["tags"], list) else []
    if "figure" in node:
        # The picture itself does not travel in this file; one of that name may be in the bank.
        node["figure"] = str(node["figure"])
    return Item(
        node, Place("line", line), name=squeeze(str(about["code"])), category=str(about["topic"]),
        difficulty=str(about["difficulty"]), tags=[str(tag) for tag in tags],
    )  # fmt: skip


def write(nodes: list[Json], _language: str) -> Written:
    """YAML, keys in canonical order."""
    return Written(dump_yaml(nodes), "yaml", "application/yaml", count=len(nodes))
