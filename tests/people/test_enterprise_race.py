"""Two officers merge at once, and people join while they do: one enterprise is left, with everybody in it.

Seen failing on PostgreSQL with `select_for_update` doing nothing: merged both ways at
once, each became the other's duplicate and none stood; of six who joined during a
merge, three stayed in the enterprise that was no more.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from lms.lib.states import Refused
from people import actions
from people.models import Enterprise, EnterpriseEvent, Membership
from tests.factories import AT, join, make_enterprise, make_person
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def rounds() -> int:
    """Fewer where all writers stand in one queue anyway."""
    return 12 if connection.vendor == "postgresql" else 2


def merging(source: Enterprise, into: Enterprise) -> Callable[[], object]:
    return lambda: actions.merge_enterprises(
        source=Enterprise(pk=source.pk), into=Enterprise(pk=into.pk), by=None, at=AT
    )


def joining(person, enterprise: Enterprise) -> Callable[[], object]:
    return lambda: actions.join_enterprise(person=person, enterprise=enterprise, since=AT.date(), by=None, at=AT)


def test_merged_both_ways_at_once_leaves_one_survivor():
    for number in range(rounds()):
        left, right = (make_enterprise(f"Công ty {number}{side} (mẫu)") for side in "AB")
        join(make_person("Nguyễn Văn An", email=""), right)
        outcomes = at_once([merging(left, right), merging(right, left)] * 2)
        assert all(isinstance(outcome, Enterprise | Refused) for outcome in outcomes), outcomes
        pair = Enterprise.objects.filter(pk__in=[left.pk, right.pk])
        assert pair.standing().count() == 1
        survivor = pair.standing().get()
        assert not Membership.objects.filter(enterprise__in=pair).exclude(enterprise=survivor).exists()
        assert EnterpriseEvent.objects.filter(subject__in=pair, new="merged").count() == 1


def test_who_joins_during_the_merge_is_in_the_survivor():
    for number in range(rounds()):
        left, right = (make_enterprise(f"Công ty {number}{side} (mẫu)") for side in "AB")
        people = [make_person(f"Nguyễn Văn {index}", email="") for index in range(6)]
        work = [*(joining(person, right) for person in people), merging(right, left)]
        outcomes = at_once(work)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert Membership.objects.filter(enterprise=right).count() == 0
        assert Membership.objects.filter(enterprise=left, ended_on=None).count() == 6
