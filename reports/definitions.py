"""What each figure means, for the screen and for the sheet that goes with every export."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """One figure: its field in `figures.Figures`, its name, its unit and what it counts."""

    code: str
    name: Any
    unit: Any
    meaning: Any


MEASURES: tuple[Measure, ...] = (
    Measure(
        "turns",
        _("Turns"),
        _("turns"),
        _(
            "One person in one class. It counts on the class's first day, or on the day of enrolment if that is later. "
            "Enrolments that were withdrawn, and those of cancelled classes, are no turns, unless they were completed."
        ),
    ),
    Measure(
        "persons",
        _("Persons"),
        _("persons"),
        _("Distinct people among the turns. Merged duplicates count once."),
    ),
    Measure(
        "completed_turns",
        _("Completed turns"),
        _("turns"),
        _("Turns whose last requirement was met in the period, whenever they began."),
    ),
    Measure(
        "completed_persons",
        _("Completed persons"),
        _("persons"),
        _("Distinct people among the completed turns."),
    ),
    Measure(
        "passed_turns",
        _("Passed turns"),
        _("turns"),
        _(
            "Turns whose first passing grade in an exam of the course was given in the period. "
            "A grade that was taken back, or one of a voided attempt, does not count."
        ),
    ),
    Measure(
        "hours",
        _("Hours"),
        _("hours"),
        _("The courses' learning hours, added up over the completed turns."),
    ),
    Measure(
        "enterprises",
        _("Enterprises"),
        _("enterprises"),
        _("Distinct enterprises and co-operatives among the turns, as people belonged to them when they enrolled."),
    ),
)
CONSULTANTS = Measure(
    "consultants",
    _("Consultants certified"),
    _("persons"),
    _(
        "People to whom a consultant certificate was issued in the period. "
        "Certificates issued in error do not count; later withdrawal or suspension changes nothing."
    ),
)
BY_CODE = {measure.code: measure for measure in (*MEASURES, CONSULTANTS)}

RULES: tuple[Any, ...] = (
    _(
        "Persons are distinct at every level: a total of persons is counted anew and is not the sum of its parts. "
        "Someone in two classes is two turns and one person."
    ),
    _("A class paid from two funding sources counts under both, with all its turns and hours."),
    _("Sector, size, enterprise and commune are those of the day of enrolment."),
    _("A period runs from the first instant of its first day to the last of its last, Vietnam's time."),
    _("Events after the day of counting have not happened yet and are not counted."),
)
