"""`manage.py import_people`: exit codes, places of faults, dry run, killed half-way."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lms.lib.access import Role
from people.actions import importing
from people.models import Enterprise, PeopleImport, PersonEvent, User
from tests.factories import make_commune, make_person, make_province, make_sector
from tests.people.sheets import FIRM, HEAD, crowd, csv_text, row, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    make_province()
    make_sector()
    make_commune()


@pytest.fixture
def officer(world):
    return make_person("Lê Thị Cán Bộ", roles=(Role.PROGRAMME,))


def command(path: Path, *options, capsys):
    capsys.readouterr()
    code: str | int | None = 0
    try:
        call_command("import_people", str(path), *options)
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr()


@pytest.fixture
def good(tmp_path, world):
    path = tmp_path / "ds.csv"
    path.write_text(csv_text([HEAD, row(), row("Trần Thị Bình", "1985")]), encoding="utf-8")
    return path


def test_command_dry_run_then_in_earnest_then_again(good, capsys):
    code, said = command(good, "--dry-run", "--json", capsys=capsys)
    facts = json.loads(said.out)
    assert (code, facts["ok"], facts["written"], facts["create"], facts["enterprises"]) == (0, True, False, 2, [FIRM])
    assert not PeopleImport.objects.exists()
    code, said = command(good, "--json", capsys=capsys)
    assert (code, json.loads(said.out)["written"]) == (0, True)
    assert User.objects.filter(memberships__enterprise__name=FIRM).count() == 2
    code, said = command(good, "--json", capsys=capsys)
    assert (code, json.loads(said.out)["same"], json.loads(said.out)["written"]) == (0, 2, False)
    assert PeopleImport.objects.count() == 1


def test_command_names_every_fault_with_its_place_and_writes_nothing(tmp_path, world, capsys):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(xlsx([HEAD, row(), row("Trần Thị Bình", born="x", phone="1"), row("Lê", "1990", commune="Y")]))
    code, said = command(path, capsys=capsys)
    assert code == 2
    places = [line.split(":")[0] for line in said.err.splitlines()]
    assert [place.rsplit(", ", 1)[0] for place in places] == ["Danh sách, C3", "Danh sách, D3", "Danh sách, F4"]
    assert not PeopleImport.objects.exists()
    assert not Enterprise.objects.exists()
    code, said = command(path, "--json", capsys=capsys)
    fault = json.loads(said.out)["faults"][0]
    assert (code, fault["sheet"], fault["row"], fault["cell"], fault["code"]) == (2, "Danh sách", 3, "C3", "birth")
    code, _said = command(path, "--good-rows", capsys=capsys)
    assert (code, User.objects.filter(full_name="Nguyễn Văn An").count()) == (0, 1)


def test_command_refuses_what_is_no_list_and_ends_otherwise_on_what_is_not_there(tmp_path, world, capsys):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(b"%PDF-1.4")
    code, said = command(path, "--json", capsys=capsys)
    assert (code, json.loads(said.out)["faults"][0]["code"]) == (2, "other_kind")
    with pytest.raises(CommandError) as error:
        call_command("import_people", str(tmp_path / "none.xlsx"))
    assert error.value.returncode == 1


def test_command_by_staff_only(good, officer, capsys):
    with pytest.raises(CommandError):
        call_command("import_people", str(good), "--by", "ai@nscl.example")
    code, _said = command(good, "--by", officer.email, capsys=capsys)
    assert code == 0
    assert set(PersonEvent.objects.filter(new="added").values_list("by", flat=True)) == {officer.pk}


def test_command_killed_half_way_and_run_again(tmp_path, world, capsys, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = tmp_path / "ds.xlsx"
    path.write_bytes(xlsx([HEAD, *crowd(5), row("x", "y")]))
    real = importing.write_rows
    monkeypatch.setattr(importing, "write_rows", dying_after(real, 2))
    with pytest.raises(MemoryError):
        call_command("import_people", str(path), "--good-rows")
    monkeypatch.setattr(importing, "write_rows", real)
    people = User.objects.filter(memberships__enterprise__name=FIRM)
    assert people.count() == 4
    assert command(path, "--good-rows", capsys=capsys)[0] == 0
    assert people.count() == 5


def dying_after(real, times):
    calls = []

    def dying(**facts):
        calls.append(1)
        if len(calls) > times:
            raise MemoryError
        return real(**facts)

    return dying
