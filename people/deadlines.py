"""By when a request about one's own data is answered. Saturdays and Sundays count only in calendar days."""

from datetime import date, timedelta

_SATURDAY = 5


def after_working_days(day: date, number: int) -> date:
    """The day `number` working days after `day`. Public holidays are not known here: the answer comes sooner then."""
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() < _SATURDAY
    return day
