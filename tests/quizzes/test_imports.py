"""Questions from files: looked at, taken in whole or not at all, put aside; banks written as files."""

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from courses.models import Course
from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes import actions
from quizzes.actions import exports, imports
from quizzes.formats import recognising
from quizzes.models import Bank, BankImport, KeySight, Question
from tests.factories import AT, make_person
from tests.quizzes.formats.making import docx

SAMPLES = Path(__file__).parents[1] / "data" / "questions"
OPTIONS = {"language": "vi", "topic": "prp", "difficulty": "recall", "use": "exam", "lesson": ""}
GOOD = "Câu một?\nA) a\nB) b\nC) c\nANSWER: A\n\nCâu hai?\nA) x\nB) y\nANSWER: B\n"
FAULTY = GOOD + "\nCâu ba?\nA) x\nB) y\nANSWER: D\n"


@pytest.fixture
def bank(course: Course) -> Bank:
    return Bank.objects.get(code="HACCP")


@pytest.fixture
def author(bank: Bank) -> User:
    found = make_person(roles=[Role.REVIEWER])
    actions.grant_keys(bank=bank, person=found, reason="Soạn đề", by=None, at=AT)
    return found


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A process for every file takes its time; one test here uses it, and those of the formats."""
    if "in_a_child" not in request.node.name:
        monkeypatch.setattr(
            imports, "read_safely", lambda content, *, language, **_rest: recognising.read(content, language)
        )


def upload(bank: Bank, by: User, content: str | bytes = GOOD, name: str = "a.txt", **options: str) -> BankImport:
    raw = content.encode() if isinstance(content, str) else content
    return imports.upload_questions(bank=bank, content=raw, name=name, options={**OPTIONS, **options}, by=by, at=AT)


def signed(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_file_is_read_in_a_child_and_taken_in_as_drafts(
    bank: Bank, author: User, django_capture_on_commit_callbacks: Any
) -> None:
    before = Question.objects.count()
    batch = upload(bank, author)
    assert (batch.format, batch.state, Question.objects.count()) == ("aiken", "read", before)
    assert storages["private"].exists(batch.path)
    with django_capture_on_commit_callbacks(execute=True):
        imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    made = Question.objects.filter(code__in=batch.report["codes"]).order_by("code")
    assert [(one.state, one.author, one.exposure) for one in made] == [("draft", author, "secure")] * 2
    version = made[0].proposed
    assert version is not None
    assert (version.content["stem"], version.topic.code, version.difficulty) == ({"vi": "Câu một?"}, "prp", "recall")
    assert version.key.key == {"correct": ["a"]}
    assert not storages["private"].exists(batch.path)


def test_twice_pressed_is_once(bank: Bank, author: User) -> None:
    batch = upload(bank, author)
    stale = BankImport.objects.get(pk=batch.pk)
    imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    count = Question.objects.count()
    with pytest.raises((Conflict, NotAllowed)):
        imports.take_in(batch=stale, only_good=False, by=author, at=AT)
    assert Question.objects.count() == count


def test_faults_keep_everything_out_unless_they_are_left_out_by_decision(bank: Bank, author: User) -> None:
    batch = upload(bank, author, FAULTY)
    before = Question.objects.count()
    with pytest.raises(Refused, match="1"):
        imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    batch.refresh_from_db()
    assert (batch.state, Question.objects.count()) == ("read", before)
    imports.take_in(batch=batch, only_good=True, by=author, at=AT)
    assert Question.objects.count() == before + 2


def test_half_way_nothing_is_left(bank: Bank, author: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = upload(bank, author)
    before = Question.objects.count()
    real = imports.create_question
    calls: list[str] = []

    def create(**kwargs: Any) -> Question:
        calls.append("x")
        if len(calls) == 2:
            raise ConnectionError
        return real(**kwargs)

    monkeypatch.setattr(imports, "create_question", create)
    with pytest.raises(ConnectionError):
        imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    assert (Question.objects.count(), BankImport.objects.get(pk=batch.pk).state) == (before, "read")
    monkeypatch.undo()
    imports.take_in(batch=BankImport.objects.get(pk=batch.pk), only_good=False, by=author, at=AT)
    assert Question.objects.count() == before + 2


def test_a_picture_is_kept_with_the_bank(bank: Bank, author: User) -> None:
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    batch = upload(bank, author, docx("Câu 1: Hình {picture} nào?\nA. một\n*B. hai\nC. ba"), "a.docx")
    imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    version = Question.objects.get(code=batch.report["codes"][0]).proposed
    assert version is not None
    assert version.content["figure"].startswith("media/p1-")
    assert version.content["alt"] == {"vi": "Hình của câu hỏi"}


def test_topics_and_codes_of_the_file_and_duplicates(bank: Bank, author: User) -> None:
    stem = Question.objects.get(code="A-1").current.content["stem"]["vi"]
    text = f"// [id:NEW-7] [tag:khó] [tag:Thực hành]\n$CATEGORY: CCP\n\n// [id:NEW-7] [tag:khó] [tag:Thực hành]\n{stem}{{=a ~b ~c}}\n\n// [id:A-2]\nCâu khác hẳn{{T}}\n"  # noqa: E501
    batch = upload(bank, author, text)
    looked = imports.look(imports.read_of(batch), bank, batch.options)
    first, second = looked.judged
    assert first.authored is not None
    assert (first.authored.code, first.authored.topic, first.authored.difficulty) == ("NEW-7", "ccp", "analyse")
    assert first.like == "A-1"
    assert second.authored is not None
    assert second.authored.code == "HACCP-N001"
    imports.take_in(batch=batch, only_good=False, by=author, at=AT)
    assert Question.objects.get(code="NEW-7").tags == ["thực hành"]


def test_who_may_not_see_keys_takes_nothing_in(bank: Bank, author: User) -> None:
    stranger = make_person(roles=[Role.ADMINISTRATOR])
    with pytest.raises(Refused):
        upload(bank, stranger)
    batch = upload(bank, author)
    with pytest.raises(Refused):
        imports.take_in(batch=batch, only_good=False, by=stranger, at=AT)
    with pytest.raises(Refused):
        exports.export_questions(bank=bank, form="gift", language="vi", by=stranger, at=AT)
    assert KeySight.objects.count() == 0
    page = signed(stranger).get(reverse("quizzes_admin:bank_import", args=[batch.pk])).content.decode()
    assert "Câu một?" not in page


@pytest.mark.parametrize("form", ["moodle", "yaml"])
def test_a_bank_written_and_read_into_another_is_equal(bank: Bank, author: User, form: str) -> None:
    written = exports.export_questions(bank=bank, form=form, language="vi", by=author, at=AT)
    versions = bank.questions.filter(current__isnull=False).count()
    assert (written.count, KeySight.objects.filter(person=author).count(), written.left) == (versions, versions, [])
    found = recognising.read(written.content, "vi")
    looked = imports.look(found, bank, OPTIONS)
    assert looked.count("good") == versions
    for one in looked.judged:
        original = Question.objects.get(code=one.item.name).current
        assert original is not None
        assert one.authored is not None
        assert one.authored.content["stem"] == original.content["stem"]
        assert one.authored.points == original.points
        if one.authored.type == "numeric":
            assert one.authored.key == original.key.key


def test_pages(bank: Bank, author: User, django_capture_on_commit_callbacks: Any) -> None:
    client = signed(author)
    address = reverse("quizzes_admin:bank_imports", args=["HACCP"])
    form = client.get(address).content.decode()
    assert all(f'name="{name}"' in form for name in ("file", "language", "topic", "difficulty", "use", "form"))
    bad = client.post(address, {**OPTIONS, "file": SimpleUploadedFile("x.pdf", b"%PDF-1.4")})
    assert bad.status_code == 422
    content = (SAMPLES / "cau-hoi-5s.moodle.xml").read_bytes()
    sent = client.post(address, {**OPTIONS, "file": SimpleUploadedFile("m.xml", content)})
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert "Chữ S thứ nhất" in page
    assert all(f'name="{name}"' in page for name in ("language", "topic", "difficulty", "use", "lesson"))
    assert "calculated" in page
    assert "Moodle XML" in page
    assert f'href="{address}"' in page
    batch = BankImport.objects.get()
    choices = client.post(reverse("quizzes_admin:import_choices", args=[batch.pk]), {**OPTIONS, "difficulty": "apply"})
    assert choices.status_code == 302
    batch.refresh_from_db()
    assert batch.options["difficulty"] == "apply"
    client.post(reverse("quizzes_admin:import_take", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, len(batch.report["codes"])) == ("done", 6)
    assert batch.report["codes"][0] in client.get(sent["Location"]).content.decode()


def test_put_aside_forgets_the_file(bank: Bank, author: User, django_capture_on_commit_callbacks: Any) -> None:
    batch = upload(bank, author)
    client = signed(author)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("quizzes_admin:import_drop", args=[batch.pk])).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.report["items"], storages["private"].exists(batch.path)) == ("dropped", [], False)


def test_template_and_export_pages(bank: Bank, author: User) -> None:
    client = signed(author)
    template = client.get(reverse("quizzes_admin:import_template", args=["HACCP"]))
    assert template.content.startswith(b"PK")
    address = reverse("quizzes_admin:bank_export", args=["HACCP"])
    asked = client.post(address, {"form": "aiken", "language": "vi"})
    assert b"Aiken" not in asked.content[:0]
    assert asked["Content-Type"].startswith("text/html")
    sure = client.post(address, {"form": "aiken", "language": "vi", "sure": "yes"})
    assert sure["Content-Type"].startswith("text/plain")
    assert "ANSWER: " in sure.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_file(
    bank: Bank, author: User, django_assert_max_num_queries: Any
) -> None:
    client = signed(author)
    for text in (GOOD, GOOD + "\nCâu ba?\nA) x\nB) y\nC) z\nANSWER: B\n"):
        batch = upload(bank, author, text)
        with django_assert_max_num_queries(28):
            assert client.get(reverse("quizzes_admin:bank_import", args=[batch.pk])).status_code == 200


def test_commands(bank: Bank, author: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    EmailAddress.objects.create(user=author, email="r@nscl.example", verified=True, primary=False)
    good, faulty = tmp_path / "good.txt", tmp_path / "faulty.txt"
    good.write_text(GOOD, encoding="utf-8")
    faulty.write_text(FAULTY, encoding="utf-8")
    before = Question.objects.count()
    with pytest.raises(SystemExit) as refused:
        call_command("import_questions", str(faulty), bank="HACCP", by="r@nscl.example")
    assert refused.value.code == 2
    call_command("import_questions", str(good), "--dry-run", "--json", bank="HACCP")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["good"], told["written"], Question.objects.count()) == (2, False, before)
    call_command("import_questions", str(good), bank="HACCP", by="r@nscl.example")
    assert Question.objects.count() == before + 2
    out = tmp_path / "out.xml"
    call_command("export_questions", str(out), bank="HACCP", format="moodlexml", by="r@nscl.example")
    assert out.read_bytes().startswith(b"<?xml")
    with pytest.raises(CommandError):
        call_command("import_questions", str(good), bank="NONE", by="r@nscl.example")
