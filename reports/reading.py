"""From a period's name to its report."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lms.lib import periods
from lms.lib.periods import BadPeriod, Boundaries, Period
from reports.facts import facts
from reports.figures import Report, report

if TYPE_CHECKING:
    from people.models import User

EARLIEST, LATEST = 2000, 2100


def period(text: str, boundaries: Boundaries) -> Period:
    """The period named by `text`. Raises BadPeriod, also for years in which nothing can have been taught."""
    found = periods.parse(text, boundaries)
    if found.first.year < EARLIEST - 1 or found.last.year > LATEST:
        raise BadPeriod(_("The period must lie between 2000 and 2100."))
    return found


def read(viewer: "User | None", found: Period, filters: Mapping[str, str], *, at: datetime) -> Report:
    """The report of a period as far as `viewer` may see; without a viewer, of everything."""
    return report(facts(viewer, found, filters, at=at))
