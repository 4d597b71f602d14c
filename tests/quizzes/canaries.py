"""What a leak is looked for with: canaries planted in questions, and a taker who keeps every byte."""

import json
from copy import deepcopy
from typing import Any

from django.test import Client

from people.models import User
from quizzes.types import Shown


class Canaries:
    """Plants them, each once, and knows them all."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.numbers: list[str] = []
        self.ids: list[str] = []

    def word(self, what: str) -> str:
        self.words.append(f"Hoàng-yến-{what}-{len(self.words):03d}")
        return self.words[-1]

    def number(self, whole: int = 7) -> float:
        self.numbers.append(f"{whole}.{39150 + len(self.numbers)}1")
        return float(self.numbers[-1])

    def id(self) -> str:
        self.ids.append(f"zq{len(self.ids):03d}w")
        return self.ids[-1]

    def texts(self, what: str) -> dict[str, str]:
        return {"vi": self.word(what), "en": self.word(what)}

    def found_in(self, content: bytes) -> list[str]:
        """Those that stand in `content`, also as JSON, as HTML or as Vietnamese write numbers."""
        text = content.decode(errors="replace")
        ascii_words = [json.dumps(word)[1:-1] for word in self.words]
        comma = [number.replace(".", ",") for number in self.numbers]
        return [one for one in (*self.words, *ascii_words, *self.numbers, *comma, *self.ids) if one in text]


def planted(node: Any, canaries: Canaries) -> Any:
    """An authored question with canaries in all that a taker must not see."""
    node = deepcopy(node)
    _options(node, canaries)
    _plant(node, canaries)
    return node


def _options(node: Any, canaries: Canaries) -> None:
    """Ids are the author's; those of right options, and of categories, are canaries."""
    if isinstance(node, list):
        for each in node:
            _options(each, canaries)
    if not isinstance(node, dict):
        return
    if node.get("correct") is True and "id" in node:
        node["id"] = canaries.id()
    if "categories" in node:
        new = {category["id"]: canaries.id() for category in node["categories"]}
        for category in node["categories"]:
            category["id"] = new[category["id"]]
        for item in node["items"]:
            item["in"] = new[item["in"]]
    for value in node.values():
        _options(value, canaries)


def _plant(node: dict[str, Any], canaries: Canaries) -> None:
    for name, value in list(node.items()):
        if name in ("explanation", "feedback"):
            node[name] = canaries.texts(name)
        elif name == "formula":
            node[name] = f"{value} + 0 * {canaries.number()}"
        elif name in ("answer", "tolerance") and isinstance(value, int | float) and not isinstance(value, bool):
            node[name] = canaries.number()
        elif name == "tolerance":
            node[name] = {"absolute": canaries.number()}
        elif name == "accept":
            for pattern in value:
                pattern.update(
                    {language: f"{pattern[language]}|{canaries.word('pattern')}" for language in ("vi", "en")}
                )
        elif name in ("regions", "rubric"):
            for each in value:
                each.update(canaries.texts(name))
                if "rect" in each:
                    each["rect"] = [canaries.number(int(side)) for side in each["rect"]]
        if isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    _plant(each, canaries)


class Taker:
    """A person in the exam, with all that they were sent."""

    def __init__(self, person: User) -> None:
        self.client = Client()
        self.client.force_login(person)
        self.seen: list[tuple[str, bytes]] = []

    def get(self, address: str, **data: Any) -> Any:
        return self.keep(address, self.client.get(address, data))

    def post(self, address: str, data: Any, **more: Any) -> Any:
        return self.keep(address, self.client.post(address, data, **more))

    def send(self, address: str, **data: Any) -> Any:
        return self.post(address, json.dumps(data), content_type="application/json")

    def keep(self, address: str, response: Any) -> Any:
        headers = "\n".join(f"{name}: {value}" for name, value in response.items())
        body = b"".join(response.streaming_content) if response.streaming else response.content
        self.seen.append((address, headers.encode() + b"\n" + body + str(response.cookies).encode()))
        return response


def fields_of(shown: Shown, pick: int) -> dict[str, list[str]]:
    """An answer to whatever is asked: everywhere the choice at `pick`, or a word."""
    fields: dict[str, list[str]] = {}
    if shown.choices:
        fields[shown.name] = [shown.choices[pick % len(shown.choices)].value]
    for row in shown.rows:
        fields[row.name] = [row.choices[pick % len(row.choices)].value] if row.choices else [str(pick + 1)]
    for part in shown.parts:
        fields |= fields_of(part.shown, pick)
    if not fields:
        fields[shown.name] = [str(pick + 1)]
    return fields
