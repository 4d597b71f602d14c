"""Proposing own people for a class, and adding people who are new."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from certificates import nominating
from enrolments import actions as enrolments
from enrolments.models import CourseRun, InHouseRequest, Prerequisite, SeatRequest
from enrolments.series import Slot
from people.models import Enterprise, Membership, Notice, User
from tests.certificates.conftest import make_completion, signed_in
from tests.factories import enrol, join, make_course, make_enterprise, make_person, make_province, make_run, make_sector

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def ours(db: None) -> Enterprise:
    make_province()
    return make_enterprise("Công ty TNHH Thủy sản Phước Hưng (mẫu)")


@pytest.fixture
def contact(ours: Enterprise) -> User:
    person = make_person("Trương Thị Mai Lan")
    join(person, ours, contact=True)
    return person


@pytest.fixture
def run(db: None) -> CourseRun:
    return make_run(make_course("HACCP"), at=timezone.now(), seats=2, quota=None)


def worker(name: str, enterprise: Enterprise, **facts: Any) -> User:
    person = make_person(name, **facts)
    join(person, enterprise)
    return person


def propose(contact: User, enterprise: Enterprise, run: CourseRun, *people: User) -> Any:
    data = {"run": run.code, "person": [person.pk for person in people]}
    return signed_in(contact).post(f"/vi/enterprise/{enterprise.pk}/nominate/", data)


# --- Proposing ---------------------------------------------------------------------------------


def test_each_gets_an_answer_in_plain_words(ours: Enterprise, contact: User, run: CourseRun) -> None:
    people = [worker(name, ours) for name in ("An", "Bình", "Chi")]
    page = text_of(propose(contact, ours, run, *people))
    states = dict(SeatRequest.objects.values_list("person__full_name", "state"))
    assert states == {"An": "offered", "Bình": "offered", "Chi": "waiting"}
    assert all(name in page for name in states)
    assert "circle-check" in page and 'class="wait"' in page
    assert Notice.objects.filter(kind="nominated", channel="screen").count() == 2


def test_proposed_again_or_by_a_second_contact_it_is_one_request(
    ours: Enterprise, contact: User, run: CourseRun
) -> None:
    person, second = worker("An", ours), make_person("Liên hệ thứ hai")
    join(second, ours, contact=True)
    for who in (contact, second, contact):
        assert propose(who, ours, run, person).status_code == 200
    asked = SeatRequest.objects.get()
    assert asked.nominated_by == contact and asked.enterprise == ours


def test_nobody_elses_people_are_proposed_and_nobody_is_when_one_is_not_ones_own(
    ours: Enterprise, contact: User, run: CourseRun
) -> None:
    mine, other = worker("An", ours), worker("Đông", make_enterprise("Nơi khác (mẫu)"))
    assert propose(contact, ours, run, mine, other).status_code == 404
    assert not SeatRequest.objects.exists()
    page = text_of(
        signed_in(contact).get(f"/vi/enterprise/{ours.pk}/nominate/?person={mine.pk}&person={other.pk}&run={run.code}")
    )
    assert "An" in page and "Đông" not in page
    elsewhere = propose(contact, Enterprise.objects.exclude(pk=ours.pk).get(), run, other)
    assert elsewhere.status_code == 404


def test_a_closed_class_and_an_empty_list_lead_back(ours: Enterprise, contact: User, run: CourseRun) -> None:
    person = worker("An", ours)
    assert propose(contact, ours, run).status_code == 302
    enrolments.move_run(run=run, to="cancelled", by=None, at=timezone.now(), note="Hết kinh phí")
    assert propose(contact, ours, run, person).status_code == 302
    assert not SeatRequest.objects.exists()


def test_what_stands_in_the_way_is_shown_before(ours: Enterprise, contact: User, run: CourseRun) -> None:
    now = timezone.now()
    busy, trained, lacking = (worker(name, ours) for name in ("An", "Bình", "Chi"))
    basics = make_completion(busy, course_code="5S", at=now)
    make_completion(trained, course_code="HACCP2", at=now)
    enrolled = basics.enrolment
    assert enrolled is not None
    Prerequisite.objects.create(run=run, kind="course", key="5S")
    starts = now + timedelta(days=3)
    slot = Slot(starts, starts + timedelta(hours=2))
    enrolments.plan_meetings(run=run, slots=[slot], by=None, at=now)
    private = make_run(make_course("RIENG"), at=now)
    enrolments.plan_meetings(run=private, slots=[slot], by=None, at=now)
    own = enrol(busy, private, at=now)
    found = {one.person: one for one in nominating.candidates(ours, run, [busy.pk, trained.pk, lacking.pk], now)}
    assert private.code in found[busy.pk].clashes[0] and not found[busy.pk].lacking
    assert found[lacking.pk].lacking and not found[lacking.pk].clashes
    # A class that they attend on their own is not named.
    type(own).objects.filter(pk=own.pk).update(enterprise=None)
    [again] = nominating.candidates(ours, run, [busy.pk], now)
    assert again.clashes and private.code not in again.clashes[0]
    page = text_of(signed_in(contact).get(f"/vi/enterprise/{ours.pk}/nominate/?person={lacking.pk}&run={run.code}"))
    assert "5S" in page and 'class="no"' in page
    refused = text_of(propose(contact, ours, run, lacking))
    assert 'class="no"' in refused and not SeatRequest.objects.exists()


def test_last_training_in_the_subject_is_told(ours: Enterprise, run: CourseRun) -> None:
    now, person = timezone.now(), worker("An", ours)
    earlier = make_run(run.course, at=now)
    enrolments.meet(enrolment=enrol(person, earlier, at=now), kind="lessons", at=now - timedelta(days=90), by=None)
    [one] = nominating.candidates(ours, run, [person.pk], now)
    assert one.trained is not None and one.trained.on == timezone.localdate(now - timedelta(days=90))


def test_those_who_should_be_sent_are_chosen_at_once(ours: Enterprise, contact: User, run: CourseRun) -> None:
    has, lacks = worker("Người đã học", ours), worker("Người chưa học", ours)
    earlier = make_run(run.course, at=timezone.now())
    enrolments.meet(enrolment=enrol(has, earlier), kind="lessons", at=timezone.now(), by=None)
    subject = run.course.subject
    enrolments.set_need(enterprise=ours, subject=subject, job="", months=None, by=contact, at=timezone.now())
    response = signed_in(contact).get(
        f"/vi/enterprise/{ours.pk}/nominate/?wanting={subject.code}&subject={subject.code}"
    )
    chosen = {one.person for one in response.context["candidates"]}
    assert chosen == {lacks.pk, contact.pk}
    assert {one.run for one in response.context["choices"]} == {earlier, run}


def test_quota_and_sector_are_counted_for_the_enterprise(ours: Enterprise, contact: User, run: CourseRun) -> None:
    now = timezone.now()
    CourseRun.objects.filter(pk=run.pk).update(quota=1, seats=10)
    propose(contact, ours, run, worker("An", ours))
    [choice] = nominating.choices(ours, now)
    assert (choice.own, choice.own_left, choice.left, choice.possible) == (1, 0, 0, True)  # into the line
    CourseRun.objects.filter(pk=run.pk).update(quota=None, open_to="sectors")
    run.sectors.add(make_sector("may-mac"))
    [choice] = nominating.choices(ours, now)
    assert not choice.fits and not choice.possible


def test_a_class_in_anothers_house_is_not_offered(ours: Enterprise, contact: User, run: CourseRun) -> None:
    other = make_enterprise("Nơi khác (mẫu)")
    asked = InHouseRequest.objects.create(
        enterprise=other, course=run.course, people=5, when="x", place="y", asked_by=contact, asked_at=timezone.now()
    )
    enrolments.plan_in_house(asked=asked, run=run, by=None, at=timezone.now())
    assert nominating.choices(ours, timezone.now()) == []
    assert len(nominating.choices(other, timezone.now())) == 1
    assert propose(contact, ours, run, worker("An", ours)).status_code == 302
    assert not SeatRequest.objects.exists()


def test_the_contact_confirms_for_those_without_e_mail_and_takes_back(
    ours: Enterprise, contact: User, run: CourseRun
) -> None:
    silent, reached = worker("An", ours, email=""), worker("Bình", ours)
    propose(contact, ours, run, silent, reached)
    client, base = signed_in(contact), f"/vi/enterprise/{ours.pk}/classes/"
    asked = {one.person_id: one for one in SeatRequest.objects.all()}
    client.post(f"{base}{asked[silent.pk].pk}/", {"do": "accept"})
    assert silent.enrolments.get().enterprise == ours
    client.post(f"{base}{asked[reached.pk].pk}/", {"do": "accept"})
    assert not reached.enrolments.exists()  # answers for themself
    client.post(f"{base}{asked[reached.pk].pk}/", {"do": "decline"})
    asked[reached.pk].refresh_from_db()
    assert asked[reached.pk].state == "declined"
    stranger, other = make_person("Liên hệ khác"), make_enterprise("Nơi khác (mẫu)")
    join(stranger, other, contact=True)
    address = f"/vi/enterprise/{other.pk}/classes/{asked[silent.pk].pk}/"
    assert signed_in(stranger).post(address, {"do": "decline"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_page_takes_the_same_queries_however_many_are_chosen(
    ours: Enterprise, contact: User, run: CourseRun, number: int, django_assert_max_num_queries: Any
) -> None:
    people = [worker(f"Người {index}", ours) for index in range(number)]
    Prerequisite.objects.create(run=run, kind="course", key="5S")
    make_course("5S")
    client = signed_in(contact)
    client.get("/vi/enterprise/me/")
    chosen = "&".join(f"person={person.pk}" for person in people)
    with django_assert_max_num_queries(20):
        assert client.get(f"/vi/enterprise/{ours.pk}/nominate/?run={run.code}&{chosen}").status_code == 200


# --- Adding ------------------------------------------------------------------------------------


def new(contact: User, enterprise: Enterprise, **facts: str) -> Any:
    data = {"full_name": "Danh Thị Srây", "birth_date": "12/05/1990", "job": "KCS", **facts}
    return signed_in(contact).post(f"/vi/enterprise/{enterprise.pk}/people/add/", data)


def test_without_e_mail_the_slip_is_printed(ours: Enterprise, contact: User) -> None:
    page = new(contact, ours)
    person = User.objects.get(full_name="Danh Thị Srây")
    assert "slip__code" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert person.must_choose_secret and person.login_code
    assert Membership.objects.get(person=person).job == "KCS"
    assert Membership.objects.get(person=person).enterprise == ours


def test_with_e_mail_they_are_invited_and_come_in_by_a_mailed_code(ours: Enterprise, contact: User) -> None:
    assert new(contact, ours, email="Sray@nha-may.example").status_code == 302
    person = User.objects.get(full_name="Danh Thị Srây")
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified) == ("sray@nha-may.example", False)
    assert not person.has_usable_password() and person.must_choose_secret
    mail = Notice.objects.get(person=person, kind="invited", channel="mail")
    assert mail.address == "sray@nha-may.example" and mail.facts["enterprise"] == ours.name


def test_an_address_or_a_person_that_is_there_already_is_refused_with_the_way_out(
    ours: Enterprise, contact: User
) -> None:
    make_person("Ai đó", email="co-roi@nha-may.example")
    taken = new(contact, ours, email="co-roi@nha-may.example")
    assert taken.status_code == 409 and "co-roi@nha-may.example" in taken.content.decode()
    assert new(contact, ours).status_code == 200
    assert new(contact, ours).status_code == 409
    assert User.objects.filter(full_name="Danh Thị Srây").count() == 1


def test_a_birth_date_is_asked_for(ours: Enterprise, contact: User) -> None:
    assert new(contact, ours, birth_date="").status_code == 422
    assert not User.objects.filter(full_name="Danh Thị Srây").exists()
