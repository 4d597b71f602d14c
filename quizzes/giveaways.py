"""Single choice questions whose right option shows without knowing the answer. No database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from django.utils.translation import gettext as _

from courses.packs.files import Problem
from quizzes.authored import Authored
from quizzes.types import Json

LARGEST_SHARE = Fraction(2, 5)
FEWEST = 5
"""Of fewer questions a share says nothing."""
Place = tuple[str, Authored]


def giveaways(files: Mapping[str, Sequence[Authored]], languages: Sequence[str]) -> Iterator[Problem]:
    """Where too many of a pack's questions have the longest option right, or the option at one place."""
    asked = [(path, question) for path, several in files.items() for question in several if question.type == "single"]
    most = int(len(asked) * LARGEST_SHARE)
    if len(asked) < FEWEST:
        return

    def too_many(fits: Callable[[Authored], bool], message: str, told: dict[str, object]) -> Iterator[Problem]:
        found = [(path, question) for path, question in asked if fits(question)]
        if len(found) > most:
            path, first = found[0]
            codes = ", ".join(question.code for _path, question in found)
            yield Problem(
                path,
                first.line,
                message % {**told, "count": len(found), "all": len(asked), "most": most, "codes": codes},
            )

    for language in languages:
        yield from too_many(
            partial(_is_longest, language=language),
            _(
                "In “%(language)s” the right option is the longest in %(count)s of %(all)s single choice questions; "
                "at most %(most)s may be so: %(codes)s."
            ),
            {"language": language},
        )
    for place in range(max(len(_options(question)) for _path, question in asked)):
        yield from too_many(
            partial(_is_right, place=place),
            _(
                "The right option stands at place %(place)s in %(count)s of %(all)s single choice questions; "
                "at most %(most)s may be so: %(codes)s."
            ),
            {"place": place + 1},
        )


def _options(question: Authored) -> list[Json]:
    options: list[Json] = question.content["options"]
    return options


def _is_right(question: Authored, place: int) -> bool:
    """Whether the option at `place`, from 0, is the right one."""
    options = _options(question)
    return place < len(options) and options[place]["id"] in question.key["correct"]


def _is_longest(question: Authored, language: str) -> bool:
    """Whether no option is longer than the right one."""
    lengths = [len(option[language]) for option in _options(question)]
    return any(length == max(lengths) for place, length in enumerate(lengths) if _is_right(question, place))
