"""Training needs, and classes that enterprises ask for: their verbs and the office's screens."""

import pytest
from django.test import Client

from enrolments import actions
from enrolments.models import CourseRun, InHouseRequest, TrainingNeed
from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import EnterpriseEvent, Notice
from tests.factories import AT, join, make_course, make_enterprise, make_person, make_run, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def enterprise():
    return make_enterprise()


@pytest.fixture
def contact(enterprise):
    person = make_person("Trương Thị Mai Lan")
    join(person, enterprise, contact=True)
    return person


@pytest.fixture
def asked(enterprise, contact):
    return actions.ask_in_house(
        enterprise=enterprise,
        course=make_course("HACCP"),
        people=25,
        when="tối tháng 3",
        place="Nhà máy",
        by=contact,
        at=AT,
    )


def office() -> Client:
    client = Client()
    client.force_login(make_person("Cán bộ", roles=(Role.PROGRAMME,)))
    return client


def test_a_rule_set_again_for_the_job_however_typed_is_one_rule_changed(enterprise, contact) -> None:
    subject = make_subject()
    facts = {"enterprise": enterprise, "subject": subject, "by": contact, "at": AT}
    first = actions.set_need(job="Tổ trưởng  Chế biến", months=12, **facts)
    again = actions.set_need(job="to truong che bien", months=24, **facts)
    actions.set_need(job="TỔ TRƯỞNG CHẾ BIẾN", months=24, **facts)
    assert first.pk == again.pk
    assert list(TrainingNeed.objects.values_list("job", "months")) == [("Tổ trưởng Chế biến", 24)]
    assert EnterpriseEvent.objects.filter(new="need_set").count() == 2  # the third said nothing new


def test_a_rule_dropped_twice_is_gone_once(enterprise, contact) -> None:
    need = actions.set_need(enterprise=enterprise, subject=make_subject(), job="", months=None, by=contact, at=AT)
    stale = TrainingNeed.objects.get(pk=need.pk)
    actions.drop_need(need=need, by=contact, at=AT)
    actions.drop_need(need=stale, by=contact, at=AT)
    assert not TrainingNeed.objects.exists()
    assert EnterpriseEvent.objects.filter(new="need_dropped").count() == 1


def test_a_course_is_asked_for_once_until_it_is_answered(asked, contact) -> None:
    facts = {"enterprise": asked.enterprise, "course": asked.course, "people": 5, "when": "x", "place": "y"}
    with pytest.raises(Refused) as refusal:
        actions.ask_in_house(by=contact, at=AT, **facts)
    assert refusal.value.code == "twice"
    actions.take_back_in_house(asked=asked, by=contact, at=AT)
    actions.ask_in_house(by=contact, at=AT, **facts)
    assert InHouseRequest.objects.count() == 2


def test_answered_with_a_class_the_contacts_are_told_once(asked, contact) -> None:
    other = make_person("Người liên hệ thứ hai")
    join(other, asked.enterprise, contact=True)
    join(make_person("Công nhân"), asked.enterprise)
    run = make_run(asked.course)
    actions.plan_in_house(asked=asked, run=run, by=None, at=AT, answer="Học tại nhà máy.")
    told = Notice.objects.filter(kind="in_house_answered", channel="screen")
    assert sorted(told.values_list("person", flat=True)) == sorted([contact.pk, other.pk])
    notice = told.first()
    assert run.code in notice.facts["answer"]["vi"] and "Học tại nhà máy." in notice.facts["answer"]["vi"]
    assert notice.facts["url"] == f"/vi/enterprise/{asked.enterprise_id}/requests/"
    stale = InHouseRequest.objects.get(pk=asked.pk)
    with pytest.raises(NotAllowed):
        actions.decline_in_house(asked=stale, answer="Không", by=None, at=AT)
    assert told.count() == 2


def test_a_class_of_another_course_or_a_cancelled_one_is_no_answer(asked) -> None:
    with pytest.raises(Refused) as refusal:
        actions.plan_in_house(asked=asked, run=make_run(make_course("5S")), by=None, at=AT)
    assert refusal.value.code == "course"
    run = make_run(asked.course)
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="hết kinh phí")
    with pytest.raises(Refused):
        actions.plan_in_house(asked=asked, run=run, by=None, at=AT)
    assert InHouseRequest.objects.get().state == InHouseRequest.State.ASKED


def test_nobody_proposes_for_a_class_in_anothers_house(asked, contact) -> None:
    run = make_run(asked.course, seats=5)
    actions.plan_in_house(asked=asked, run=run, by=None, at=AT)
    other = make_enterprise("Nơi khác (mẫu)")
    inside, outside = make_person("An"), make_person("Bình")
    join(inside, asked.enterprise)
    join(outside, other)
    with pytest.raises(Refused) as refusal:
        actions.nominate(run=run, person=outside, enterprise=other, by=None, at=AT)
    assert refusal.value.code == "house"
    assert asked.enterprise.name not in str(refusal.value)
    assert actions.nominate(run=run, person=inside, enterprise=asked.enterprise, by=contact, at=AT).state == "offered"
    # Two enterprises that share a class are both at home in it.
    second = InHouseRequest.objects.create(
        enterprise=other, course=run.course, people=3, when="x", place="y", asked_by=contact, asked_at=AT
    )
    actions.plan_in_house(asked=second, run=run, by=None, at=AT)
    assert actions.nominate(run=run, person=outside, enterprise=other, by=None, at=AT).state == "offered"
    assert set(InHouseRequest.objects.visible_to(contact)) == {asked}


def test_declined_without_a_reason_is_refused(asked) -> None:
    with pytest.raises(Refused) as refusal:
        actions.decline_in_house(asked=asked, answer="  ", by=None, at=AT)
    assert refusal.value.code == "reason"
    assert not Notice.objects.filter(kind="in_house_answered").exists()


# --- The office's screens ----------------------------------------------------------------------


def test_the_office_declines_with_a_reason(asked) -> None:
    client = office()
    assert str(asked.enterprise) in client.get("/admin/classes/in-house/").content.decode()
    address = f"/admin/classes/in-house/{asked.pk}/decline/"
    assert client.post(address, {"answer": ""}).status_code == 422
    assert client.post(address, {"answer": "Chưa có giảng viên"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("declined", "Chưa có giảng viên")
    assert client.post(address, {"answer": "Lần nữa"}).status_code == 409


def test_the_office_answers_with_a_class_that_exists(asked) -> None:
    client, run = office(), make_run(asked.course)
    other = make_run(make_course("5S"))
    address = f"/admin/classes/in-house/{asked.pk}/link/"
    assert client.post(address, {"run": other.pk, "answer": ""}).status_code == 422
    assert client.post(address, {"run": run.pk, "answer": ""}).status_code == 302
    asked.refresh_from_db()
    assert asked.run == run and asked.state == "planned"


def test_a_new_class_is_prefilled_and_answers_the_request(asked) -> None:
    client = office()
    address = f"/admin/classes/in-house/{asked.pk}/new/"
    form = client.get(address).context["form"]
    assert form.initial["seats"] == 25 and form.initial["place"] == "Nhà máy" and form.initial["open_to"] == "nominated"
    data = {name: form[name].value() or "" for name in form.fields if name not in ("instructors", "sectors")}
    data |= {"course": asked.course_id, "starts_on": "01/03/2027", "ends_on": "05/03/2027", "language": "vi"}
    response = client.post(address, {name: value for name, value in data.items() if value != ""})
    assert response.status_code == 302, response.context["form"].errors
    asked.refresh_from_db()
    assert asked.state == "planned" and asked.run is not None
    assert asked.run.state == CourseRun.State.DRAFT and asked.run.seats == 25
    # Opened again from a tab that was left open: no second class.
    assert client.get(address).status_code == 302
    assert CourseRun.objects.count() == 1


def test_an_instructor_does_not_answer_for_the_office(asked) -> None:
    client = Client()
    client.force_login(make_person("Giảng viên", roles=(Role.INSTRUCTOR,)))
    assert client.get(f"/admin/classes/in-house/{asked.pk}/").status_code == 403
