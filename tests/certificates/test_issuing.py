"""Issuing: once, without gaps, by whatever road and however often the worker dies."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection, connections

from certificates import actions, register, tasks
from certificates.actions import certificate as issuing
from certificates.models import Certificate, CertificateEvent, RegisterBook, RegisterLine
from courses.models import Course
from enrolments import actions as enrolments
from enrolments.models import Enrolment, Requirement
from lms.lib.access import Role
from lms.lib.periods import ZONE
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import Notice
from tests.factories import AT, enrol, make_course, make_person, make_province, make_run


def complete(person_name: str, course: Course, run: Any = None, at: datetime = AT) -> Enrolment:
    """An enrolment with everything met, and no certificate yet."""
    enrolment = enrol(make_person(person_name), run or make_run(course))
    for requirement in Requirement.objects.filter(enrolment=enrolment):
        enrolments.meet(enrolment=enrolment, kind=requirement.kind, key=requirement.key, at=at, by=None)
    return Enrolment.objects.get(pk=enrolment.pk)


@pytest.fixture
def course(db: None) -> Course:
    make_province()
    return make_course()


def test_issued_twice_is_one(course: Course) -> None:
    enrolment = complete("Lê Thị Hoa", course)
    first = actions.issue_completion(enrolment=enrolment, at=AT)
    again = actions.issue_completion(enrolment=enrolment, at=AT + timedelta(days=1))
    assert first == again
    assert Certificate.objects.count() == RegisterLine.objects.count() == 1
    assert Notice.objects.filter(kind="completion_certificate", channel="screen").count() == 1


def test_facts_are_frozen_against_later_changes(course: Course) -> None:
    enrolment = complete("Lê Thị Hoa", course)
    certificate = actions.issue_completion(enrolment=enrolment, at=AT)
    enrolment.person.set_name("Lê Thị Hòa Bình")
    enrolment.person.save()
    Course.objects.update(title_vi="Tên khác", hours=99)
    certificate.refresh_from_db()
    assert certificate.holder == certificate.facts["holder"] == "Lê Thị Hoa"
    assert certificate.facts["title"]["vi"] != "Tên khác"
    assert certificate.facts["hours"] != "99"


def test_incomplete_gets_none(course: Course) -> None:
    enrolment = enrol(make_person("Trần Văn Bảy"), make_run(course))
    with pytest.raises(Refused) as refusal:
        actions.issue_completion(enrolment=enrolment, at=AT)
    assert refusal.value.code == "incomplete"
    assert not Certificate.objects.exists()
    assert not RegisterBook.objects.filter(lines__gt=0).exists()


def test_numbers_follow_the_year_printed(course: Course) -> None:
    before = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE)
    run = make_run(course)
    numbers = []
    for name, at in (("An", before), ("Bình", before), ("Chi", before + timedelta(seconds=1))):
        certificate = actions.issue_completion(enrolment=complete(name, course, run), at=at)
        assert certificate.number.split("-")[1] == str(certificate.issued_on.year)
        numbers.append(certificate.number)
    assert numbers == ["HT-2026-00001", "HT-2026-00002", "HT-2027-00001"]
    assert list(register.faults()) == []


def test_killed_between_number_and_line_leaves_no_gap(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(course)
    enrolment = complete("Lê Thị Hoa", course, run)

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(issuing.register, "write", die)
        with pytest.raises(KeyboardInterrupt):
            actions.issue_completion(enrolment=enrolment, at=AT)
    assert not Certificate.objects.exists()
    assert not Notice.objects.filter(kind="completion_certificate").exists()
    assert actions.issue_completion(enrolment=enrolment, at=AT).number == "HT-2026-00001"
    assert list(register.faults()) == []


def test_task_twice_and_refused(course: Course) -> None:
    enrolment = complete("Lê Thị Hoa", course)
    unfinished = enrol(make_person("Trần Văn Bảy"), make_run(course))
    for _run in range(2):
        tasks.issue_completion(enrolment.pk)
        tasks.issue_completion(unfinished.pk)
    assert Certificate.objects.count() == 1


def test_rendering_twice_and_killed_half_way(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = actions.issue_completion(enrolment=complete("Lê Thị Hoa", course), at=AT)

    def die(*args: Any, **kwargs: Any) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks.rendering, "png", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.render(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.rendered_at is None
    for _run in range(2):
        tasks.render(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.rendered_at is not None
    storage = storages["private"]
    with storage.open(tasks.rendering.pdf_name(certificate)) as file:
        assert file.read(5) == b"%PDF-"
    with storage.open(tasks.rendering.png_name(certificate)) as file:
        assert file.read(4) == b"\x89PNG"


def test_sweep_finds_what_the_broker_forgot(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = complete("Lê Thị Hoa", course, at=AT - timedelta(minutes=5))
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks.issue_completion, "delay", lambda pk: sent.append(("issue", pk)))
    monkeypatch.setattr(tasks.render, "delay", lambda pk: sent.append(("render", pk)))
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    tasks.issue_missing()
    assert sent == [("issue", enrolment.pk)]
    certificate = actions.issue_completion(enrolment=enrolment, at=AT - timedelta(minutes=4))
    sent.clear()
    tasks.issue_missing()
    assert sent == [("render", certificate.pk)]


def test_command_issues_what_is_due_and_is_safe_to_repeat(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(course)
    for name in ("An", "Bình"):
        complete(name, course, run)
    enrol(make_person("Chi"), run)
    for expected in ("2 certificates", "0 certificates"):
        call_command("issue_certificates", "--run", run.code)
        assert expected in capsys.readouterr().out
    with pytest.raises(CommandError) as error:
        call_command("issue_certificates", "--run", "KHONG-CO")
    assert error.value.returncode == 2


def test_revoked_once_with_its_line(course: Course) -> None:
    officer = make_person("Đặng Thu Hà", roles=(Role.OFFICER,))
    certificate = actions.issue_completion(enrolment=complete("Lê Thị Hoa", course), at=AT)
    stale = Certificate.objects.get(pk=certificate.pk)
    for reason, by in (("ngắn", officer), ("Cấp nhầm người trùng tên.", make_person("Không có quyền"))):
        with pytest.raises(Refused):
            actions.revoke(certificate=certificate, reason=reason, by=by, at=AT)
    actions.revoke(certificate=certificate, reason="Cấp nhầm người trùng tên.", by=officer, at=AT)
    with pytest.raises(Conflict):
        actions.revoke(certificate=stale, reason="Cấp nhầm người trùng tên.", by=officer, at=AT)
    with pytest.raises(NotAllowed):
        actions.revoke(certificate=certificate, reason="Cấp nhầm người trùng tên.", by=officer, at=AT)
    assert list(RegisterLine.objects.order_by("sequence").values_list("kind", flat=True)) == ["issued", "revoked"]
    assert list(register.faults()) == []
    with pytest.raises(Refused):
        actions.withdraw(certificate=certificate, reason="Không còn đáp ứng yêu cầu.", by=officer, at=AT)


STATES = list(Certificate.State.values)


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_every_move_in_and_out_of_the_table(course: Course, old: str, new: str) -> None:
    certificate = actions.issue_completion(enrolment=complete("Lê Thị Hoa", course), at=AT)
    Certificate.objects.filter(pk=certificate.pk).update(state=old, ended_on=AT.date())
    certificate.refresh_from_db()
    events = CertificateEvent.objects.count()
    if new in Certificate.MOVES[old]:
        certificate.move(new, by=None, at=AT, ended_on=AT.date())
        assert Certificate.objects.get(pk=certificate.pk).state == new
        assert CertificateEvent.objects.count() == events + 1
    else:
        with pytest.raises(NotAllowed):
            certificate.move(new, by=None, at=AT)
        assert Certificate.objects.get(pk=certificate.pk).state == old
        assert CertificateEvent.objects.count() == events


def tamper(sql: str, params: list[Any]) -> None:
    """Change the register as somebody with the database's own password could: guards away, then the change."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER certificates_registerline_no_update")
            cursor.execute("DROP TRIGGER certificates_registerline_no_delete")
        else:
            # What foreign keys still have to check stands in the way of ALTER TABLE.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE certificates_registerline DISABLE TRIGGER USER")
        cursor.execute(sql, params)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE certificates_registerline SET facts = '{}' WHERE sequence = 2", "altered"),
        ("UPDATE certificates_registerline SET number = 9 WHERE sequence = 2", "altered"),
        ("DELETE FROM certificates_registerline WHERE sequence = 2", "missing"),
        ("DELETE FROM certificates_registerline WHERE sequence = 3", "ends at line 2"),
    ],
)
def test_verify_names_the_first_broken_line(
    course: Course, sql: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(course)
    for name in ("An", "Bình", "Chi"):
        actions.issue_completion(enrolment=complete(name, course, run), at=AT)
    call_command("register", "verify")
    assert "3 lines, all in order" in capsys.readouterr().out
    tamper(sql, [])
    with pytest.raises(CommandError) as error:
        call_command("register", "verify")
    assert error.value.returncode == 1
    assert said in capsys.readouterr().err


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once() -> None:
    """Ten completions, two workers each: ten certificates, numbers 1 to 10, an unbroken chain.

    With `select_for_update` of the book taken away on PostgreSQL two workers read the
    same counter, and the run ends in a violated constraint; with that of the
    enrolment taken away, in a second certificate refused by its constraint.
    """
    make_province()
    course = make_course()
    run = make_run(course)
    due = [complete(f"Người {place}", course, run) for place in range(10)]
    faults: list[BaseException] = []
    gate = threading.Barrier(20)

    def work(enrolment: Enrolment) -> None:
        try:
            gate.wait(timeout=30)
            actions.issue_completion(enrolment=enrolment, at=AT)
        except BaseException as error:  # handed to the test's own thread
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(enrolment,)) for enrolment in due for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [
        f"HT-2026-{place:05d}" for place in range(1, 11)
    ]
    assert list(register.faults()) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_officers_revoke_at_once() -> None:
    """One revokes, the other is told that somebody was faster; one line, one notice."""
    make_province()
    certificate = actions.issue_completion(enrolment=complete("Lê Thị Hoa", make_course()), at=AT)
    officers = [make_person(f"Cán bộ {place}", roles=(Role.OFFICER,)) for place in range(2)]
    told: list[str] = []
    gate = threading.Barrier(2)

    def press(officer: Any) -> None:
        mine = Certificate.objects.get(pk=certificate.pk)
        gate.wait(timeout=30)
        try:
            actions.revoke(certificate=mine, reason="Cấp nhầm người trùng tên.", by=officer, at=AT)
            told.append("done")
        except Conflict:
            told.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["conflict", "done"]
    assert RegisterLine.objects.filter(kind="revoked").count() == 1
    assert Notice.objects.filter(kind="certificate_ended", channel="screen").count() == 1
    assert list(register.faults()) == []
