"""What is arranged for one person, and the exam's rules: actions and staff's screens."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import Notice, User
from quizzes import actions
from quizzes.actions.arranging import Arranged, accommodate, give_sitting, take_back
from quizzes.actions.exams import set_password, set_rules
from quizzes.models import Attempt, Exam, ExamEvent, Sitting, SittingEvent, Ticket
from tests.factories import AT, PASSWORD, enrol, make_person, make_run

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def examiner(db: None) -> User:
    return make_person("Người sát hạch", roles=(Role.EXAMINER,))


def arrange(sitting: Sitting, by: User, reason: str = "Giấy của bệnh viện", **facts: Any) -> Sitting:
    return accommodate(sitting=sitting, arranged=Arranged(**facts), reason=reason, by=by, at=AT)


def code(refused: Any) -> str:
    found: str = refused.value.code
    return found


# --- Accommodations ------------------------------------------------------------------------


def test_what_is_arranged_holds_is_told_and_stays_in_history(sitting: Sitting, examiner: User) -> None:
    arrange(sitting, examiner, extra_minutes=15, extra_attempts=1, accommodations=["reader", "large_print", "nonsense"])
    held = Sitting.objects.get()
    assert (held.extra_minutes, held.extra_attempts) == (15, 1)
    assert held.accommodations == ["large_print", "reader"]
    attempt = actions.start(sitting=held, by=held.person, at=AT, language="vi")
    assert attempt.deadline == AT + timedelta(minutes=75)
    assert attempt.rules["allowed"] == 4
    arrange(held, examiner, "Theo đề nghị mới", extra_minutes=30)
    first, second = SittingEvent.objects.order_by("pk")
    assert (first.by, first.note) == (examiner, "Giấy của bệnh viện")
    assert first.data["after"]["extra_minutes"] == 15
    assert second.data["before"]["accommodations"] == ["large_print", "reader"]
    # The attempt that is running keeps its deadline.
    assert Attempt.objects.get().deadline == attempt.deadline
    notices = Notice.objects.filter(person=sitting.person, kind="sitting_accommodated", channel="screen")
    assert len(notices) == 1
    assert "bệnh viện" not in str(notices[0].facts)


def test_the_same_again_is_no_event(sitting: Sitting, examiner: User) -> None:
    for _again in range(2):
        arrange(sitting, examiner, extra_minutes=15)
    assert SittingEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"reason": " ", "extra_minutes": 5}, "reason"),
        ({"extra_minutes": 601}, "bounds"),
        ({"extra_attempts": 21}, "bounds"),
        ({"opens_at": AT, "closes_at": AT}, "window"),
        ({"opens_at": AT + 3 * HOUR}, "window"),
        ({"closes_at": AT - HOUR}, "window"),
    ],
)
def test_what_cannot_be_arranged(sitting: Sitting, examiner: User, facts: dict[str, Any], expected: str) -> None:
    Exam.objects.update(opens_at=AT, closes_at=AT + 2 * HOUR)
    with pytest.raises(Refused) as refused:
        arrange(sitting, examiner, **facts)
    assert code(refused) == expected
    assert not SittingEvent.objects.exists()


def test_nobody_arranges_their_own(sitting: Sitting) -> None:
    with pytest.raises(NotAllowed):
        arrange(sitting, sitting.person, extra_minutes=5)


# --- Sittings without a class ------------------------------------------------------------------


def give(exam: Exam, by: User, person: User | None = None, **facts: Any) -> Sitting:
    plain = {"person": person or make_person(), "exam": exam, "reason": "Ứng viên tự do", "by": by, "at": AT}
    return give_sitting(**{**plain, **facts})


def test_a_person_without_a_class_sits_once_it_is_given(exam: Exam, examiner: User) -> None:
    sitting = give(exam, examiner, opens_at=AT, closes_at=AT + HOUR)
    assert sitting.enrolment is None
    assert Notice.objects.filter(person=sitting.person, kind="sitting_given", channel="screen").exists()
    assert SittingEvent.objects.get().note == "Ứng viên tự do"
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert attempt.deadline == AT + HOUR
    with pytest.raises(Refused) as twice:
        give(exam, examiner, sitting.person)
    assert code(twice) == "twice"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({"reason": ""}, "reason"), ({"opens_at": AT, "closes_at": AT}, "window")],
)
def test_what_cannot_be_given(exam: Exam, examiner: User, facts: dict[str, Any], expected: str) -> None:
    with pytest.raises(Refused) as refused:
        give(exam, examiner, **facts)
    assert code(refused) == expected
    assert not Sitting.objects.exists()


def test_nothing_is_given_to_oneself_to_closed_accounts_or_of_old_exams(exam: Exam, examiner: User) -> None:
    with pytest.raises(NotAllowed):
        give(exam, examiner, examiner)
    with pytest.raises(Refused) as closed:
        give(exam, examiner, make_person(is_active=False))
    assert code(closed) == "closed_account"
    exam.retired = True
    with pytest.raises(Refused) as retired:
        give(exam, examiner)
    assert code(retired) == "retired"
    assert not Sitting.objects.exists()


def test_what_was_not_used_is_taken_back(client: Client, exam: Exam, examiner: User) -> None:
    sitting = give(exam, examiner)
    Ticket.objects.create(sitting=sitting, hash="x", issued_at=AT)
    take_back(sitting=sitting, reason="Nhầm người", by=examiner, at=AT)
    assert Ticket.objects.get().ended_at == AT
    with pytest.raises(Sitting.DoesNotExist):
        actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    client.force_login(sitting.person)
    assert client.get(reverse("quizzes:before", args=[sitting.pk])).status_code == 404
    with pytest.raises(Refused) as again:
        take_back(sitting=sitting, reason="Nhầm người", by=examiner, at=AT)
    assert code(again) == "taken_back"
    assert give(exam, examiner, sitting.person).pk != sitting.pk


def test_what_was_used_or_is_a_classes_stays(exam: Exam, sitting: Sitting, examiner: User) -> None:
    used = give(exam, examiner)
    actions.start(sitting=used, by=used.person, at=AT, language="vi")
    for one, expected in ((used, "used"), (sitting, "class")):
        with pytest.raises(Refused) as refused:
            take_back(sitting=one, reason="x", by=examiner, at=AT)
        assert code(refused) == expected
    assert not Sitting.objects.exclude(ended_at=None).exists()


# --- Rules of the exam ---------------------------------------------------------------------------


def test_rules_are_set_with_history(exam: Exam, examiner: User) -> None:
    set_rules(exam=exam, by=examiner, at=AT, minutes=90, closes_at=AT, window_end="full", networks=["10.0.0.0/8"])
    set_rules(exam=exam, by=examiner, at=AT, minutes=90)
    held = Exam.objects.get()
    assert (held.minutes, held.closes_at, held.networks) == (90, AT, ["10.0.0.0/8"])
    event = ExamEvent.objects.get()
    assert event.by == examiner
    assert event.data["minutes"] == [60, 90]
    with pytest.raises(ValueError, match="pass_percent"):
        set_rules(exam=exam, by=examiner, at=AT, pass_percent=1)


@pytest.mark.parametrize(
    ("facts", "certifies", "expected"),
    [
        ({"opens_at": AT, "closes_at": AT}, False, "closes_at"),
        ({"shows_score": "closed"}, False, "closes_at"),
        ({"shows_answers": "at_once"}, True, "shows_answers"),
        ({"shows_feedback": "at_once"}, True, "shows_answers"),
    ],
)
def test_rules_do_not_contradict_one_another(
    exam: Exam, examiner: User, facts: dict[str, Any], certifies: bool, expected: str
) -> None:
    Exam.objects.update(certifies=certifies)
    with pytest.raises(Refused) as refused:
        set_rules(exam=exam, by=examiner, at=AT, **facts)
    assert code(refused) == expected
    assert not ExamEvent.objects.exists()


def test_exams_do_not_wait_for_one_another(exam: Exam, examiner: User) -> None:
    other = Exam.objects.create(code="O", bank=exam.bank, minutes=1, pass_percent=50, after_exam=exam)
    for before in (other, exam):
        with pytest.raises(Refused) as refused:
            set_rules(exam=exam, by=examiner, at=AT, after_exam=before)
        assert code(refused) == "after_exam"


def test_an_instructor_does_not_touch_what_certifies(exam: Exam) -> None:
    instructor = make_person(roles=(Role.INSTRUCTOR,))
    set_rules(exam=exam, by=instructor, at=AT, minutes=61)
    Exam.objects.update(certifies=True)
    with pytest.raises(NotAllowed):
        set_rules(exam=exam, by=instructor, at=AT, minutes=62)
    with pytest.raises(NotAllowed):
        set_password(exam=exam, password="phòng-204", by=instructor, at=AT)


def test_the_password_is_short_for_nobody_and_can_go(exam: Exam, examiner: User) -> None:
    with pytest.raises(Refused) as short:
        set_password(exam=exam, password="12345", by=examiner, at=AT)
    assert code(short) == "short_password"
    set_password(exam=exam, password="123456", by=examiner, at=AT)
    set_password(exam=exam, password="", by=examiner, at=AT)
    set_password(exam=exam, password="", by=examiner, at=AT)
    assert Exam.objects.get().password == ""
    assert [event.new for event in exam.events.all()] == ["password_set", "password_cleared"]
    assert "123456" not in str([event.data for event in exam.events.all()])


# --- Screens ---------------------------------------------------------------------------------


@pytest.fixture
def staff(client: Client, examiner: User) -> Client:
    client.force_login(examiner)
    return client


def rules(exam: Exam, **fields: Any) -> dict[str, Any]:
    plain = {
        "title_vi": exam.title_vi, "title_en": exam.title_en, "disagree_percent": 10,
        "window_end": "cut", "minutes": 60, "attempts": 3, "wait_hours": 24, "shows_score": "at_once",
        "shows_answers": "never", "shows_feedback": "never", "appeal_days": 7,
    }  # fmt: skip
    return {**plain, **fields}


def test_the_settings_screen(staff: Client, exam: Exam) -> None:
    assert exam.title_vi in staff.get(reverse("quizzes_admin:exams")).content.decode()
    address = reverse("quizzes_admin:exam", args=[exam.pk])
    assert staff.get(address).status_code == 200
    sent = rules(
        exam, opens_at="01/12/2026 08:00", closes_at="01/12/2026 17:00", networks="192.168.10.7/24\n10.0.0.1",
        after=["lessons"], shows_answers="released", needs_ticket="on",
    )  # fmt: skip
    assert staff.post(address, sent).status_code == 302
    held = Exam.objects.get()
    assert timezone.localtime(held.closes_at).strftime("%d/%m %H:%M") == "01/12 17:00"
    assert (held.networks, held.after, held.needs_ticket) == (["192.168.10.0/24", "10.0.0.1/32"], ["lessons"], True)
    page = staff.get(address).content.decode()
    assert "192.168.10.0/24" in page
    for wrong in ({"networks": "room"}, {"minutes": 0}, {"shows_score": "closed"}, {"after": ["exam"]}):
        refused = staff.post(address, rules(exam, **wrong))
        assert refused.status_code == 422, wrong
    assert Exam.objects.get().needs_ticket
    assert staff.post(reverse("quizzes_admin:exam_password", args=[exam.pk]), {"password": "123"}).status_code == 422
    staff.post(reverse("quizzes_admin:exam_password", args=[exam.pk]), {"password": "phòng-204"})
    stored = Exam.objects.get().password
    page = staff.get(address).content.decode()
    assert stored
    assert stored not in page
    assert "phòng-204" not in page
    assert staff.post(reverse("quizzes_admin:exam_release", args=[exam.pk])).status_code == 302
    assert Exam.objects.get().released_at is None


def test_the_screen_of_one_sitting(staff: Client, exam: Exam, sitting: Sitting) -> None:
    listed = staff.get(reverse("quizzes_admin:sittings", args=[exam.pk]), {"q": "nguyen"})
    assert sitting.person.full_name in listed.content.decode()
    address = reverse("quizzes_admin:sitting", args=[sitting.pk])
    assert staff.get(address).status_code == 200
    assert staff.post(address, {"extra_minutes": 5, "extra_attempts": 0}).status_code == 422
    sent = {"extra_minutes": 5, "extra_attempts": 0, "accommodations": ["scribe"], "reason": "Giấy bệnh viện"}
    assert staff.post(address, sent).status_code == 302
    assert Sitting.objects.get().extra_minutes == 5
    assert "Giấy bệnh viện" in staff.get(address).content.decode()


def test_instructors_see_their_own_classes_only(client: Client, exam: Exam, sitting: Sitting) -> None:
    instructor = make_person(roles=(Role.INSTRUCTOR,))
    client.force_login(instructor)
    listed, one = reverse("quizzes_admin:sittings", args=[exam.pk]), reverse("quizzes_admin:sitting", args=[sitting.pk])
    assert client.get(listed).status_code == 404
    exam.course.instructors.add(instructor)
    assert sitting.person.full_name not in client.get(listed).content.decode()
    assert client.get(one).status_code == 404
    run = make_run(exam.course, instructors=(instructor,))
    other = enrol(make_person("Lê Thị Bình"), run)
    mine = actions.open_sitting(person=other.person, exam=exam, enrolment=other, by=None, at=AT)
    assert "Lê Thị Bình" in client.get(listed).content.decode()
    assert client.get(reverse("quizzes_admin:sitting", args=[mine.pk])).status_code == 200


def test_a_sitting_is_given_on_the_screen_and_taken_back(client: Client, exam: Exam) -> None:
    officer = make_person(roles=(Role.OFFICER,))
    client.force_login(officer)
    person = make_person("Trần Văn Cường")
    address = reverse("quizzes_admin:sitting_give", args=[exam.pk])
    assert "Trần Văn Cường" in client.get(address, {"q": "tran van cuong"}).content.decode()
    assert client.post(address, {"reason": "Tự do"}).status_code == 422
    assert client.post(address, {"person": str(officer.pk), "reason": "Tự do"}).status_code == 422
    given = client.post(address, {"person": str(person.pk), "reason": "Tự do"})
    sitting = Sitting.objects.get()
    assert given["Location"] == reverse("quizzes_admin:sitting", args=[sitting.pk])
    back = reverse("quizzes_admin:sitting_take_back", args=[sitting.pk])
    assert client.post(back).status_code == 422
    assert client.post(back, {"reason": "Nhầm"}).status_code == 302
    assert Sitting.objects.get().ended_at is not None
    assert client.get(given["Location"]).status_code == 200


def test_lists_cost_the_same_for_one_and_three(staff: Client, exam: Exam, sitting: Sitting) -> None:
    address = reverse("quizzes_admin:sittings", args=[exam.pk])
    staff.get(address)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            staff.get(address)
        counts.append(len(queries))
        for _more in range(2):
            Sitting.objects.create(person=make_person(password=PASSWORD), exam=exam)
    assert counts[0] == counts[1]
