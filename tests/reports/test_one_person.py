"""Merging and erasing by the product's own actions: figures count a person once, before and after."""

from datetime import timedelta

import pytest

from lms.lib.access import Role
from people import actions
from people.models import User
from tests.factories import make_person
from tests.reports.conftest import NOW, World
from tests.reports.test_figures import by, count


@pytest.fixture
def admin(db) -> User:
    return make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))


def merge(source: User, into: User, admin: User) -> None:
    actions.merge_people(source=User.objects.get(pk=source.pk), into=User.objects.get(pk=into.pk), by=admin, at=NOW)


def test_a_merged_person_counts_once_and_every_turn_stays(world: World, admin: User) -> None:
    first, second, third = (world.person(sex=sex) for sex in ("", "male", "female"))
    for person in (first, second, third):
        world.enrol(person=person, completed="2026-09-01")
    world.consultant(first, "2026-09-01")
    before = count()
    assert (before.total.turns, before.total.persons) == (3, 3)
    merge(first, second, admin)
    merge(second, third, admin)
    after = count()
    assert (after.total.turns, after.total.persons, after.total.completed_persons) == (3, 1, 1)
    assert after.consultants == before.consultants
    assert by(after, "sex", "female").turns == 3


def test_two_seats_in_one_class_are_one_turn(world: World, admin: User) -> None:
    first, second = world.person(), world.person()
    run = world.run()
    for person in (first, second):
        world.enrol(run, person)
    merge(first, second, admin)
    after = count()
    assert (after.total.turns, after.total.persons) == (1, 1)


def test_an_erased_person_counts_as_before(world: World, admin: User) -> None:
    person = world.person(sex="female")
    world.enrol(person=person, sector=world.sectors[0])
    before = count()
    actions.erase_person(person=User.objects.get(pk=person.pk), by=admin, at=NOW + timedelta(days=1))
    after = count()
    assert after.total == before.total
    assert by(after, "sex", "female") == by(before, "sex", "female")
    assert by(after, "sector", world.sectors[0].code) == by(before, "sector", world.sectors[0].code)
