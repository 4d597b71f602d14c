"""The editor in the back office: rows, YAML, faults at their place, nothing lost; steps of a question's life."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image

from courses.models import Course
from courses.packs.checks import Checker
from courses.packs.files import Problems
from lms.lib.access import Role
from people.models import User
from quizzes import actions, authored, parts
from quizzes.forms_question import Part
from quizzes.models import Bank, KeySight, Question
from quizzes.part_layouts import LAYOUTS
from quizzes.types import TYPES
from tests.factories import AT, make_person
from tests.quizzes import conftest
from tests.quizzes.conftest import CANARY

pytestmark = pytest.mark.django_db

NEW = reverse("quizzes_admin:question_new", args=["HACCP"])
EDIT = reverse("quizzes_admin:question_edit", args=["HACCP", "A-1"])
PAGE = reverse("quizzes_admin:question", args=["HACCP", "A-1"])
STEP = reverse("quizzes_admin:question_step", args=["HACCP", "A-1"])


def png() -> bytes:
    content = BytesIO()
    Picture.new("RGB", (4, 3)).save(content, "PNG")
    return content.getvalue()


def person(*roles: Role, keys: bool = True) -> User:
    found = make_person(roles=roles)
    if keys:
        actions.grant_keys(bank=Bank.objects.get(code="HACCP"), person=found, reason="Soạn đề", by=None, at=AT)
    return found


@pytest.fixture
def author(course: Course) -> User:
    found = person(Role.INSTRUCTOR)
    course.instructors.add(found)
    return found


@pytest.fixture
def staff(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


def sent(kind: str = "single", **changed: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": kind, "do": "save", "code": "N-1", "stem_vi": "Câu hỏi mới?", "stem_en": "A new question?",
        "explanation_vi": "Vì thế", "explanation_en": "Therefore", "topic": "prp", "lesson": "bai-1",
        "difficulty": "apply", "use": "exam", "points": "2", "references": "TCVN 5603:2023, 8.3\n\nCodex",
        "part-options-rows": "4",
    }  # fmt: skip
    for row, word in enumerate(["Một", "Hai", "Ba", ""]):
        data |= {f"part-options-{row}-vi": word, f"part-options-{row}-en": word and f"{word} en"}
    data["part-options-1-correct"] = "on"
    return data | changed


def opened(client: Client) -> Any:
    return client.post(EDIT, {"do": "open"})


def fields_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of the editor's page, unchanged."""
    form, part = page.context["form"], page.context["part"]
    data = {name: form[name].value() or "" for name in form.fields if name != "picture"}
    for table in part.drawn.tables:
        data[f"part-{table.table.name}-rows"] = len(table.rows)
        data |= {
            cell.name: cell.value
            for row in table.rows
            for cell in row.cells
            if cell.value or cell.input.kind != "check"
        }
    data |= {cell.name: cell.value for cell, _faults in part.drawn.fields}
    editor = page.context["editor"]
    return data | {"type": editor.kind, "seen": editor.seen, "do": "save"}


def test_a_new_question_from_rows(staff: Client, author: User) -> None:
    assert "shorttext" in staff.get(NEW).content.decode()
    assert 'value="HACCP-0001"' in staff.get(NEW, {"type": "single"}).content.decode()
    answer = staff.post(NEW, sent())
    assert answer.status_code == 302
    question = Question.objects.get(code="N-1")
    version = question.proposed
    assert (question.state, question.author, version.points, version.difficulty) == ("draft", author, 2, "apply")
    assert [option["vi"] for option in version.content["options"]] == ["Một", "Hai", "Ba"]
    assert version.key.key == {"correct": ["b"]}
    assert version.key.references == ["TCVN 5603:2023, 8.3", "Codex"]


def test_one_language_is_enough(staff: Client) -> None:
    data = {name: "" if name.endswith("en") else value for name, value in sent().items()}
    shown = staff.post(NEW, data | {"do": "preview"})
    assert shown.context["missing"] == ["en"]
    assert not Question.objects.filter(code="N-1").exists()
    assert staff.post(NEW, data).status_code == 302
    assert Question.objects.get(code="N-1").proposed.content["stem"] == {"vi": "Câu hỏi mới?"}


def test_faults_stand_at_their_place_and_nothing_is_lost(staff: Client) -> None:
    data = sent(
        **{"explanation_en": "", "topic": "", "points": "0", "part-options-0-en": "", "part-options-1-correct": ""}
    )
    page = staff.post(NEW, data)
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert {"explanation_en", "topic", "points"} <= set(errors)
    options = page.context["part"].drawn.tables[0]
    assert options.rows[0].faults
    assert not options.rows[1].faults
    assert options.faults
    text = page.content.decode()
    assert "Câu hỏi mới?" in text
    assert ">Hai en</textarea>" in text
    assert not Question.objects.filter(code="N-1").exists()


def test_rows_come_and_go_without_a_script(staff: Client) -> None:
    more = staff.post(NEW, sent(do="add:options"))
    assert len(more.context["part"].values.tables["options"]) == 5
    assert "Câu hỏi mới?" in more.content.decode()
    up = staff.post(NEW, sent(do="up:options:1"))
    assert [row["vi"] for row in up.context["part"].values.tables["options"]] == ["Hai", "Một", "Ba", ""]
    gone = staff.post(NEW, sent(do="remove:options:0"))
    assert [row["vi"] for row in gone.context["part"].values.tables["options"]] == ["Hai", "Ba", ""]
    assert not Question.objects.filter(code="N-1").exists()


@pytest.mark.parametrize("button", ["add:junk", "up:options:99", "remove:options:-1", "remove:options:x", "junk"])
def test_odd_buttons_do_no_harm(staff: Client, button: str) -> None:
    assert staff.post(NEW, sent(do=button)).status_code in (200, 302)


def test_odd_forms_do_no_harm(staff: Client) -> None:
    for data in (
        {"type": "junk"},
        {"type": "single"},
        sent(**{"part-options-rows": "x"}),
        sent(topic="junk", code="a b"),
    ):
        assert staff.post(NEW, data).status_code in (200, 302, 422)
    assert staff.post(EDIT, {}).status_code == 302


def test_opening_is_a_look_and_saving_unchanged_changes_nothing(staff: Client, author: User) -> None:
    assert staff.get(EDIT).status_code == 405
    page = opened(staff)
    assert f"{CANARY}-explanation-A-1" in page.content.decode()
    assert KeySight.objects.get().person == author
    assert staff.post(EDIT, fields_of(page)).status_code == 302
    assert Question.objects.get(code="A-1").versions.count() == 1


@pytest.mark.parametrize("code", ["A-1", "A-4", "A-5", "C-1", "C-2", "C-3"])
def test_every_type_with_rows_comes_back_as_it_was(staff: Client, code: str) -> None:
    address = reverse("quizzes_admin:question_edit", args=["HACCP", code])
    page = staff.post(address, {"do": "open"})
    assert page.context["part"].values is not None
    saved = staff.post(address, fields_of(page))
    assert saved.status_code == 302, (saved.context["form"].errors, saved.context["part"].faults)
    assert Question.objects.get(code=code).versions.count() == 1
    yaml = staff.post(address, {"do": "open", "yaml": "1"})
    data = {name: value for name, value in fields_of(page).items() if not name.startswith("part-")}
    assert staff.post(address, data | {"part": yaml.context["part"].text}).status_code == 302
    assert Question.objects.get(code=code).versions.count() == 1


def test_an_edit_is_the_next_version_and_somebody_else_approves(staff: Client, client: Client, author: User) -> None:
    data = fields_of(opened(staff)) | {"stem_vi": "Sửa rồi", "do": "hand_in"}
    assert staff.post(EDIT, data).status_code == 302
    question = Question.objects.get(code="A-1")
    assert (question.current.number, question.proposed.number, question.awaits_review) == (1, 2, True)
    assert staff.post(EDIT, data).status_code == 409
    seen = actions.stamp(question.proposed)
    assert staff.post(STEP, {"step": "approve", "seen": seen}).status_code == 422
    client.force_login(person(Role.REVIEWER))
    assert client.post(STEP, {"step": "return", "note": ""}).status_code == 422
    assert client.post(STEP, {"step": "approve", "seen": "1-x"}).status_code == 409
    assert client.post(STEP, {"step": "junk"}).status_code == 404
    assert client.post(STEP, {"step": "approve", "seen": seen}).status_code == 302
    question.refresh_from_db()
    assert (question.current.number, question.proposed) == (2, None)
    assert client.post(STEP, {"step": "retire", "note": "cũ"}).status_code == 302
    assert client.post(STEP, {"step": "take_up"}).status_code == 302
    assert "Sửa rồi" in client.get(PAGE).content.decode()
    assert "Sửa rồi" not in client.get(PAGE, {"v": "1"}).content.decode()
    assert client.get(PAGE, {"v": "9"}).status_code == 404


def test_yaml_faults_are_named_by_line(staff: Client) -> None:
    broken = "options:\n  - {id: a, vi: Một, en: One}\n  - {id: b, vi: Hai}\n"
    page = staff.post(NEW, sent(part=broken))
    assert page.status_code == 422
    assert {line for line, _text in page.context["part"].lines} >= {1, 3}
    assert broken.splitlines()[2] in page.content.decode().replace("\r", "")
    for text in ("- a", "options: [", "a: *b", "!!python/object:os.system x", "stem: {vi: x}", "[" * 500):
        assert staff.post(NEW, sent(part=text)).status_code == 422, text
    assert not Question.objects.filter(code="N-1").exists()


def test_a_picture_is_kept_and_chosen(staff: Client) -> None:
    upload = SimpleUploadedFile("Sơ đồ lưu trình.png", png())
    page = staff.post(NEW, sent(picture=upload))
    assert page.status_code == 422
    assert "alt_vi" in page.context["form"].errors
    name = page.context["form"]["figure"].value()
    assert name.startswith("media/so-do-luu-trinh-")
    assert staff.post(NEW, sent(figure=name, alt_vi="Lưu trình", alt_en="Flow")).status_code == 302
    assert Question.objects.get(code="N-1").proposed.content["figure"] == name
    image = Image.objects.get(title=f"{name.removeprefix('media/')}.png")
    assert image.file.url in staff.get(reverse("quizzes_admin:question", args=["HACCP", "N-1"])).content.decode()
    bad = staff.post(NEW, sent(code="N-2", picture=SimpleUploadedFile("x.png", b"no picture")))
    assert "picture" in bad.context["form"].errors


def test_every_type_has_something_to_start_from() -> None:
    for kind in TYPES:
        part = Part.new(kind)
        assert part.values is not None or part.text


@pytest.mark.parametrize("kind", sorted(set(TYPES) - set(LAYOUTS)))
def test_what_one_starts_from_is_right(kind: str) -> None:
    problems = Problems()
    node = parts.from_yaml(parts.sample(kind), problems)
    assert node is not None
    TYPES[kind].parse(node, Checker("", problems, ["vi", "en"], one_line=False))
    found = [str(problem) for problem in problems.found]
    # The picture and the sum of points are the question's, which is not there yet.
    assert not [fault for fault in found if kind not in ("hotspot", "case", "essay", "file")], found
    assert len(found) <= 1, found


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
def test_rows_hold_what_the_makers_make(kind: str) -> None:
    made = getattr(conftest, kind)("X-1")
    part = {name: value for name, value in made.items() if name in TYPES[kind].keys}
    values = parts.fits(kind, part)
    assert values is not None
    assert parts.fits(kind, part | {"unknown": 1}) is None


def test_a_bank_without_a_course(client: Client, course: Course) -> None:
    administrator = person(Role.ADMINISTRATOR)
    bank = actions.create_bank(
        code="AUDITOR", course=None, scheme="QMS-LA", title_vi="", title_en="", by=administrator, at=AT
    )
    actions.add_topic(bank=bank, parent=None, name_vi="Chương trình tiên quyết", name_en="")
    client.force_login(administrator)
    data = sent(topic="chuong-trinh-tien-quyet", lesson="")
    assert client.post(reverse("quizzes_admin:question_new", args=["AUDITOR"]), data).status_code == 302
    question = Question.objects.get(code="N-1")
    assert question.proposed.lesson is None
    assert client.get(reverse("quizzes_admin:question", args=["AUDITOR", "N-1"])).status_code == 200
    assert tuple(Question.Use.values) == authored.USES
