"""The raw rows: anyone can count the report again from them, and they name nobody."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from lms.lib.periods import parse
from reports import exports
from reports.facts import facts
from reports.figures import report
from tests.reports.conftest import NOW, populate
from tests.reports.recount import recount

pytestmark = pytest.mark.django_db


def as_csv(found) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(exports.raw(found))
    return out.getvalue()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("code", ["2026-H1", "2026-H2", "2026-03-01..2026-09-30"])
def test_another_program_counts_the_same(world, seed, code):
    populate(world, seed)
    found = facts(None, parse(code), {}, at=NOW)
    told = json.loads(exports.to_json(report(found)))
    counted = recount(as_csv(found), told["period"]["first"], told["counted_to"])
    assert counted["total"] == told["total"]
    for dimension, rows in told["dimensions"].items():
        theirs = {row["key"]: {name: row[name] for name in told["total"]} for row in rows}
        assert counted["dimensions"][dimension] == theirs, dimension
    cells = told["completed_persons_by_subject_and_sector"]["cells"]
    assert counted["heat"] == {(cell["subject"], cell["sector"]): cell["completed_persons"] for cell in cells}
    assert counted["consultants"] == (told["consultants"]["certificates"], told["consultants"]["persons"])
    assert told["total"]["turns"] > 0, "a world in which something happened"


def test_a_row_per_enrolment_without_names(world, tmp_path):
    person = world.person("Nguyễn Thị Không Tên")
    done = world.enrol(world.run(starts="2026-01-05"), person, enrolled="2026-01-06", completed="2026-02-01")
    left = world.enrol(world.run(starts="2026-01-05"), enrolled="2026-01-06", state="withdrawn")
    target = tmp_path / "rows.csv"
    call_command("export_facts", "2026-H1", output=target)
    text = target.read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(int(row["id"]), row["state"]) for row in rows] == [(done.pk, "completed"), (left.pk, "withdrawn")]
    assert rows[0]["completed_at"] == "2026-02-01T00:00:00+07:00"
    assert tuple(rows[0]) == exports.COLUMNS
    assert "Không" not in text and list(tmp_path.iterdir()) == [target]


def test_refusals_are_exit_2_and_write_nothing(world, tmp_path):
    target = tmp_path / "rows.csv"
    for period in ("2026-H3", "2026-02-30..2026-03-01", "0001-01-01..9999-12-31"):
        with pytest.raises(CommandError) as refused:
            call_command("export_facts", period, output=target)
        assert refused.value.returncode == 2
    with pytest.raises(CommandError) as refused:
        call_command("export_facts", "2026-H1", output=tmp_path / "missing" / "rows.csv")
    assert refused.value.returncode == 2
    assert list(tmp_path.iterdir()) == []
