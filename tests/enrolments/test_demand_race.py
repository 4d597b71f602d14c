"""A class in the own house is asked for once, however many contacts press at once.

Seen failing: without the lock on the enterprise, on PostgreSQL twelve presses made several requests (6 and more)
and twelve files in each of three runs.
"""

from collections.abc import Callable

import pytest

from certificates import actions as certificates
from enrolments import actions
from enrolments.models import InHouseRequest
from lms.lib.states import Refused
from people.models import Job
from tests import factories
from tests.factories import AT
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
PRESSES = 12


def test_a_class_is_asked_for_once() -> None:
    enterprise, course = factories.make_enterprise(), factories.make_course()
    contacts = [factories.make_person(f"Liên hệ {number}", email="") for number in range(PRESSES)]

    def press(person: object) -> Callable[[], object]:
        facts = {"people": 20, "when": "tháng 3", "place": "nhà máy"}
        return lambda: actions.ask_in_house(enterprise=enterprise, course=course, by=person, at=AT, **facts)

    outcomes = at_once([press(person) for person in contacts])
    assert InHouseRequest.objects.count() == 1
    refused = [outcome for outcome in outcomes if not isinstance(outcome, InHouseRequest)]
    assert len(refused) == PRESSES - 1
    assert {type(one) for one in refused} == {Refused}


def test_all_certificates_are_asked_for_once() -> None:
    enterprise, contact = factories.make_enterprise(), factories.make_person("Liên hệ", email="")
    outcomes = at_once(
        [lambda: certificates.ask_bundle(enterprise=enterprise, by=contact, at=AT) for _press in range(PRESSES)]
    )
    assert all(isinstance(outcome, Job) for outcome in outcomes)
    assert Job.objects.count() == 1
