"""What single and multiple choice share: options with authored ids, shuffled when shown."""

import re
from collections.abc import Sequence
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import LETTERS, Choice, Json, Parsed, Reveal, Shown, no_twins, say, tidy

OPTION_ID = re.compile(r"[a-z0-9]{1,8}")


def parse_options(node: MarkedDict, check: Checker, optional: Sequence[str] = ()) -> Parsed:
    """Content, key and feedback of the list `options`; `optional` are further keys that an option may have."""
    options: list[Json] = []
    correct: list[str] = []
    feedback: Json = {}
    seen: list[Any] = []
    for line, item in check.items(node, "options", least=3, most=8):
        option = check.mapping(item, line, "options")
        texts = check.languages_of(option, optional=["id", "correct", "feedback", *optional])
        name = option.get("id")
        if not isinstance(name, str) or not OPTION_ID.fullmatch(name):
            check.fault(option.line_of("id"), _("Every option needs an “id” such as a, b or c."))
            name = f"x{len(options)}"
        if any(other["id"] == name for other in options):
            check.fault(option.line_of("id"), _("This id stands twice."))
        no_twins(texts, seen, line, check)
        if "correct" in option and not isinstance(option["correct"], bool):
            check.fault(option.line_of("correct"), _("“correct” is true or left out."))
        elif option.get("correct"):
            correct.append(name)
        if "feedback" in option:
            feedback[name] = check.texts(option, "feedback")
        options.append({"id": name, **texts})
    return Parsed({"options": options}, {"correct": correct}, feedback)


def export_options(content: Json, key: Json, feedback: Json) -> list[Json]:
    """The authored list `options`."""
    exported = []
    for option in content["options"]:
        authored: Json = {"id": option["id"], **tidy({name: text for name, text in option.items() if name != "id"})}
        if option["id"] in key["correct"]:
            authored["correct"] = True
        if option["id"] in key.get("weights", {}):
            authored["weight"] = key["weights"][option["id"]]
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
