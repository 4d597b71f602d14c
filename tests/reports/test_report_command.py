"""`manage.py report` and the files: the same figures in each, and none that attacks its reader."""

import csv
import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from courses.models import Subject
from lms.lib.periods import parse
from people.models import Province
from reports import exports
from reports.reading import read
from tests.reports.conftest import NOW, populate

pytestmark = pytest.mark.django_db


def test_json_on_standard_output(world, capsys):
    world.enrol(world.run(starts="2026-01-05"), enrolled="2026-01-06", completed="2026-02-01")
    call_command("report", "2026-h1")
    told = json.loads(capsys.readouterr().out)
    assert told["period"] == {
        "code": "2026-H1", "first": "2025-12-15", "last": "2026-06-14", "zone": "Asia/Ho_Chi_Minh",
    }  # fmt: skip
    assert told["total"]["turns"] == 1 and told["total"]["hours"] == "12.5"
    assert told["frozen"] is False
    assert told["dimensions"]["subject"][0]["name_vi"] == "ISO 9001"


def test_the_provinces_own_boundaries(world, capsys):
    Province.objects.update(profile={"periods": {"first": [1, 1], "second": [7, 1]}})
    world.enrol(world.run(starts="2026-01-05"), enrolled="2026-06-20")
    call_command("report", "2026-H1")
    told = json.loads(capsys.readouterr().out)
    assert (told["period"]["first"], told["period"]["last"], told["total"]["turns"]) == ("2026-01-01", "2026-06-30", 1)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"period": "2026-H3"}, "2026-H3"),
        ({"period": "2026-02-30..2026-03-31"}, "2026-02-30"),
        ({"period": "2026-05-31..2026-03-01"}, ""),
        ({"period": "2026-H1", "format": "docx"}, "docx is not available yet"),
        ({"period": "2026-H1", "format": "pdf"}, "pdf is not available yet"),
        ({"period": "2026-H1", "frozen": "1"}, "not available yet"),
        ({"period": "2026-H1", "format": "xlsx"}, "--output"),
    ],
)
def test_what_is_refused_is_exit_2_with_a_reason(world, options, word):
    with pytest.raises(CommandError) as refused:
        call_command("report", options.pop("period"), **options)
    assert refused.value.returncode == 2
    assert word in str(refused.value)


def test_every_format_holds_the_same_figures(world):
    populate(world, 4)
    found = read(None, parse("2026-H2"), {}, at=NOW)
    told = json.loads(exports.to_json(found))
    with override("vi"):
        book = openpyxl.load_workbook(io.BytesIO(exports.to_xlsx(found)))
        lines = list(csv.DictReader(io.StringIO(exports.to_csv(found).decode("utf-8-sig"))))
    names = list(told["total"])
    for number, (dimension, rows) in enumerate(told["dimensions"].items()):
        sheet = [row for row in book.worksheets[number].iter_rows(values_only=True) if isinstance(row[1], int | float)]
        ours = [[float(row[name]) for name in names] for row in rows] + [[float(told["total"][n]) for n in names]]
        assert [[float(cell) for cell in row[1:]] for row in sheet] == ours, dimension
        theirs = [line for line in lines if line["dimension"] == dimension]
        assert [[float(line[name]) for name in names] for line in theirs] == ours[:-1]
    total = next(line for line in lines if line["dimension"] == "total")
    assert {name: total[name] for name in names} == {name: str(told["total"][name]) for name in names}
    assert len(book.worksheets) == len(told["dimensions"]) + 3


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "'=1"])
def test_names_are_no_formulas(world, name):
    Subject.objects.filter(pk=world.subjects[0].pk).update(name_vi=name, name_en=name)
    world.enrol()
    found = read(None, parse("2026-H2"), {}, at=NOW)
    line = next(
        row
        for row in csv.DictReader(io.StringIO(exports.to_csv(found).decode("utf-8-sig"), newline=""))
        if row["dimension"] == "subject"
    )
    assert line["name"].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(exports.to_xlsx(found)))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_output_replaces_a_file_whole(world, tmp_path):
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    call_command("report", "2026-H1", format="xlsx", output=target)
    assert openpyxl.load_workbook(target).sheetnames
    assert list(tmp_path.iterdir()) == [target]
