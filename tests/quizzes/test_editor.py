"""The editor in the back office: rows, YAML, faults at their place, nothing lost; steps of a question's life."""

from decimal import Decimal
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
from quizzes import actions, authored, formulas, parts, queries, ready_made
from quizzes.forms_question import Part
from quizzes.models import Bank, KeySight, Question
from quizzes.part_layouts import LAYOUTS
from quizzes.types import TYPES
from tests.factories import AT, make_person
from tests.quizzes import conftest
from tests.quizzes.conftest import CANARY
from tests.quizzes.types.contract import QUESTIONS

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
    def upload() -> SimpleUploadedFile:
        return SimpleUploadedFile("Sơ đồ lưu trình.png", png())

    page = staff.post(NEW, sent(picture=upload()))
    assert page.status_code == 422
    assert "credit" in page.context["form"].errors and not Image.objects.exists()
    page = staff.post(NEW, sent(picture=upload(), credit="Ảnh: Lê Văn B, CC BY 4.0"))
    assert page.status_code == 422
    assert "alt_vi" in page.context["form"].errors
    name = page.context["form"]["figure"].value()
    assert name.startswith("media/so-do-luu-trinh-")
    assert staff.post(NEW, sent(figure=name, alt_vi="Lưu trình", alt_en="Flow")).status_code == 302
    assert Question.objects.get(code="N-1").proposed.content["figure"] == name
    image = Image.objects.get(title=f"{name.removeprefix('media/')}.png")
    shown = staff.get(reverse("quizzes_admin:question", args=["HACCP", "N-1"])).content.decode()
    assert image.file.url in shown and "Lê Văn B, CC BY 4.0" in shown
    bad = staff.post(NEW, sent(code="N-2", credit="?", picture=SimpleUploadedFile("x.png", b"no picture")))
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


def made_by(kind: str) -> list[dict[str, Any]]:
    """Authored questions of a type: the maker's, else the demo's."""
    maker = getattr(conftest, kind, None)
    return [maker("X-1")] if maker else [node for node in QUESTIONS.values() if node["type"] == kind]


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
def test_rows_hold_what_the_makers_make(kind: str) -> None:
    assert made_by(kind)
    for made in made_by(kind):
        part = {name: value for name, value in made.items() if name in TYPES[kind].keys}
        values = parts.fits(kind, part)
        assert values is not None
        assert parts.fits(kind, part | {"unknown": 1}) is None


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_what_is_ready_made_is_right_and_opens(staff: Client, kind: str) -> None:
    for place, made in enumerate(ready_made.of(kind)):
        problems = Problems()
        node = parts.marked(made.part | {"points": 5} | made.texts, 1)
        TYPES[kind].parse(node, Checker("", problems, ["vi", "en"], one_line=False))
        # The picture and the sum of points are the question's, which is not there yet.
        assert not problems or kind in ("hotspot", "case", "essay", "file"), problems.found
        page = staff.get(NEW, {"type": kind, "from": place})
        assert f"from={place}" in page.content.decode()
        assert all(text in str(page.context["form"].initial.values()) for text in made.initial().values())
        assert kind not in LAYOUTS or page.context["part"].values.tables
    for odd in ("99", "-1", "x", "\u0661"):
        assert staff.get(NEW, {"type": kind, "from": odd}).status_code == 200


def test_the_named_calculations_are_ready_made() -> None:
    titles = " ".join(ready_made.titles("calculated", "en"))
    for name in ("capability: Cp", "Cpk", "chart of means", "p chart", "OEE", "Sampling plan", "Energy indicator"):
        assert name in titles
    formulas_of = {made.title["en"]: made.part["formula"] for made in ready_made.of("calculated")}
    # Montgomery, Introduction to Statistical Quality Control: example 7.1, fraction nonconforming 0.2313, n = 50.
    value = formulas.read(formulas_of["Control limits: p chart"]).value({"p": Decimal("23.13"), "n": Decimal(50)})
    assert float(value) == pytest.approx(41.02, abs=0.01)
    value = formulas.read(formulas_of["Process capability: Cp"]).value(
        {"usl": Decimal(178), "lsl": Decimal(162), "s": Decimal("1.6")}
    )
    assert float(value) == pytest.approx(16 / 9.6)


def test_a_question_of_categories_from_rows(staff: Client) -> None:
    data = {name: value for name, value in sent("categories").items() if not name.startswith("part-")}
    fresh = staff.get(NEW, {"type": "categories"}).context["part"].values
    names = [row["id"] for row in fresh.tables["categories"]]
    assert names == ["c1", "c2", "c3"]
    data |= {"part-categories-rows": "3", "part-items-rows": "4"}
    for row, word in enumerate(["Sinh học", "Vật lý"]):
        data |= {f"part-categories-{row}-id": names[row], f"part-categories-{row}-vi": word,
                 f"part-categories-{row}-en": f"{word} en"}  # fmt: skip
    for row, (word, where) in enumerate([("Vi khuẩn", "c1"), ("Dao gãy", "c2"), ("Nhựa", "")]):
        data |= {f"part-items-{row}-vi": word, f"part-items-{row}-en": f"{word} en", f"part-items-{row}-in": where}
    page = staff.post(NEW, data)
    rows = page.context["part"].drawn.tables[1].rows
    assert [bool(row.faults) for row in rows] == [False, False, True, False]
    # In the words of the form, not of the YAML behind it.
    assert "“in”" not in rows[2].faults[0]
    assert [label for _name, label in rows[0].cells[2].choices] == ["–", "1. Sinh học", "2. Vật lý", "3"]
    moved = staff.post(NEW, data | {"do": "up:categories:1"})
    assert [row["id"] for row in moved.context["part"].values.tables["categories"]] == ["c2", "c1", "c3"]
    more = staff.post(NEW, data | {"do": "add:categories"})
    assert more.context["part"].values.tables["categories"][3] == {"id": "c4"}
    assert staff.post(NEW, data | {"part-items-2-in": "c2"}).status_code == 302
    key = Question.objects.get(code="N-1").proposed.key.key
    assert key == {"in": {"i0": "c1", "i1": "c2", "i2": "c2"}}


def test_levels_of_a_rubric_come_back(staff: Client) -> None:
    level = [{"vi": "đủ: cả hai", "en": "both", "points": 2}, {"vi": "thiếu", "en": "one", "points": 0}]
    part = {"rubric": [{"vi": "a", "en": "a", "points": 2, "levels": level}, {"vi": "b", "en": "b", "points": 1}]}
    values = parts.fits("file", part)
    assert values is not None
    assert values.tables["rubric"][0]["levels_vi"] == "2: đủ: cả hai\n0: thiếu"


def test_gaps_read_words_numbers_and_choices(staff: Client) -> None:
    data = {name: value for name, value in sent("cloze", stem_en="", explanation_en="").items() if "part-" not in name}
    data |= {"part-text_vi": "Thử {a} với mẫu {b} mm rồi {c}.", "part-gaps-rows": "3"}
    cells = [("a", "choice", "mỗi giờ\n* mỗi ca", ""), ("b", "number", "2,5", ""), ("c", "text", "giữ\n50% xem", "")]
    for row, (name, kind, vi, room) in enumerate(cells):
        data |= {f"part-gaps-{row}-{column}": value for column, value in
                 (("name", name), ("kind", kind), ("vi", vi), ("room", room))}  # fmt: skip
    assert staff.post(NEW, data | {"part-gaps-1-vi": "hai rưỡi"}).context["part"].drawn.tables[0].rows[1].faults
    assert staff.post(NEW, data | {"part-gaps-0-kind": ""}).context["part"].drawn.tables[0].rows[0].faults
    assert staff.post(NEW, data).status_code == 302
    version = Question.objects.get(code="N-1").proposed
    exported = TYPES["cloze"].export(version.content, version.key.key, {})["gaps"]
    assert exported[0]["options"] == [{"vi": "mỗi giờ"}, {"vi": "mỗi ca", "correct": True}]
    assert (exported[1]["answer"], exported[1]["tolerance"]) == (2.5, 0)
    assert exported[2]["accept"] == [{"vi": "giữ"}, {"vi": "xem", "share": 50}]


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
    address = reverse("quizzes_admin:question", args=["AUDITOR", "N-1"])
    assert client.get(address).status_code == 200
    picture = {"picture": SimpleUploadedFile("xưởng.png", png()), "credit": "Ảnh tự chụp", "code": "N-2", "two": "on"}
    data |= picture | {"alt_vi": "Xưởng", "alt_en": "Workshop"}
    assert client.post(reverse("quizzes_admin:question_new", args=["AUDITOR"]), data).status_code == 302
    (image,) = Image.objects.all()
    assert image.file.url in client.get(address.replace("N-1", "N-2")).content.decode()
    assert image.collection.name == "AUDITOR: questions"
    version = Question.objects.get(code="N-2").proposed
    assert queries.figures([version.content], "vi", course) == {}
    assert tuple(Question.Use.values) == authored.USES


def test_a_question_that_reads_like_another_is_told_before_it_is_saved(staff: Client) -> None:
    assert staff.post(NEW, sent()).status_code == 302
    page = staff.post(NEW, sent(code="N-2"))
    assert page.status_code == 409
    assert page.context["editor"].twin[0].code == "N-1"
    assert not Question.objects.filter(code="N-2").exists()
    assert staff.post(NEW, sent(code="N-2", two="on")).status_code == 302


def test_handing_in_what_did_not_change_is_answered_and_no_fault(staff: Client) -> None:
    page = opened(staff)
    answer = staff.post(page.request["PATH_INFO"], fields_of(page) | {"do": "hand_in"}, follow=True)
    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]]
