"""A file of people taken in, as `manage.py import_people` does it.

`python -m bench.imports make ROWS FILE` writes a workbook of people nobody has heard of; `… take FILE` takes it in
and prints a line of JSON: rows, seconds and peak memory, in a process of its own so that the peak is its own.
"""

import json
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import django

django.setup()

import xlsxwriter  # noqa: E402  (Django is set up first)
from django.utils import timezone  # noqa: E402

from people import actions  # noqa: E402
from people.imports.columns import COLUMNS  # noqa: E402
from people.imports.paper import heading  # noqa: E402
from people.models import AdministrativeUnit, Province, Sector  # noqa: E402

KEYS = [key for key in COLUMNS if key not in ("family_name", "birth_year", "tax_code", "left_on", "since")]
FAMILIES = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLES = "Văn Thị Minh Hồng Thanh Ngọc Quốc Hữu Kim Anh Đức Xuân Thu Hoài Bảo Gia".split()
GIVENS = "An Bình Chi Dũng Giang Hà Hiếu Khánh Lan Linh Mai Nam Oanh Phúc Quân Sơn Thảo Uyên Vinh Yến Đạt Trúc".split()


def make(rows: int, target: str) -> None:
    """A workbook of `rows` people in enterprises of fifty; every tenth row fills every column."""
    chance = Random(rows)
    sector = Sector.objects.order_by("order")[0].name_vi
    province = Province.current().profile["unit_code"]
    units = AdministrativeUnit.objects.communes().filter(parent_code=province, valid_to=None)
    communes = list(units.values_list("name_vi", flat=True)[:40])
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [heading(key) for key in KEYS])
        for number in range(1, rows + 1):
            row = _person(number, rows, chance, communes)
            row["sector"] = sector
            for column, key in enumerate(KEYS):
                value = row.get(key, "")
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value:
                    sheet.write_string(number, column, value)


def _person(number: int, rows: int, chance: Random, communes: list[str]) -> dict[str, str | date]:
    names = (FAMILIES, MIDDLES, MIDDLES, GIVENS)
    row: dict[str, str | date] = {
        "full_name": " ".join(chance.choice(words) for words in names),
        "sex": chance.choice(["Nam", "Nữ"]),
        "birth": date(1962, 1, 1) + timedelta(days=chance.randrange(16_000)),
        # No two alike in any of the files.
        "phone": f"098{rows * 30 + number:07d}",
        "job": "Công nhân chế biến",
        "enterprise": f"Công ty TNHH Đo {rows} số {number // 50} (mẫu)",
        "commune": chance.choice(communes),
    }
    if number % 10 == 0:
        row |= {"email": f"d{rows}.{number}@nscl.example", "education": "12/12", "identity": f"093{number:09d}"}
    return row


def take(source: str) -> None:
    """Take the workbook in and say what it cost."""
    before = _peak()
    began, cpu = time.perf_counter(), time.process_time()
    with Path(source).open("rb") as file:
        outcome = actions.import_file(file=file, name=Path(source).name, by=None, at=timezone.now(), only_good=True)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    new = outcome.count("create")
    facts = {"rows": len(outcome.lines), "new": new, "seconds": seconds, "cpu": cpu, "peak": _peak(), "before": before}
    print(json.dumps(facts))


def _peak() -> float:
    """The most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), sys.argv[3])
    else:
        take(sys.argv[2])
