"""Asking for erasure, the office's answer, and what stays of a person."""

from datetime import date, timedelta
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people import actions, personal_data, tasks
from people.deadlines import after_working_days
from people.models import Consent, DataRequest, ImportRow, Notice, PeopleImport, PersonEvent, User
from tests.factories import AT, join, make_commune, make_enterprise, make_person

pytestmark = pytest.mark.django_db
DATA = "/vi/account/data/"
ERASE = "/vi/account/data/erasure/"


@pytest.fixture
def admin():
    return make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def person():
    person = make_person(
        "Trần Thị Bé",
        email="be@nscl.example",
        phone="+84912000214",
        login_phone="+84912000214",
        login_code="K7M4PQ29",
        birth_date=date(1992, 9, 4),
        sex="female",
        job="Tổ trưởng",
        education="Cao đẳng",
        commune=make_commune(),
    )
    actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=AT)
    actions.set_identity(person=person, number="093192004218", by=person, at=AT)
    actions.update_profile(person=person, full_name="Trần Thị Bé Em", by=person, at=AT)
    join(person, make_enterprise())
    return User.objects.get(pk=person.pk)


def ask(person, at=AT):
    return actions.ask_erasure(person=person, reason="Tôi không học nữa", by=person, at=at)


class TestAsking:
    def test_the_days_are_settings(self, person, settings):
        settings.DATA_ANSWER_WORKING_DAYS, settings.DATA_ERASURE_DAYS = 3, 30
        request = ask(person)
        assert request.answer_due_on == after_working_days(AT.date(), 3)
        assert request.due_on == AT.date() + timedelta(days=30)

    def test_two_working_days_and_twenty_by_default(self):
        assert (django_settings.DATA_ANSWER_WORKING_DAYS, django_settings.DATA_ERASURE_DAYS) == (2, 20)

    def test_asked_twice_it_is_one_request(self, client, person):
        client.force_login(person)
        assert client.post(ERASE, {}).status_code == 422
        for _time in range(2):
            client.post(ERASE, {"sure": "on", "reason": "Không học nữa"})
        request = DataRequest.objects.get()
        assert request.state == DataRequest.State.ASKED
        assert f"{request.due_on:%d/%m/%Y}" in client.get(DATA).content.decode()

    def test_it_is_taken_back_by_whoever_asked(self, client, person):
        request = ask(person)
        client.force_login(make_person())
        assert client.post(reverse("people:take_back", args=[request.pk])).status_code == 404
        client.force_login(person)
        client.post(reverse("people:take_back", args=[request.pk]))
        client.post(reverse("people:take_back", args=[request.pk]))
        request.refresh_from_db()
        assert request.state == DataRequest.State.TAKEN_BACK
        assert ask(person).pk != request.pk


class TestOffice:
    def test_open_requests_the_most_urgent_first_with_what_is_overdue(self, client, person):
        other = make_person("Người Khác")
        late = ask(other, timezone.now() - timedelta(days=30))
        ask(person, timezone.now())
        client.force_login(make_person(roles=(Role.PROGRAMME,)))
        page = client.get(reverse("people_admin:data_requests"))
        assert [row.person for row in page.context["page"]] == [other, person]
        assert page.content.decode().count("overdue") + page.content.decode().count("quá hạn") == 2
        assert client.get(reverse("people_admin:data_request", args=[late.pk])).status_code == 200

    def test_an_answer_is_told_and_leaves_the_request_open(self, client, person):
        request = ask(person)
        officer = make_person(roles=(Role.PROGRAMME,))
        client.force_login(officer)
        url = reverse("people_admin:data_answer", args=[request.pk])
        client.post(url, {"answer-text": "ngắn"})
        assert DataRequest.objects.get().answered_at is None
        client.post(url, {"answer-text": "Chúng tôi xóa trước ngày 10/12."})
        request.refresh_from_db()
        assert (request.state, request.answer) == (DataRequest.State.ASKED, "Chúng tôi xóa trước ngày 10/12.")
        assert Notice.objects.filter(person=person, kind="data_request_answered", channel="screen").count() == 1
        assert [event.new for event in request.events.order_by("pk")] == ["asked", "answered"]

    def test_a_refusal_is_told_with_its_reason(self, client, person):
        request = ask(person)
        client.force_login(make_person(roles=(Role.PROGRAMME,)))
        client.post(reverse("people_admin:data_refuse", args=[request.pk]), {"refuse-text": "Hồ sơ đang được xét."})
        request.refresh_from_db()
        assert request.state == DataRequest.State.REFUSED
        assert (
            "Hồ sơ đang được xét." in Notice.objects.get(kind="data_request_refused", channel="screen").facts.values()
        )
        with pytest.raises(Refused):
            actions.answer_request(
                request=request, answer="Một câu trả lời nữa", by=make_person(roles=(Role.PROGRAMME,)), at=AT
            )

    def test_a_request_on_paper_is_recorded(self, client, person, admin):
        client.force_login(admin)
        client.post(reverse("people_admin:erasure_asked", args=[person.pk]), {"text": "Đơn giấy ngày 20/11"})
        assert DataRequest.objects.get().events.get().by == admin

    def test_only_an_administrator_erases(self, client, person, admin):
        request = ask(person)
        url = reverse("people_admin:data_erase", args=[request.pk])
        client.force_login(make_person(roles=(Role.PROGRAMME,)))
        assert client.post(url).status_code == 403
        client.force_login(admin)
        assert client.post(url).status_code == 302
        assert User.objects.get(pk=person.pk).erased_at
        assert client.post(url).status_code == 404
        for name in ("data_requests", "people"):
            assert "Trần Thị Bé" not in client.get(reverse(f"people_admin:{name}")).content.decode()

    def test_who_may_not(self, person, admin):
        with pytest.raises(NotAllowed):
            actions.erase_person(person=person, by=make_person(roles=(Role.PROGRAMME,)), at=AT)
        with pytest.raises(NotAllowed):
            actions.erase_person(person=admin, by=admin, at=AT)
        with pytest.raises(Refused):
            actions.erase_person(person=make_person(roles=(Role.INSTRUCTOR,)), by=admin, at=AT)


class TestErased:
    @pytest.fixture
    def erased(self, person, admin):
        ask(person)
        actions.notify(person=person, kind="data_request_answered", key="x", at=AT, facts={"answer": "Chào chị Bé"})
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
        batch = PeopleImport.objects.create(name="nguoi.xlsx", path="x", sha256="x", uploaded_by=admin, uploaded_at=AT)
        ImportRow.objects.create(batch=batch, number=1, facts={"name": "Trần Thị Bé"}, verdict="create", person=person)
        return actions.erase_person(person=person, by=admin, at=AT)

    def test_nothing_says_who_it_was(self, erased):
        assert erased.full_name == f"Người dùng đã xóa {erased.pk}"
        said = str(
            [
                list(rows.values())
                for rows in (
                    User.objects.filter(pk=erased.pk),
                    PersonEvent.objects.filter(subject=erased),
                    Notice.objects.filter(person=erased).exclude(kind="data_erased"),
                    ImportRow.objects.all(),
                    EmailAddress.objects.filter(user=erased),
                    DataRequest.objects.all(),
                    erased.memberships.all(),
                )
            ]
        )
        for trace in ("Bé", "912000214", "be@nscl", "K7M4", "1992, 9", "Tổ trưởng", "Cao đẳng", "4218", "không học"):
            assert trace not in said, trace

    def test_the_figures_keep_what_they_count_by(self, erased):
        assert (erased.sex, erased.birth_year, erased.birth_date) == ("female", 1992, None)
        assert erased.memberships.get().ended_on == AT.date()

    def test_no_door_opens_any_more(self, erased):
        for login in ("be@nscl.example", "0912000214", "K7M4PQ29"):
            client = Client()
            client.post("/vi/account/login/", {"login": login, "password": "mật-khẩu-thử-2026"})
            assert "_auth_user_id" not in client.session
        assert not Authenticator.objects.filter(user=erased).exists()
        with pytest.raises(Refused):
            actions.issue_slip(person=erased, by=None, at=AT)
        with pytest.raises(Refused):
            actions.reopen_account(person=erased, by=erased, at=AT)

    def test_the_request_is_done_and_the_last_letter_waits(self, erased, admin):
        assert DataRequest.objects.get().state == DataRequest.State.DONE
        assert PersonEvent.objects.filter(subject=erased, new="erased").get().by == admin
        letter = Notice.objects.get(person=erased, kind="data_erased", channel="mail")
        assert letter.address == "be@nscl.example"
        waiting = Notice.objects.filter(person=erased, state=Notice.State.QUEUED)
        assert list(waiting) == [letter]

    def test_once_sent_its_address_is_gone_too(self, erased):
        Notice.objects.filter(person=erased, channel="mail").update(state=Notice.State.SENT)
        tasks.drop_old_copies()
        assert set(Notice.objects.filter(person=erased).values_list("address", flat=True)) == {""}

    def test_consents_end_and_nothing_is_asked_of_it(self, erased):
        assert not erased.consents.filter(withdrawn_at=None).exists()
        with pytest.raises(Refused):
            actions.ask_copy(person=erased, by=erased, at=AT)

    def test_done_again_it_changes_nothing(self, erased, admin):
        before = (list(User.objects.values()), PersonEvent.objects.count(), Notice.objects.count())
        actions.erase_person(person=erased, by=admin, at=AT + timedelta(days=1))
        assert (list(User.objects.values()), PersonEvent.objects.count(), Notice.objects.count()) == before


class Killed(BaseException):
    """The process dies."""


def test_killed_half_way_nothing_happened_and_it_is_done_again(person, admin):
    request = ask(person)
    copy = actions.ask_copy(person=person, by=person, at=AT)
    storages["private"].save(copy.path, ContentFile(b"zip"))
    before = list(User.objects.filter(pk=person.pk).values())
    last = max(personal_data._keepers)
    keeper = mock.Mock(wraps=personal_data._keepers[last], floor=last)
    keeper.erase.side_effect = Killed
    with mock.patch.dict(personal_data._keepers, {last: keeper}), pytest.raises(Killed):
        actions.erase_person(person=person, by=admin, at=AT)
    assert list(User.objects.filter(pk=person.pk).values()) == before
    request.refresh_from_db()
    assert request.state == DataRequest.State.ASKED
    assert not Notice.objects.filter(kind="data_erased").exists()
    assert actions.erase_person(person=person, by=admin, at=AT).erased_at
    assert not storages["private"].exists(copy.path)


def test_what_was_merged_goes_with_the_survivor(person, admin):
    twin = make_person("Tran Thi Be", email="", login_code="K7M4PQ28")
    actions.merge_people(source=twin, into=person, by=admin, at=AT)
    with pytest.raises(Refused):
        actions.erase_person(person=twin, by=admin, at=AT)
    actions.erase_person(person=person, by=admin, at=AT)
    twin.refresh_from_db()
    assert twin.full_name == f"Người dùng đã xóa {twin.pk}"
    assert twin.login_code is None


def test_a_request_taken_back_meanwhile_is_not_closed_twice(person, admin):
    request = ask(person)
    stale = DataRequest.objects.get(pk=request.pk)
    actions.take_back_request(request=request, by=person, at=AT)
    with pytest.raises(Conflict):
        actions.refuse_request(request=stale, answer="Không thể xóa lúc này.", by=admin, at=AT)
