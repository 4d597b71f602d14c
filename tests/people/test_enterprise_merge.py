"""Two rows of one enterprise made one: nothing is lost, done twice it is done once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import AppliedSystem
from enrolments.models import Enrolment, InHouseRequest, SeatRequest, TrainingNeed
from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people import actions
from people.models import Enterprise, EnterpriseEvent, Membership, SaidApart
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_run

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def merge(source: Enterprise, into: Enterprise, at=AT) -> Enterprise:
    return actions.merge_enterprises(source=source, into=into, by=None, at=at)


@pytest.fixture
def pair(db):
    left = make_enterprise("Công ty TNHH Hải Vĩnh (mẫu)", tax_code="9900010102")
    right = make_enterprise("CTY HAI VINH (mẫu)", address="Số 1 đường Mẫu", size="", size_as_of=None)
    return left, right


def test_people_move_with_their_times_and_nobody_is_in_it_twice_at_once(pair):
    left, right = pair
    both, moved, gone = (make_person(f"Nguyễn Văn {name}") for name in ("An", "Bình", "Chi"))
    twin = join(both, left, since=date(2026, 3, 1))
    doubled = join(both, right, contact=True, since=date(2025, 5, 1))
    Membership.objects.filter(pk=doubled.pk).update(job="KCS")
    join(moved, right, since=date(2025, 1, 1))
    old = join(gone, right, since=date(2024, 1, 1))
    actions.leave_enterprise(membership=old, on=date(2024, 12, 1), by=None, at=AT)
    assert merge(right, left) == left
    assert Membership.objects.count() == 4
    assert not Membership.objects.exclude(enterprise=left).exists()
    twin.refresh_from_db()
    doubled.refresh_from_db()
    assert (twin.ended_on, twin.is_contact, twin.job, twin.since) == (None, True, "KCS", date(2026, 3, 1))
    assert (doubled.ended_on, doubled.since) == (TODAY, date(2025, 5, 1))
    assert both.events.get(new="enterprise_merged").data["ended"] is True
    assert moved.events.get(new="enterprise_merged").data["ended"] is False
    assert Membership.objects.get(person=gone).ended_on == date(2024, 12, 1)
    # The day before the survivor's own row began is still covered by the moved one.
    assert both.enterprise_on(date(2025, 6, 1)) == left


def test_systems_needs_and_requests_move_and_enrolments_stay(pair):
    left, right = pair
    contact, course = make_person("Người Đầu Mối"), make_course()
    run = make_run(course)
    member = make_person("Trần Thị Bình")
    join(member, right)
    enrolment = enrol(member, run)
    subject = course.subject
    AppliedSystem.objects.create(enterprise=right, subject=subject, kind="applied")
    needs = [
        TrainingNeed.objects.create(enterprise=firm, job="QC", job_key="qc", subject=subject, months=months)
        for firm, months in ((left, 24), (right, 12))
    ]
    own = TrainingNeed.objects.create(enterprise=right, job="", job_key="", subject=subject)
    asked = SeatRequest.objects.create(
        person=make_person("Lê Văn Chi"), run=run, state="waiting", since=AT, enterprise=right, nominated_by=contact
    )
    house = InHouseRequest.objects.create(
        enterprise=right, course=course, people=12, when="tháng 12", place="xưởng", asked_by=contact, asked_at=AT
    )
    merge(right, left)
    for row in (AppliedSystem.objects.get(), own, asked, house):
        row.refresh_from_db()
        assert row.enterprise == left
    assert TrainingNeed.objects.count() == 3
    assert list(TrainingNeed.objects.filter(enterprise=left, job="QC")) == [needs[0]]
    enrolment.refresh_from_db()
    assert enrolment.enterprise == right
    moved = EnterpriseEvent.objects.get(subject=right, new="merged").data["moved"]
    assert moved == {
        "memberships": 1, "joined": 0, "files": 0, "systems": 1, "needs": 1, "seat_requests": 1, "in_house_requests": 1,
    }  # fmt: skip


def test_the_survivor_takes_over_what_it_lacks(pair):
    left, right = pair
    merge(left, right)
    left.refresh_from_db()
    right.refresh_from_db()
    assert (right.tax_code, right.address, right.size) == ("9900010102", "Số 1 đường Mẫu", "small")
    assert (left.tax_code, left.merged_into) == (None, right)
    line = EnterpriseEvent.objects.get(subject=right, new="absorbed").data
    assert (line["tax_code"], line["name"]) == ("9900010102", "Công ty TNHH Hải Vĩnh (mẫu)")
    assert {"tax_code", "size"} <= set(line["filled"])


def test_own_facts_are_not_overwritten(pair):
    left, right = pair
    Enterprise.objects.filter(pk=right.pk).update(tax_code="9900020206", products="Chả cá")
    Enterprise.objects.filter(pk=left.pk).update(products="Tôm")
    merge(right, left)
    left.refresh_from_db()
    assert (left.tax_code, left.products) == ("9900010102", "Tôm")
    assert Enterprise.objects.get(pk=right.pk).tax_code == "9900020206"


def test_merging_twice_changes_nothing(pair):
    left, right = pair
    join(make_person(), right)
    merge(right, left)
    before = (
        list(EnterpriseEvent.objects.values()),
        list(Membership.objects.values()),
        list(Enterprise.objects.values()),
    )
    assert merge(right, left, at=AT + timedelta(days=3)) == left
    assert (
        list(EnterpriseEvent.objects.values()),
        list(Membership.objects.values()),
        list(Enterprise.objects.values()),
    ) == before


def test_merges_in_a_chain_lead_to_the_last(pair):
    left, right = pair
    third = make_enterprise("Hải Vĩnh mới (mẫu)")
    member = make_person()
    join(member, right)
    merge(right, left)
    merge(left, third)
    assert {one.merged_into_id for one in Enterprise.objects.exclude(pk=third.pk)} == {third.pk}
    assert Membership.objects.get().enterprise == third
    assert merge(right, left) == third
    assert merge(right, third) == third


def test_what_cannot_be_merged(pair):
    left, right = pair
    third = make_enterprise("Nơi khác (mẫu)")
    with pytest.raises(Refused) as refused:
        merge(left, left)
    assert refused.value.code == "same"
    merge(right, left)
    with pytest.raises(Refused):
        merge(left, right)
    with pytest.raises(Conflict):
        merge(right, third)
    right.refresh_from_db()
    right.name = "Tên mới"
    with pytest.raises(Conflict):
        actions.save_enterprise(enterprise=right, by=None, at=AT)


def test_who_joins_the_merged_one_joins_the_survivor(pair):
    left, right = pair
    merge(right, left)
    joined = actions.join_enterprise(person=make_person(), enterprise=right, since=TODAY, by=None, at=AT)
    assert joined.enterprise == left


def test_a_merge_half_done_is_not_done(pair, monkeypatch):
    left, right = pair
    join(make_person(), right)
    monkeypatch.setattr("people.enterprise_data.move", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(right, left)
    monkeypatch.undo()
    right.refresh_from_db()
    assert right.merged_into is None
    assert Membership.objects.get().enterprise == right
    merge(right, left)
    assert Membership.objects.get().enterprise == left


def test_the_survivors_contact_sees_what_was_done_under_the_old_name(pair):
    left, right = pair
    contact, member = make_person("Người Đầu Mối"), make_person("Trần Thị Bình")
    join(contact, left, contact=True)
    join(member, right)
    enrolment = enrol(member, make_run(make_course()))
    assert not Enrolment.objects.visible_to(contact).exists()
    merge(right, left)
    assert list(Enrolment.objects.visible_to(contact)) == [enrolment]
    assert list(Enterprise.objects.offered_to(contact)) == [left]


def test_places_of_an_enterprise_count_together_after_the_merge(pair):
    left, right = pair
    run = make_run(make_course(), seats=10, quota=2)
    for number, firm in enumerate((left, right)):
        member = make_person(f"Người {number}")
        join(member, firm)
        enrol(member, run)
    merge(right, left)
    third = make_person("Người Ba")
    join(third, left)
    with pytest.raises(Refused):
        enrol(third, run)


# --- Screens ----------------------------------------------------------------------------------------------


@pytest.fixture
def programme(db) -> Client:
    made = Client()
    made.force_login(make_person("Cán Bộ", roles=(Role.PROGRAMME,)))
    return made


def test_duplicates_are_proposed_compared_and_merged(programme, pair):
    left, right = pair
    branch = make_enterprise("Kho lạnh số 2 (mẫu)", tax_code="9900010102-001")
    page = programme.get(reverse("people_admin:enterprise_duplicates"))
    assert [(row.first, row.second) for row in page.context["rows"]] == [(left, right), (left, branch)]
    url = reverse("people_admin:enterprise_compare", args=[right.pk, left.pk])
    shown = programme.get(url)
    assert (shown.context["left"], shown.context["right"]) == (left, right)
    assert [line["label"] for line in shown.context["lines"] if line["differs"]] != []
    merging = reverse("people_admin:enterprise_merge", args=[left.pk, right.pk])
    assert programme.post(merging, {"into": left.pk}).status_code == 422
    assert Enterprise.objects.standing().count() == 3
    for _twice in range(2):
        answer = programme.post(merging, {"into": left.pk, "sure": "on"})
        assert answer["Location"] == reverse("people_admin:enterprise", args=[left.pk])
    assert Enterprise.objects.standing().count() == 2
    led = programme.get(reverse("people_admin:enterprise", args=[right.pk]))
    assert led["Location"] == reverse("people_admin:enterprise", args=[left.pk])
    assert right.name in programme.get(led["Location"]).content.decode()
    names = [row.name for row in programme.get(reverse("people_admin:enterprises")).context["rows"]]
    assert right.name not in names
    assert programme.get(url).status_code == 302


def test_two_that_were_told_apart_are_not_proposed_again(programme, pair):
    left, right = pair
    for _twice in range(2):
        programme.post(reverse("people_admin:enterprise_apart", args=[right.pk, left.pk]))
    assert SaidApart.objects.count() == 1
    assert programme.get(reverse("people_admin:enterprise_duplicates")).context["rows"] == []


def test_proposals_ask_as_often_for_many_as_for_one(programme, pair, django_assert_max_num_queries):
    url = reverse("people_admin:enterprise_duplicates")
    with django_assert_max_num_queries(60) as one:
        programme.get(url)
    for number in range(4):
        make_enterprise(f"HTX Số {number} (mẫu)")
        make_enterprise(f"Hợp tác xã Số {number} (mẫu)")
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(programme.get(url).context["rows"]) == 5


def test_a_contact_opens_no_page_of_the_back_office(pair):
    contact = Client()
    person = make_person("Người Đầu Mối")
    join(person, pair[0], contact=True)
    contact.force_login(person)
    for name, arguments in (
        ("enterprises", []),
        ("enterprise", [pair[0].pk]),
        ("enterprise_duplicates", []),
        ("enterprise_export", []),
    ):
        assert contact.get(reverse(f"people_admin:{name}", args=arguments)).status_code == 403


def test_the_size_of_a_frozen_row_outlives_merge_and_new_figures(pair):
    left, right = pair
    member = make_person()
    Enterprise.objects.filter(pk=right.pk).update(size="micro", size_as_of=TODAY)
    join(member, right)
    enrolment = enrol(member, make_run(make_course()))
    merge(right, left)
    left.refresh_from_db()
    left.staff, left.revenue_bn = 300, Decimal(900)
    actions.save_enterprise(enterprise=left, by=None, at=AT)
    enrolment.refresh_from_db()
    assert (left.size, enrolment.size, enrolment.enterprise) == ("large", "micro", right)
