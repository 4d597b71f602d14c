"""What single and multiple choice share: options with authored ids, shuffled when shown."""

import re
from collections.abc import Sequence
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.files import MarkedDict
from quizzes.types.base import LETTERS, Choice, Json, Parsed, Reveal, Shown, say, tidy
from quizzes.types.reading import Reader

OPTION_ID = re.compile(r"[a-z0-9]{1,8}")


def parse_options(node: MarkedDict, reader: Reader) -> Parsed:
    """Content, key and feedback of the list `options`."""
    options: list[Json] = []
    correct: list[str] = []
    feedback: Json = {}
    seen: list[Any] = []
    for line, item in reader.items(node, "options", 3, 8):
        option = reader.mapping(item, line)
        texts = reader.texts(option, line, extra=("id", "correct", "feedback"))
        name = option.get("id")
        if not isinstance(name, str) or not OPTION_ID.fullmatch(name):
            reader.fault(option.line_of("id"), _("Every option needs an “id” such as a, b or c."))
            name = f"x{len(options)}"
        if any(other["id"] == name for other in options):
            reader.fault(option.line_of("id"), _("This id stands twice."))
        reader.twice(texts, seen, line)
        if "correct" in option and not isinstance(option["correct"], bool):
            reader.fault(option.line_of("correct"), _("“correct” is true or left out."))
        elif option.get("correct"):
            correct.append(name)
        if "feedback" in option:
            feedback[name] = reader.texts_at(option, "feedback")
        options.append({"id": name, **texts})
    return Parsed({"options": options}, {"correct": correct}, feedback)


def export_options(content: Json, key: Json, feedback: Json) -> list[Json]:
    """The authored list `options`."""
    exported = []
    for option in content["options"]:
        authored: Json = {"id": option["id"], **tidy({name: text for name, text in option.items() if name != "id"})}
        if option["id"] in key["correct"]:
            authored["correct"] = True
        if option["id"] in feedback:
            authored["feedback"] = tidy(feedback[option["id"]])
        exported.append(authored)
    return exported


def shuffle_options(content: Json, rng: Random) -> list[str]:
    """The options' ids in a drawn order."""
    ids = [option["id"] for option in content["options"]]
    rng.shuffle(ids)
    return ids


def show_options(content: Json, order: Sequence[str], chosen: Sequence[str], language: str) -> Shown:
    """The options in the order shown."""
    texts = {option["id"]: option for option in content["options"]}
    return Shown(
        choices=[
            Choice(str(place), say_option(texts[name], language), LETTERS[place], name in chosen)
            for place, name in enumerate(order)
        ]
    )


def say_option(option: Json, language: str) -> str:
    """An option's words."""
    return say({name: text for name, text in option.items() if name != "id"}, language)


def reveal_options(
    content: Json, order: Sequence[str], key: Json, feedback: Json, chosen: Sequence[str], language: str
) -> Reveal:
    """Right options, and wrong ones among those chosen."""
    marks = {}
    for place, name in enumerate(order):
        if name in key["correct"]:
            marks[str(place)] = "right"
        elif name in chosen:
            marks[str(place)] = "wrong"
    told = [say(feedback[name], language) for name in order if name in chosen and name in feedback]
    right = [say_option(option, language) for option in content["options"] if option["id"] in key["correct"]]
    return Reveal(marks, told, right)
