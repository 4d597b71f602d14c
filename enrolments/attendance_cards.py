"""The share of attendance: on the page of a class for its owner, and in lists for those who teach."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from enrolments import timetables
from enrolments.models import Enrolment, Requirement


def card(requirement: Requirement, request: HttpRequest) -> str:
    """How much of the meetings was attended, how much is asked for, and whether it can still be reached."""
    run = requirement.enrolment.run
    found = timetables.shares(run, timezone.now(), [requirement.enrolment_id])
    threshold = requirement.threshold or 100
    share = found.of(requirement.enrolment_id)
    context = {
        "requirement": requirement,
        "run": run,
        "share": share,
        "threshold": threshold,
        "missed": found.whole and share.misses(threshold),
        "whole": found.whole,
    }
    return render_to_string("enrolments/_attendance_card.html", context, request)


def results(requirements: Sequence[Requirement]) -> Mapping[int, str]:
    """“75% of 80%” by requirement: three queries per class, however many people."""
    runs: dict[int, list[Requirement]] = {}
    enrolments = {row.pk: row for row in _enrolments({row.enrolment_id for row in requirements})}
    for row in requirements:
        runs.setdefault(enrolments[row.enrolment_id].run_id, []).append(row)
    found = {}
    for own in runs.values():
        run = enrolments[own[0].enrolment_id].run
        shares = timetables.shares(run, timezone.now(), [row.enrolment_id for row in own])
        for row in own:
            percent = shares.of(row.enrolment_id).percent
            if percent is not None:
                found[row.pk] = _("%(percent)s%% of %(threshold)s%%") % {
                    "percent": percent, "threshold": row.threshold or 100,
                }  # fmt: skip
    return found


def _enrolments(pks: set[int]) -> Sequence[Enrolment]:
    return list(Enrolment.objects.filter(pk__in=pks).select_related("run__course"))
