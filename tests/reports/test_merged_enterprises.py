"""Merged enterprises count once; sector, size and commune count as they were frozen into the enrolment."""

import csv
from datetime import date

import pytest
from django.core.management import call_command

from enrolments.models import Enrolment
from lms.lib.periods import parse
from people import actions
from people.models import Enterprise
from reports.figures import Report
from reports.queries import programme_to_date
from reports.reading import read
from tests.reports.conftest import NOW, World

H2 = parse("2026-H2")
pytestmark = pytest.mark.django_db


def count(filters: dict[str, str] | None = None) -> Report:
    return read(None, H2, filters or {}, at=NOW)


def merge(source: Enterprise, into: Enterprise) -> None:
    actions.merge_enterprises(source=source, into=into, by=None, at=NOW)


@pytest.fixture
def firms(world: World) -> list[Enterprise]:
    """Three rows of one enterprise, of different sectors and sizes, with an enrolment each."""
    found = []
    for number, size in enumerate(("micro", "small", "medium")):
        firm = world.enterprise(f"Công ty {number} (mẫu)", sector=world.sectors[number % 2], size=size,
                                size_as_of=date(2026, 1, 1))  # fmt: skip
        world.enrol(enterprise=firm, sector=firm.sector, size=size, commune=world.communes[0], completed="2026-09-01")
        found.append(firm)
    return found


def tables(report: Report) -> list[list[tuple[str, int, int, int]]]:
    return [
        [(row.key, row.figures.turns, row.figures.persons, row.figures.completed_turns) for row in table.rows]
        for table in report.tables
    ]


def test_enterprises_that_took_part_count_once_and_nothing_else_changes(world, firms):
    before = count()
    assert before.total.enterprises == 3
    frozen = list(Enrolment.objects.order_by("pk").values("enterprise", "sector", "size", "commune"))
    merge(firms[1], firms[0])
    half = count()
    assert (half.total.enterprises, tables(half)) == (2, tables(before))
    merge(firms[0], firms[2])
    after = count()
    assert (after.total.enterprises, tables(after)) == (1, tables(before))
    assert (after.total.turns, after.total.persons) == (before.total.turns, before.total.persons)
    assert list(Enrolment.objects.order_by("pk").values("enterprise", "sector", "size", "commune")) == frozen


def test_each_size_counts_the_survivor_once(world, firms):
    merge(firms[1], firms[0])
    merge(firms[2], firms[0])
    by_size = {row.key: row.figures.enterprises for row in count().table("size").rows}
    assert by_size == {"micro": 1, "small": 1, "medium": 1}
    assert count({"size": "small"}).total.turns == 1


def test_the_figure_on_the_home_page_counts_the_survivor(world, firms):
    def took_part() -> int:
        return next(figure.value for figure in programme_to_date().items if figure.code == "enterprises")

    assert took_part() == 3
    merge(firms[1], firms[0])
    merge(firms[0], firms[2])
    assert took_part() == 1


def test_the_exported_rows_prove_the_figure(world, firms, tmp_path):
    merge(firms[1], firms[0])
    file = tmp_path / "facts.csv"
    call_command("export_facts", "2026-H2", output=file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["enterprise"] for row in rows if row["fact"] == "enrolment"} == {str(firms[0].pk), str(firms[2].pk)}
    assert {row["size"] for row in rows if row["fact"] == "enrolment"} == {"micro", "small", "medium"}
