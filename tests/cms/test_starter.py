"""The starter catalogue: complete, quick to repeat, and never in the way of corrections."""

from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from wagtail.models import Collection, Locale, Page, Revision, Site

from certificates.models import SchemeVersion
from certificates.starter import load_schemes
from cms.actions import load_starter, set_up_site
from cms.models import HomePage
from courses.models import CataloguePage, Course, CoursePage, Edition, LessonPage, Subject
from courses.packs import dumping
from courses.packs.reading import is_beside, read
from lms.lib.periods import Boundaries
from lms.lib.states import Refused
from people.models import AdministrativeUnit, Programme, Province
from tests.factories import AT

STARTER = settings.BASE_DIR / "starter"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roots(db: None) -> None:
    """What Wagtail's migrations leave behind, also where the tests' tables are made without them."""
    locale = Locale.objects.get_or_create(language_code="vi")[0]
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


def rows() -> dict[str, int]:
    """How many rows every model has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_the_catalogue_is_loaded_whole_once_and_comes_out_byte_for_byte() -> None:
    done = load_starter(folder=STARTER, by=None, at=AT)
    assert {pack.code for pack in done.packs} == {"5S", "HACCP", "ISO-9001", "KAIZEN", "SIX-SIGMA"}
    assert [note for pack in done.packs for note in pack.notes] == []
    assert AdministrativeUnit.objects.on(AT.date()).filter(level="province").count() == 34
    assert Province.current().boundaries == Boundaries()
    assert Province.current().bodies.count() == 2
    assert Programme.objects.count() == 2
    assert Subject.objects.filter(code="haccp", family__code="tp").exists()
    assert SchemeVersion.objects.get(scheme__code="HACCP-TV").requires["courses"][0]["course"] == "HACCP"

    before = rows()
    again = load_starter(folder=STARTER, by=None, at=AT)
    assert again.files == []
    assert sum(pack.pages_published + pack.pictures_added for pack in again.packs) == 0
    assert rows() == before

    for code, folder in (("HACCP", "haccp"), ("5S", "5s")):
        written = dumping.dump(Course.objects.get(code=code))
        assert written == shipped(STARTER / "courses" / folder)


def shipped(folder: Path) -> dict[str, bytes]:
    names = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    own = {name for name in names if not is_beside(name) and "__pycache__" not in name}
    return {name: (folder / name).read_bytes() for name in own}


@pytest.mark.parametrize("name", ["haccp", "5s"])
def test_a_shipped_pack_has_what_a_course_needs(name: str) -> None:
    pack = read(STARTER / "courses" / name)
    assert len(pack.lessons) >= 8
    assert len([file for file in pack.media if file.endswith(".vi.svg")]) >= 4
    for lesson in pack.lessons:
        assert set(lesson.texts) == {"vi", "en"}
        assert any(block.kind == "practice" for block in lesson.texts["vi"].blocks)


def test_the_site_has_a_home_and_a_catalogue_in_each_language() -> None:
    set_up_site(by=None, at=AT)
    pages = {page.pk for page in Page.objects.all()}
    revisions = Revision.objects.count()
    set_up_site(by=None, at=AT)
    assert {page.pk for page in Page.objects.all()} == pages
    assert Revision.objects.count() == revisions
    assert {page.url for page in CataloguePage.objects.live()} == {"/vi/khoa-hoc/", "/en/courses/"}
    home, other = HomePage.objects.live().order_by("pk")
    assert home.translation_key == other.translation_key
    assert Site.objects.get().root_page_id == home.pk
    assert not Page.objects.exact_type(Page).filter(depth__gt=1).exists()


def small(tmp_path: Path) -> Path:
    """A starter folder with everything but the packs and most units."""
    for name in ("sectors.yaml", "programmes.yaml", "subjects.yaml", "provinces/can-tho.yaml"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((STARTER / name).read_bytes())
    for name in ("units", "schemes", "courses"):
        (tmp_path / name).mkdir()
    lines = (STARTER / "units/units.csv").read_text().splitlines(keepends=True)
    (tmp_path / "units/units.csv").write_text("".join(lines[:20]))
    return tmp_path


def test_a_correction_stays_until_the_file_itself_changes(tmp_path: Path) -> None:
    folder = small(tmp_path)
    load_starter(folder=folder, by=None, at=AT)
    Edition.objects.filter(code="iso-9001-2015").update(tcvn="sửa tay")
    load_starter(folder=folder, by=None, at=AT)
    assert Edition.objects.get(code="iso-9001-2015").tcvn == "sửa tay"
    subjects = folder / "subjects.yaml"
    subjects.write_text(subjects.read_text() + "# changed\n")
    assert load_starter(folder=folder, by=None, at=AT).files == ["subjects.yaml"]
    assert Edition.objects.get(code="iso-9001-2015").tcvn == "TCVN ISO 9001:2015"


def test_a_unit_that_ends_is_closed_not_doubled(tmp_path: Path) -> None:
    folder = small(tmp_path)
    load_starter(folder=folder, by=None, at=AT)
    units = folder / "units/units.csv"
    units.write_text(units.read_text().replace("00004,2025-07-01,,", "00004,2025-07-01,2026-12-31,"))
    load_starter(folder=folder, by=None, at=AT)
    assert str(AdministrativeUnit.objects.get(code="00004").valid_to) == "2026-12-31"


def test_a_changed_scheme_needs_a_new_version_number(tmp_path: Path) -> None:
    folder = small(tmp_path)
    load_starter(folder=folder, by=None, at=AT)
    scheme = folder / "schemes/haccp-consultant.yaml"
    data = yaml.safe_load((STARTER / "schemes/haccp-consultant.yaml").read_text())
    scheme.write_text(yaml.safe_dump(data, allow_unicode=True))
    load_schemes(folder / "schemes")
    load_schemes(folder / "schemes")
    scheme.write_text(yaml.safe_dump({**data, "validity_months": 24}, allow_unicode=True))
    with pytest.raises(Refused, match=r"HACCP-TV"):
        load_schemes(folder / "schemes")
    scheme.write_text(yaml.safe_dump({**data, "validity_months": 24, "version": 2}, allow_unicode=True))
    load_schemes(folder / "schemes")
    assert list(SchemeVersion.objects.order_by("number").values_list("number", "validity_months")) == [(1, 36), (2, 24)]


def test_a_broken_pack_stops_the_command_with_its_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small(tmp_path)
    (folder / "courses/bad").mkdir()
    (folder / "courses/bad/course.yaml").write_text("format: 1\ncode: BAD\n")
    with pytest.raises(SystemExit) as caught:
        call_command("load_starter", "--folder", str(folder))
    assert caught.value.code == 2
    assert "course.yaml:1:" in capsys.readouterr().err
    assert not CoursePage.objects.exists()
    assert not LessonPage.objects.exists()
