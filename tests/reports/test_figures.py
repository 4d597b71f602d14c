"""Each rule of counting, one by one, and the laws that hold in any world."""

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.lib.periods import parse
from reports import figures
from reports.facts import facts
from reports.reading import read
from tests.reports.conftest import NOW, at, populate

H1, H2 = parse("2026-H1"), parse("2026-H2")
pytestmark = pytest.mark.django_db


def count(period=H2, filters=None, now=NOW):
    return read(None, period, filters or {}, at=now)


def by(report, dimension, key):
    found = [row.figures for row in report.table(dimension).rows if row.key == key]
    return found[0] if found else figures.Figures()


# --- Turns -----------------------------------------------------------------------------


def test_an_empty_world_counts_nothing(world):
    report = count()
    assert report.total == figures.Figures()
    assert report.heat.rows == () and report.consultants.certificates == 0


def test_a_turn_counts_at_the_runs_start_when_enrolled_before(world):
    world.enrol(world.run(starts="2026-06-15"), enrolled="2026-05-01")
    assert (count(H1).total.turns, count(H2).total.turns) == (0, 1)


def test_a_turn_counts_at_the_enrolment_when_that_is_later(world):
    world.enrol(world.run(starts="2026-05-01"), enrolled="2026-06-20")
    assert (count(H1).total.turns, count(H2).total.turns) == (0, 1)


@pytest.mark.parametrize(
    ("moment", "halves"),
    [("2026-06-14 23:59:59.999", (1, 0)), ("2026-06-15 00:00:00", (0, 1)), ("2026-06-15 06:59:59", (0, 1))],
)
def test_the_border_of_periods_is_midnight_in_vietnam(world, moment, halves):
    run = world.run(starts="2026-01-05")
    world.enrol(run, enrolled=moment)
    done = world.enrol(run, enrolled="2026-01-06", completed=moment)
    world.grade(world.attempt(done), moment)
    world.consultant(done.person, moment)
    first, second = count(H1), count(H2)
    assert (first.total.turns - 1, second.total.turns) == halves
    assert (first.total.completed_turns, second.total.completed_turns) == halves
    assert (first.total.passed_turns, second.total.passed_turns) == halves
    assert (first.consultants.persons, second.consultants.persons) == halves


def test_a_class_that_has_not_begun_is_no_turn_yet(world):
    world.enrol(world.run(starts="2026-12-01"), enrolled="2026-11-01")
    assert count(now=NOW).total.turns == 0
    assert count(now=at("2026-12-01 00:00")).total.turns == 1


def test_a_period_to_come_is_empty(world):
    world.enrol(world.run(starts="2027-03-01"))
    assert count(parse("2027-H1")).total == figures.Figures()


def test_withdrawn_and_cancelled_are_no_turns_but_are_named(world):
    world.enrol(state="withdrawn")
    world.enrol(world.run(state="cancelled"))
    world.enrol(world.run(state="cancelled"), completed="2026-09-01")
    report = count()
    assert (report.total.turns, report.total.completed_turns) == (1, 1)
    assert report.left_out == figures.LeftOut(withdrawn=1, cancelled=1)


def test_completion_counts_in_its_own_period(world):
    world.enrol(world.run(starts="2026-03-01"), enrolled="2026-03-01", completed="2026-07-01")
    first, second = count(H1).total, count(H2).total
    assert (first.turns, first.completed_turns, first.hours) == (1, 0, 0)
    assert (second.turns, second.persons, second.completed_turns, second.hours) == (0, 0, 1, Decimal("12.5"))


# --- Passed ------------------------------------------------------------------------------


def test_the_first_pass_counts_once(world):
    enrolment = world.enrol(enrolled="2026-01-10", run=world.run(starts="2026-01-05"))
    world.grade(world.attempt(enrolment), "2026-05-01", passed=False)
    world.grade(world.attempt(enrolment), "2026-06-01")
    world.grade(world.attempt(enrolment), "2026-07-01")
    assert (count(H1).total.passed_turns, count(H2).total.passed_turns) == (1, 0)


def test_a_pass_that_was_taken_back_or_voided_does_not_count(world):
    regraded = world.attempt(world.enrol())
    world.grade(regraded, "2026-09-01")
    world.grade(regraded, "2026-09-02", passed=False)
    world.grade(world.attempt(world.enrol(), state="void"), "2026-09-01")
    assert count().total.passed_turns == 0
    world.grade(regraded, "2026-09-03")
    assert count().total.passed_turns == 1


def test_another_courses_exam_does_not_count(world):
    world.grade(world.attempt(world.enrol(), course=world.course()), "2026-09-01")
    assert count().total.passed_turns == 0


# --- Persons -------------------------------------------------------------------------------


def test_a_person_in_two_classes_is_two_turns_and_one_person_at_every_level(world):
    person = world.person()
    firm, other = world.enterprise(), world.enterprise(sector=world.sectors[1])
    for each, subject in ((firm, 0), (other, 1)):
        world.enrol(
            world.run(world.course(world.subjects[subject])),
            person,
            completed="2026-09-01",
            enterprise=each,
            sector=each.sector,
        )
    report = count()
    assert (report.total.turns, report.total.persons) == (2, 1)
    assert (report.total.completed_turns, report.total.completed_persons) == (2, 1)
    assert report.total.enterprises == 2
    assert by(report, "family", "q").persons == 1
    assert [by(report, "sector", sector.code).persons for sector in world.sectors] == [1, 1]
    assert [row.total for row in report.heat.rows] == [1, 1] and report.heat.total == 1


def test_merged_duplicates_count_once_also_through_a_chain(world):
    first, second, third = (world.person(sex=sex) for sex in ("", "male", "female"))
    for person in (first, second, third):
        world.enrol(person=person, completed="2026-09-01")
    world.merge(first, second)
    world.merge(second, third)
    report = count()
    assert (report.total.turns, report.total.persons, report.total.completed_persons) == (3, 1, 1)
    assert by(report, "sex", "female").turns == 3, "they count with the survivor's sex"


def test_merged_duplicates_in_one_class_are_one_turn_of_the_first_days(world):
    first, second = world.person(), world.person()
    run = world.run(starts="2026-05-01")
    world.enrol(run, first, enrolled="2026-05-01", sector=world.sectors[0])
    second_one = world.enrol(run, second, enrolled="2026-06-20", completed="2026-07-01", sector=world.sectors[1])
    world.grade(world.attempt(second_one), "2026-06-30")
    world.merge(second, first)
    half, other = count(H1), count(H2)
    assert (half.total.turns, other.total.turns) == (1, 0)
    assert (other.total.completed_turns, other.total.passed_turns) == (1, 1)
    assert by(half, "sector", "co-khi").turns == 1, "described as the one that was completed"
    narrowed = facts(None, H1, {"sector": "co-khi"}, at=NOW)
    assert len(narrowed.enrolments) == 1
    assert facts(None, H1, {"sector": "thuy-san"}, at=NOW).enrolments == []


# --- Dimensions ------------------------------------------------------------------------------


def test_a_class_paid_from_two_sources_counts_under_both_and_once_in_all(world):
    world.enrol(world.run(sources=[(world.sources[0], 70), (world.sources[1], 30)]), completed="2026-09-01")
    world.enrol(world.run())
    report = count()
    rows = [(row.key, row.figures.turns, row.figures.hours) for row in report.table("funding").rows]
    assert rows == [("trung-uong", 1, Decimal("12.5")), ("dia-phuong", 1, Decimal("12.5")), ("", 1, 0)]
    assert report.total.turns == 2 and report.total.hours == Decimal("12.5")


def test_what_counts_is_the_day_of_enrolment(world):
    firm = world.enterprise()
    enrolment = world.enrol(enterprise=firm, sector=firm.sector, size="micro", commune=world.communes[0])
    type(firm).objects.filter(pk=firm.pk).update(sector=world.sectors[1])
    enrolment.person.commune = world.communes[1]
    enrolment.person.save()
    report = count()
    assert by(report, "sector", "thuy-san").turns == by(report, "size", "micro").turns == 1
    assert [row.label.name for row in report.table("commune").rows] == ["Phường Vị Thanh"]


def test_unknown_comes_last(world):
    world.enrol()
    world.enrol(sector=world.sectors[1])
    assert [row.key for row in count().table("sector").rows] == ["co-khi", ""]


def test_months_cover_the_period_and_hold_every_completion(world):
    world.enrol(world.run(starts="2025-12-01"), enrolled="2025-12-16", completed="2025-12-31 23:59:59.999")
    world.enrol(world.run(starts="2025-12-01"), enrolled="2025-12-16", completed="2026-01-01")
    stretches = count(H1).stretches
    assert (stretches[0].first, stretches[-1].last) == (H1.first, H1.last)
    assert [stretch.completed_persons for stretch in stretches] == [1, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("code", "bars"), [("2026", 13), ("2024-01-01..2026-12-31", 12), ("2000-01-01..2099-12-31", 13)]
)
def test_long_periods_are_drawn_in_longer_stretches_without_a_gap(world, code, bars):
    stretches = count(parse(code)).stretches
    assert len(stretches) == bars
    assert all((after.first - before.last).days == 1 for before, after in pairwise(stretches))


# --- Consultants --------------------------------------------------------------------------------


def test_consultants_are_distinct_people_and_errors_do_not_count(world):
    person = world.person()
    world.consultant(person, "2026-07-01")
    world.consultant(person, "2026-08-01", subject=world.subjects[2])
    world.consultant(world.person(), "2026-08-01", state="withdrawn")
    world.consultant(world.person(), "2026-08-01", state="revoked")
    found = count().consultants
    assert (found.certificates, found.persons) == (3, 2)
    assert [(row.key, row.persons) for row in found.by_scheme] == [("s-haccp", 1), ("s-iso-9001", 2)]
    assert [(row.key, row.certificates) for row in found.by_subject] == [("iso-9001", 2), ("haccp", 1)]


# --- Laws ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_laws_of_any_world(world, seed):
    populate(world, seed)
    found = facts(None, H2, {}, at=NOW)
    report = figures.report(found)
    for table in report.tables:
        turns = sum(row.figures.turns for row in table.rows)
        assert turns == report.total.turns or (table.code == "funding" and turns > report.total.turns)
        assert all(row.figures.persons <= report.total.persons for row in table.rows)
    shuffled = random.Random(seed).sample(found.enrolments, len(found.enrolments))
    assert figures.report(replace(found, enrolments=shuffled)) == report, "order changes nothing"
    again = next(fact for fact in found.enrolments if fact.turned)
    world.enrol(person=type(world.person()).objects.get(pk=again.person))
    second = count().total
    assert (second.turns, second.persons) == (report.total.turns + 1, report.total.persons)


@pytest.mark.parametrize("seed", range(3))
def test_drilling_down_gives_exactly_the_rows_of_each_figure(world, seed):
    populate(world, seed)
    report = count()
    for table in report.tables:
        for row in table.rows:
            assert count(filters={table.code: row.key}).total == row.figures, (table.code, row.key)


def test_few_queries_however_many_rows(world):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            count()
        return len(caught)

    world.enrol(commune=world.communes[0])
    few = queries()
    populate(world, 1)
    assert few <= 7 and queries() == few
