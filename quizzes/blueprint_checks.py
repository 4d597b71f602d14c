"""What a planned blueprint asks that cannot be. Pure: a plan and what may be drawn in, faults out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quizzes.blueprint import Candidate
from quizzes.blueprint_plan import LinePlan, Plan


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: a part of the builder (`lines`, `minima`, `rules`) with a place or a field's name."""

    part: str
    place: int | str
    text: str


def most_points(lines: Sequence[LinePlan], pool: Iterable[Candidate], worth: Mapping[int, int]) -> list[int]:
    """By line the most points that can be drawn for it; a question counts one point where none fits."""
    found = []
    candidates = list(pool)
    for line in lines:
        fitting = sorted((worth.get(one.version, 1) for one in candidates if one.fits(line.cell)), reverse=True)
        drawn = fitting[: line.count]
        found.append(sum(drawn) + (line.count - len(drawn)) * max(fitting, default=1))
    return found


def faults(plan: Plan, points: Sequence[int], above: Mapping[int, tuple[str, ...]]) -> list[Fault]:
    """Everything that cannot be, whatever the bank has. `points` by line as `most_points` says; `above` by topic."""
    found = []
    if not plan.lines:
        found.append(Fault("lines", 0, _("The blueprint is empty: choose a topic and say how many are drawn.")))
    cells = [(line.topic.pk, line.difficulty, line.competence) for line in plan.lines]
    found += [
        Fault("lines", place, _("“%(topic)s” stands in two lines that are the same. Make them one.")
              % {"topic": line.topic})
        for place, (line, cell) in enumerate(zip(plan.lines, cells, strict=True))
        if cell in cells[:place]
    ]  # fmt: skip
    found += _minima(plan, points, above)
    needed, possible = plan.rules.get("pass_points"), sum(points)
    if plan.lines and isinstance(needed, int) and needed > possible:
        found.append(
            Fault("rules", "pass_points", _("Nobody can reach it: at most %(points)s points are drawn.")
                  % {"points": possible})
        )  # fmt: skip
    return found


def _minima(plan: Plan, points: Sequence[int], above: Mapping[int, tuple[str, ...]]) -> list[Fault]:
    found, topics = [], [minimum.topic.pk for minimum in plan.minima]
    for place, minimum in enumerate(plan.minima):
        below = [_is_in(line.topic.pk, minimum.topic.pk, above) for line in plan.lines]
        # A line of a topic over this one may draw from it too.
        counted = [inside or _is_in(minimum.topic.pk, line.topic.pk, above)
                   for inside, line in zip(below, plan.lines, strict=True)]  # fmt: skip
        most = sum(number for number, counts in zip(points, counted, strict=True) if counts)
        if minimum.topic.pk in topics[:place]:
            found.append(Fault("minima", place, _("“%(topic)s” has two minima. Keep one.") % {"topic": minimum.topic}))
        elif plan.lines and not any(below):
            found.append(
                Fault("minima", place, _("“%(topic)s” has a minimum, but nothing is drawn from it.")
                      % {"topic": minimum.topic})
            )  # fmt: skip
        elif minimum.points is not None and plan.lines and minimum.points > most:
            found.append(
                Fault("minima", place, _("Nobody can reach it: at most %(points)s points are drawn from “%(topic)s”.")
                      % {"points": most, "topic": minimum.topic})
            )  # fmt: skip
    return found


def _is_in(topic: int, other: int, above: Mapping[int, tuple[str, ...]]) -> bool:
    """Whether `topic` is `other` or stands below it."""
    return topic == other or str(other) in above.get(topic, ())
