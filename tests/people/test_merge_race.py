"""Two officers who merge the same accounts at once, each the other way round: one account survives.

Seen failing: with `select_for_update` doing nothing, on PostgreSQL each account
ended as the other's duplicate.
"""

import pytest

from lms.lib.access import Role
from lms.lib.states import Conflict
from people import actions
from people.models import User
from tests.factories import AT, make_person
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def test_both_ways_at_once_one_survives() -> None:
    officers = [make_person(f"Cán bộ {n}", roles=(Role.PROGRAMME,)) for n in range(2)]
    for _round in range(5):
        one, two = make_person("Trần Thị Bé"), make_person("Tran Thi Be")
        outcomes = at_once(
            [
                lambda one=one, two=two: actions.merge_people(source=one, into=two, by=officers[0], at=AT),
                lambda one=one, two=two: actions.merge_people(source=two, into=one, by=officers[1], at=AT),
            ]
        )
        standing = User.objects.filter(pk__in=[one.pk, two.pk], merged_into=None)
        assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Conflict]
        assert standing.count() == 1
        assert User.objects.same_as(standing.get()).count() == 2
