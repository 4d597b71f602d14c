"""T6: nothing that is made from a key leaves before its release.

A bank with a question of every type there is, with a canary in every part that a
taker must not see: ids of right options, answers, tolerances, formulas, patterns,
regions, rubrics, feedback, explanations, references, tags, notes of reviewers and
markers. A taker goes through everything that they can reach, and every byte is
kept; then the rules let some of it out, so that the test is seen not to be blind.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
import yaml
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from wagtail.models import ModelLogEntry, Revision

from courses.models import Course
from enrolments.models import Enrolment
from lms.lib.access import Role
from people import personal_data
from people.actions import join_enterprise
from people.models import User
from quizzes import actions, attempt_export, paper_prints, ticket_slips
from quizzes.actions import paper, sessions, tickets
from quizzes.models import (
    Attempt,
    AttemptItem,
    Exam,
    ItemFlag,
    Mark,
    Question,
    QuestionKey,
    QuestionVersion,
    Sitting,
    Topic,
)
from quizzes.queries.on_paper import paper_forms
from quizzes.types import TYPES, rng
from tests.factories import AT, enrol, make_course, make_enterprise, make_pages, make_person, make_province, make_run
from tests.quizzes.canaries import Canaries, Taker, fields_of, planted
from tests.quizzes.conftest import bank_files, dump, load, matching, multiple, numeric, ordering, single, truefalse

DEMO = next(Path(django_settings.BASE_DIR, "starter", "demo").rglob("question-types.yaml"))


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def bank(db: None, canaries: Canaries) -> Course:
    """A course whose bank has every type, all of them drawn by its exam."""
    by_type: dict[str, Any] = {}
    for node in yaml.safe_load(DEMO.read_text()):
        by_type.setdefault(node["type"], {**node, "topic": "prp", "lesson": "bai-1"})
    for number, make in enumerate((single, multiple, truefalse, numeric, matching, ordering)):
        node = make(f"Z-{number}", topic="prp")
        by_type.setdefault(node["type"], node)
    # A new type joins by a question in the demo's file.
    assert set(by_type) == set(TYPES)
    nodes = [planted(node, canaries) for node in by_type.values()]
    course = make_course("HACCP")
    files = bank_files()
    files["exam.yaml"] = files["exam.yaml"].replace(b"minutes: 60", b"minutes: 600")
    media = {f"media/{path.name}": path.read_bytes() for path in DEMO.parent.parent.rglob("*.svg")}
    load({**files, **media, "questions/all.yaml": dump(nodes)}, course)
    chosen = Question.objects.filter(code__in=[node["code"] for node in nodes])
    Question.objects.filter(use="exam").exclude(pk__in=chosen).update(state="retired")
    exam = Exam.objects.get()
    exam.blueprint.all().delete()
    exam.minima.all().delete()
    exam.blueprint.create(topic=Topic.objects.get(code="prp"), count=len(nodes))
    for question in chosen:
        question.tags = [canaries.word("tag")]
        question.save(update_fields=["tags"])
        question.born(by=None, at=AT, note=canaries.word("review"))
    for key in QuestionKey.objects.filter(version__question__in=chosen):
        key.references = [canaries.word("reference")]
        key.save(update_fields=["references"])
    version = QuestionVersion.objects.filter(question__in=chosen)[0]
    ItemFlag.objects.create(version=version, exam=exam, kind="facility", raised_at=AT, note=canaries.word("flag"))
    return course


def path(name: str, attempt: Attempt) -> str:
    return reverse(f"quizzes:{name}", args=[attempt.code])


def answers(item: AttemptItem) -> Iterator[dict[str, list[str]]]:
    """Two answers that the type takes; none for a file, which is sent apart."""
    kind = TYPES[item.version.type]
    if kind.code == "file":
        return
    for pick in range(2):
        shown = kind.show(item.version.content, item.order, None, "vi")
        fields = {"r0": [f"{30 + pick}.00,40.00"]} if kind.code == "hotspot" else fields_of(shown, pick)
        if kind.code == "ordering":
            fields = {
                row.name: [row.choices[(place + pick) % len(shown.rows)].value] for place, row in enumerate(shown.rows)
            }
        yield fields


def sit(taker: Taker, sitting: Sitting) -> Attempt:
    """The exam from its rules to the result, by every page and every message of the script."""
    before = reverse("quizzes:before", args=[sitting.pk])
    taker.get(before)
    taker.post(before, {"oath": "on"})
    attempt = Attempt.objects.get(sitting=sitting)
    taker.send(path("device", attempt), device="tab-1")
    taker.send(path("presence", attempt), device="tab-1", position=1, queued=0, focus_lost=0)
    taker.get(path("attempt", attempt), all="1")
    taker.get(f"{path('attempt', attempt)}?q=1&_lang=en")
    sizes = Counter[int]()
    for item in attempt.items.select_related("version"):
        taker.get(path("attempt", attempt), q=str(item.position))
        for revision, fields in enumerate(answers(item), 1):
            saved = taker.send(
                path("answers", attempt), position=item.position, fields=fields, revision=revision + 10,
                key=str(uuid4()), client_at=None, device="tab-1",
            )  # fmt: skip
            assert saved.status_code == 200, (item.version.type, saved.content)
            sizes[len(saved.content) - len(str(item.position))] += 1
        taker.send(
            path("answers", attempt), position=item.position, fields={"r": ["?" * 40]}, revision=90,
            key=str(uuid4()), device="tab-1",
        )  # fmt: skip
        taker.send(path("flag", attempt), position=item.position, flagged=True)
    # With what was answered filled in.
    taker.get(path("attempt", attempt), all="1")
    # Whatever was answered, the acknowledgement is as long.
    assert len(sizes) == 1
    for name in ("review", "submit", "outcome", "result"):
        taker.get(path(name, attempt))
    taker.post(path("submit", attempt), {})
    attempt.refresh_from_db()
    return attempt


def look_around(taker: Taker, attempt: Attempt, enrolment: Enrolment) -> None:
    """All else that they can ask for, and what is not for them."""
    run, exam = enrolment.run, attempt.sitting.exam
    for name in ("result", "outcome", "attempt", "review", "submit", "appeal"):
        taker.get(path(name, attempt))
    question = Question.objects.exclude(tags=[])[0]
    here = [
        reverse("learn"), reverse("quizzes:exams"), reverse("enrolments:run", args=[run.code]),
        reverse("enrolments:lesson", args=[run.code, "bai-1"]), "/vi/khoa-hoc/",
        f"/vi/khoa-hoc/{run.course.code.lower()}/", "/vi/khoa-hoc/?q=Stem",
        reverse("people:data"), reverse("people:notices"),
        reverse("quizzes_admin:banks"), reverse("quizzes_admin:bank", args=[exam.bank.code]),
        reverse("quizzes_admin:question", args=[exam.bank.code, question.code]),
        reverse("quizzes_admin:exam", args=[exam.pk]), reverse("quizzes_admin:analysis", args=[exam.pk]),
        "/admin/", "/admin/reports/site-history/", "/admin/api/main/pages/", "/api/v2/pages/", "/sitemap.xml",
    ]  # fmt: skip
    for address in here:
        taker.get(address)
    taker.post(reverse("quizzes_admin:question_key", args=[exam.bank.code, question.code]), {})


@pytest.fixture
def enrolment(bank: Course) -> Enrolment:
    """A class; the taker comes from an enterprise, and the exam shows everything once it is released."""
    person = make_person("Nguyễn Thị Thắm")
    join_enterprise(person=person, enterprise=make_enterprise(), since=AT.date(), by=None, at=AT)
    Exam.objects.update(shows_answers="released", shows_feedback="released")
    return enrol(person, make_run(bank, at=timezone.now()), at=timezone.now())


def opened(enrolment: Enrolment) -> Sitting:
    exam, at = Exam.objects.get(), timezone.now()
    return actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=at)


def handed_in(enrolment: Enrolment) -> Attempt:
    """An attempt with an answer to everything that takes one."""
    sitting, at = opened(enrolment), timezone.now()
    attempt = actions.start(sitting=sitting, by=sitting.person, at=at, language="vi")
    for item in attempt.items.select_related("version"):
        for revision, fields in enumerate(answers(item), 1):
            actions.save_answer(
                attempt=attempt, position=item.position, response=fields, revision=revision, key=uuid4(),
                by=sitting.person, at=at,
            )  # fmt: skip
    return actions.submit(attempt=attempt, by=sitting.person, at=at)


def leaks(seen: list[tuple[str, bytes]], canaries: Canaries) -> dict[str, list[str]]:
    return {address: found for address, content in seen if (found := canaries.found_in(content))}


def test_no_canary_is_seen_in_the_exam(canaries: Canaries, enrolment: Enrolment) -> None:
    taker = Taker(enrolment.person)
    sit(taker, opened(enrolment))
    assert len(taker.seen) > 70
    assert len(canaries.words) > 90
    assert len(canaries.numbers) > 10
    assert leaks(taker.seen, canaries) == {}


def test_no_canary_is_seen_around_the_exam(canaries: Canaries, enrolment: Enrolment) -> None:
    make_province()
    make_pages(enrolment.run.course, ("vi",))
    attempt = handed_in(enrolment)
    marker = make_person(roles=(Role.EXAMINER,))
    for item in attempt.items.filter(version__type__in=["essay", "file"]):
        Mark.objects.create(item=item, marker=marker, points=1, comment=canaries.word("remark"), at=timezone.now())
    taker = Taker(enrolment.person)
    look_around(taker, attempt, enrolment)
    taker.seen.append(("the copy of one's data", _copy(enrolment.person)))
    for person, addresses in _others(enrolment):
        other = Taker(person)
        for address in addresses:
            assert other.get(address).status_code == 200, address
        taker.seen += other.seen
    assert len(taker.seen) > 30
    assert leaks(taker.seen, canaries) == {}
    assert not [row for row in Revision.objects.all() if canaries.found_in(json.dumps(row.content).encode())]
    assert not [row for row in ModelLogEntry.objects.all() if canaries.found_in(str(row.data).encode())]


def _copy(person: User) -> bytes:
    sections = personal_data.export(person, [person.pk])
    assert {"attempts", "answers"} <= {section.code for section in sections}
    return "\n".join(f"{section.code} {section.rows}" for section in sections).encode()


def _others(enrolment: Enrolment) -> Iterator[tuple[User, list[str]]]:
    """Who looks after the taker sees how far they are, and no question."""
    run, enterprise = enrolment.run, enrolment.enterprise
    assert enterprise is not None
    contact = make_person("Người liên hệ")
    join_enterprise(person=contact, enterprise=enterprise, since=AT.date(), by=None, at=AT, is_contact=True)
    person = [enterprise.pk, enrolment.person_id]
    yield (
        User.objects.get(pk=contact.pk),
        [
            reverse("certificates:enterprise_people", args=[enterprise.pk]),
            reverse("certificates:enterprise_person", args=person),
            reverse("certificates:enterprise_xlsx", args=[enterprise.pk]),
        ],
    )
    teacher = make_person("Giảng viên", roles=(Role.INSTRUCTOR,))
    run.instructors.create(person=teacher, since=AT)
    yield teacher, [reverse("certificates:teaching"), reverse("certificates:teaching_class", args=[run.code])]


def test_after_the_release_it_is_seen(canaries: Canaries, enrolment: Enrolment) -> None:
    """The net catches what there is to catch."""
    Question.objects.filter(current__type__in=["essay", "file"]).update(state="retired")
    exam = Exam.objects.get()
    exam.blueprint.update(count=Question.objects.filter(use="exam", state="approved").count())
    Exam.objects.update(shows_answers="at_once", shows_feedback="at_once")
    attempt = handed_in(enrolment)
    taker = Taker(enrolment.person)
    assert taker.get(path("outcome", attempt)).status_code == 200
    found = canaries.found_in(taker.seen[0][1])
    kinds = {word.split("-")[2] for word in found if word in canaries.words}
    assert {"explanation", "reference", "regions"} <= kinds
    assert {"tag", "review", "rubric", "flag", "remark"}.isdisjoint(kinds)
    assert set(found) & {number.replace(".", ",") for number in canaries.numbers}
    assert set(found).isdisjoint(canaries.ids)


# --- On paper ------------------------------------------------------------------------------


def pages(pdf: bytes) -> bytes:
    """All that a PDF says: its words without spaces and line ends, and what it says of itself."""
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    return ("".join(text.split()) + str(reader.metadata) + str(reader.xmp_metadata)).encode() + pdf


def test_no_canary_is_on_a_paper_that_a_taker_holds(canaries: Canaries, enrolment: Enrolment) -> None:
    boss, exam, at = make_person(roles=(Role.ADMINISTRATOR,)), Exam.objects.get(), timezone.now()
    # Paper has no place for a file.
    Question.objects.filter(current__type="file").update(state="retired")
    exam.blueprint.update(count=len(TYPES) - 1)
    (form,) = actions.make_forms(exam=exam, count=1, by=boss, at=at)
    found = paper.pin_form(form=form, by=boss, at=at)
    session = sessions.plan_session(exam=exam, starts_at=at, ends_at=at + timedelta(hours=2), by=boss, at=at)
    sessions.seat_people(session=session, seats={opened(enrolment).pk: "07"}, by=boss, at=at)
    seated = paper.give_forms(session=session, codes=[form.code], by=boss, at=at)
    issued = tickets.issue_tickets(sittings=seated, by=boss, at=at)
    papers = {
        "booklet": paper_prints.booklet(found, "vi", at),
        "booklet in English": paper_prints.booklet(found, "en", at),
        "answer sheet": paper_prints.answer_sheets(session, seated, paper_forms(exam), boss, at),
        "ticket": ticket_slips.pdf(session, issued, boss, at),
    }
    assert len(found.items) == len(TYPES) - 1
    assert leaks([(name, pages(pdf)) for name, pdf in papers.items()], canaries) == {}
    # The net catches what there is to catch: the key sheet is such a paper.
    actions.grant_keys(bank=exam.bank, person=boss, reason="in đề", by=None, at=at)
    keys = paper.keys_of(form=form, by=boss, at=at)
    assert canaries.found_in(pages(paper_prints.key_sheet(found, keys, boss, at)))


def test_no_canary_is_in_the_record_of_an_attempt(canaries: Canaries, enrolment: Enrolment) -> None:
    """The evidence of an attempt goes to whoever looks into a complaint, with the questions and without keys."""
    attempt = handed_in(enrolment)
    record = attempt_export.archive(attempt, make_person(roles=(Role.EXAMINER,)), timezone.now())
    with ZipFile(io.BytesIO(record)) as files:
        told = {name: files.read(name) for name in files.namelist()}
    assert {"attempt.json", "attempt.pdf"} <= set(told)
    read = [(name, pages(content) if name.endswith(".pdf") else content) for name, content in told.items()]
    # Which of the options was chosen is told by the options' own ids, of right and wrong ones alike.
    found = {one for name in leaks(read, canaries).values() for one in name} - set(canaries.ids)
    assert found == set()


# --- No signal in orders and ids ------------------------------------------------------------

DRAWS = 3_000
P999 = {1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47, 5: 20.52}
"""The 99.9% points of chi-square, by degrees of freedom."""


def chi_square(counts: Counter[int], places: int) -> float:
    expected = counts.total() / places
    return sum((counts[place] - expected) ** 2 / expected for place in range(places))


def test_where_the_right_one_stands_says_nothing(bank: Course) -> None:
    looked_at = set()
    for version in QuestionVersion.objects.filter(question__state="approved", question__use="exam").select_related(
        "key"
    ):
        kind, key = TYPES[version.type], version.key.key
        order = kind.shuffle(version.content, rng("first"))
        place = {
            "single": lambda order, key=key: order.index(key["correct"][0]),
            "multiple": lambda order, key=key: order.index(key["correct"][0]),
            "truefalse": None,
            "ordering": lambda order, key=key: order.index(key["order"][0]),
            "matching": lambda order, key=key: order["rights"].index(key["pairs"][order["lefts"][0]]),
            "categories": lambda order, key=key: order["categories"].index(key["in"][order["items"][0]]),
        }.get(version.type)
        if place is None:
            continue
        places = {"matching": "rights", "categories": "categories"}.get(version.type)
        length = len(order[places] if places else order)
        counts = Counter(place(kind.shuffle(version.content, rng(f"{n}:{version.pk}"))) for n in range(DRAWS))
        assert chi_square(counts, length) < P999[length - 1], version.type
        looked_at.add(version.type)
    assert looked_at == {"single", "multiple", "ordering", "matching", "categories"}


def test_what_a_taker_sends_for_an_option_is_its_place_and_not_its_id(bank: Course, canaries: Canaries) -> None:
    for version in QuestionVersion.objects.filter(question__state="approved", question__use="exam"):
        kind = TYPES[version.type]
        order = kind.shuffle(version.content, rng("x"))
        shown = kind.show(version.content, order, None, "vi")
        choices = [*shown.choices, *(choice for row in shown.rows for choice in row.choices)]
        assert not canaries.found_in(str(shown).encode()), version.type
        # Of a picture it is the cell.
        assert kind.code == "hotspot" or all(choice.value.isdigit() for choice in choices), version.type
