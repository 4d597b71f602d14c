"""Files of people taken in: once, wholly or not at all, whoever kills the worker and whatever came between."""

import io
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from lms.lib.text import fold, name_key
from people import actions, identity, queries_import, tasks
from people.actions import import_writing, importing
from people.models import (
    Enterprise,
    EnterpriseEvent,
    ImportRow,
    Job,
    Membership,
    PeopleImport,
    PersonEvent,
    User,
)
from people.models.imports import private_storage
from tests.factories import AT, join, make_commune, make_enterprise, make_person, make_province, make_sector
from tests.people.sheets import FIRM, HEAD, crowd, row, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    make_province()
    make_sector()
    make_commune()


@pytest.fixture
def officer(world):
    return make_person("Lê Thị Cán Bộ", roles=(Role.PROGRAMME,))


def upload(rows, by, name="ds.xlsx", **more):
    return actions.upload_people(file=io.BytesIO(xlsx([HEAD, *rows])), name=name, by=by, at=AT, **more)


def work(batch):
    """What the worker does with the file's present job."""
    job = Job.objects.get(pk=batch.job_id)
    getattr(tasks, job.task.rpartition(".")[2])(job.pk)
    return PeopleImport.objects.get(pk=batch.pk)


def taken_in(rows, by, only_good=False, **more):
    batch = work(upload(rows, by, **more))
    actions.apply_people(batch=batch, only_good=only_good, by=by, at=AT)
    return work(batch)


def verdicts(batch):
    return {key: count for key, count in queries_import.counts(batch).items() if count}


# --- Reading ------------------------------------------------------------------------------------


def test_read_shown_and_nothing_stored(officer):
    batch = upload([row(), row("Trần Thị Bình", born="tháng 9")], officer)
    assert batch.state == "reading"
    assert private_storage().exists(batch.path)
    path = batch.path
    batch = work(batch)
    assert (batch.state, verdicts(batch), batch.firms) == ("read", {"create": 1, "refuse": 1}, [FIRM])
    assert (batch.path, private_storage().exists(path)) == ("", False)
    assert not User.objects.filter(full_name="Nguyễn Văn An").exists()
    assert not Enterprise.objects.exists()
    refused = batch.rows.get(verdict="refuse")
    said = queries_import.said(batch, refused)
    assert (refused.sheet, refused.number) == ("Danh sách", 3)
    assert [(one.where.split()[0], "09" in one.text) for one in said] == [("C3", True)]
    job = Job.objects.get(pk=batch.job_id)
    assert (job.state, job.done, queries_import.progress(job)) == ("done", 2, (2, 2))


def test_a_file_that_cannot_be_read_says_why_and_goes(officer):
    batch = actions.upload_people(file=io.BytesIO(b"%PDF-1.4"), name="ds.xlsx", by=officer, at=AT)
    path = batch.path
    batch = work(batch)
    assert (batch.state, batch.faults[0]["code"]) == ("failed", "other_kind")
    assert not private_storage().exists(path)


def test_reading_twice_and_killed_half_way_is_reading_once(officer, monkeypatch):
    batch = upload(crowd(6), officer)
    monkeypatch.setattr("people.actions.import_reading.CHUNK", 2)
    monkeypatch.setattr(importing, "CHUNK", 2)
    real, calls = ImportRow.objects.bulk_create, []

    def dying(rows, **options):
        calls.append(1)
        if len(calls) == 2:
            raise MemoryError
        return real(rows, **options)

    monkeypatch.setattr(ImportRow.objects, "bulk_create", dying)
    with pytest.raises(MemoryError):
        work(batch)
    assert not ImportRow.objects.exists()
    assert PeopleImport.objects.get(pk=batch.pk).state == "reading"
    job = Job.objects.get(pk=batch.job_id)
    tasks.read_people_file(job.pk)  # still claimed by the one that died
    assert not ImportRow.objects.exists()
    actions.requeue_jobs(at=timezone.now() + timedelta(minutes=6), silent_for=timedelta(minutes=5))
    work(batch)
    work(batch)
    assert ImportRow.objects.filter(batch=batch, verdict="create").count() == 6


# --- Taking in -----------------------------------------------------------------------------------


def test_what_is_made_of_a_row(officer):
    batch = taken_in(
        [row("NGUYEN VAN AN", phone="0912 000 214", commune="Tân Thạnh", number="093092001234")], officer
    )  # fmt: skip
    assert (batch.state, verdicts(batch)) == ("applied", {"create": 1})
    person = User.objects.get(full_name="NGUYEN VAN AN")
    assert (person.given_name, person.search_key) == ("AN", fold("NGUYEN VAN AN"))
    assert person.sort_key == name_key("NGUYEN VAN AN", "AN")
    assert (person.phone, person.login_phone) == ("+84912000214", "+84912000214")
    assert (person.sex, person.birth_date, person.commune.name_vi) == ("male", date(1992, 9, 4), "Xã Tân Thạnh")
    assert not person.has_usable_password()
    assert identity.unseal(person.identity_sealed) == "093092001234"
    assert person.identity_last == "1234"
    firm = Enterprise.objects.get()
    assert (firm.name, firm.search_key, firm.legal_form, firm.sector.code) == (
        FIRM, fold(FIRM), "company-limited", "thuy-san",
    )  # fmt: skip
    member = Membership.objects.get()
    assert (member.person, member.enterprise, member.job, member.since) == (
        person,
        firm,
        "Công nhân",
        timezone.localdate(),
    )
    assert set(person.events.values_list("new", "by")) == {
        ("added", officer.pk), ("joined", officer.pk), ("identity_set", officer.pk),
    }  # fmt: skip
    assert EnterpriseEvent.objects.get().new == "registered"
    done = batch.rows.get()
    assert (done.person, done.done_at is not None) == (person, True)
    assert "093092001234" not in json.dumps([done.facts, done.reasons])
    assert [event.new for event in batch.events.order_by("pk")] == ["reading", "read", "applying", "applied"]


def test_the_same_file_again_brings_nothing_new(officer):
    rows = [row(), row("Trần Thị Bình", "1985", "0912000111"), row("Lê Văn Chi", "", "", sex="")]
    first = taken_in(rows, officer)
    before = User.objects.count(), Membership.objects.count(), PersonEvent.objects.count()
    again = work(upload(rows, officer))
    assert verdicts(again) == {"same": 3}
    assert queries_import.twin_of(again, officer) == first
    with pytest.raises(Refused) as error:
        actions.apply_people(batch=again, only_good=True, by=officer, at=AT)
    assert error.value.code == "nothing"
    assert before == (User.objects.count(), Membership.objects.count(), PersonEvent.objects.count())


def test_the_same_file_looked_at_twice_and_then_taken_in_twice(officer):
    files = [work(upload([row(), row("Trần Thị Bình", "1985")], officer)) for _twice in range(2)]
    for batch in files:
        assert verdicts(batch) == {"create": 2}
        actions.apply_people(batch=batch, only_good=False, by=officer, at=AT)
    files = [work(batch) for batch in files]
    assert [verdicts(batch) for batch in files] == [{"create": 2}, {"same": 2}]
    assert User.objects.filter(memberships__enterprise__name=FIRM).count() == 2
    assert Enterprise.objects.count() == 1


def test_all_or_nothing_refuses_good_rows_only_leaves_out(officer):
    batch = work(upload([row(), row("Trần Thị Bình", born="mồng 9")], officer))
    with pytest.raises(Refused) as error:
        actions.apply_people(batch=batch, only_good=False, by=officer, at=AT)
    assert error.value.code == "refused_rows"
    actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)
    batch = work(batch)
    assert batch.state == "applied"
    assert {(row.verdict, row.done_at is None) for row in batch.rows.all()} == {("create", False), ("refuse", True)}
    with pytest.raises(NotAllowed):
        actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)


@pytest.mark.parametrize("only_good", [True, False])
def test_killed_half_way_it_goes_on_and_doubles_nothing(officer, monkeypatch, only_good):
    monkeypatch.setattr(importing, "CHUNK", 2)
    batch = work(upload(crowd(7), officer))
    actions.apply_people(batch=batch, only_good=only_good, by=officer, at=AT)
    batch.refresh_from_db()
    real, calls = import_writing._Writer.mark, []

    def dying(self, judged):
        real(self, judged)
        calls.append(1)
        if len(calls) == 3:
            raise MemoryError

    monkeypatch.setattr(import_writing._Writer, "mark", dying)
    with pytest.raises(MemoryError):
        work(batch)
    people = User.objects.filter(memberships__enterprise__name=FIRM)
    # Four are there with their rows done, the third portion left no trace; or, all or nothing, nobody is.
    assert people.count() == (4 if only_good else 0)
    assert batch.rows.exclude(done_at=None).count() == people.count()
    actions.requeue_jobs(at=timezone.now() + timedelta(minutes=6), silent_for=timedelta(minutes=5))
    batch = work(batch)
    work(batch)
    assert (batch.state, people.count()) == ("applied", 7)
    assert PersonEvent.objects.filter(new="added", subject__in=people).count() == 7
    assert EnterpriseEvent.objects.count() == Enterprise.objects.count() == 1
    assert not batch.rows.filter(done_at=None).exists()


def test_who_was_thought_dead_stops_and_writes_no_more(officer, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    batch = work(upload(crowd(6), officer))
    actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)
    batch.refresh_from_db()
    monkeypatch.setattr(actions, "beat_job", lambda **facts: False)
    work(batch)
    assert batch.rows.exclude(done_at=None).count() == 2
    assert PeopleImport.objects.get(pk=batch.pk).state == "applying"


def test_after_the_last_try_it_is_asked_for_again(officer):
    batch = work(upload(crowd(3), officer))
    actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)
    batch.refresh_from_db()
    with pytest.raises(Refused):
        actions.retry_people(batch=batch, by=officer, at=AT)
    Job.objects.filter(pk=batch.job_id).update(state="failed")
    assert work(actions.retry_people(batch=batch, by=officer, at=AT)).state == "applied"


def test_all_or_nothing_holds_against_what_came_between(officer):
    batch = work(upload([row("Trần Thị Bình"), row(born="1992")], officer))
    assert verdicts(batch) == {"create": 2}
    actions.apply_people(batch=batch, only_good=False, by=officer, at=AT)
    # Meanwhile two of that name have come into being in that very enterprise.
    firm = make_enterprise(FIRM)
    for _twice in range(2):
        join(make_person(birth_year=1992), firm)
    batch.refresh_from_db()
    batch = work(batch)
    assert (batch.state, verdicts(batch)) == ("read", {"create": 1, "refuse": 1})
    assert not User.objects.filter(full_name="Trần Thị Bình").exists()


def test_a_login_taken_between_judging_and_writing_is_judged_again(officer, monkeypatch):
    batch = work(upload([row(phone="0912000214")], officer))
    actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)
    batch.refresh_from_db()
    real = importing.write_rows
    calls: list[int] = []

    def late(**facts):
        if not calls:
            calls.append(1)
            # Out of the savepoint: as if another had committed it.
            facts["judged"][0][1].person.login_phone = "+84912000999"
        return real(**facts)

    make_person("Võ Thị Khác", login_phone="+84912000999")
    monkeypatch.setattr(importing, "write_rows", late)
    assert work(batch).state == "applied"
    assert User.objects.get(full_name="Nguyễn Văn An").login_phone == "+84912000214"


def test_known_people_get_what_they_lack_and_keep_what_they_have(officer):
    person = make_person(birth_date=date(1992, 9, 4), job="Thợ")
    batch = taken_in([row(phone="0912000214", job="Tổ trưởng")], officer)
    assert verdicts(batch) == {"match": 1}
    person.refresh_from_db()
    assert (person.phone, person.job, person.sex) == ("+84912000214", "Thợ", "male")
    assert person.login_phone is None
    assert person.events.get(new="profile_changed").data["filled"] == ["phone", "sex"]
    assert Membership.objects.get(person=person).job == "Tổ trưởng"


def test_a_person_in_two_enterprises_one_after_the_other(officer):
    person = make_person(birth_date=date(1992, 9, 4))
    old = join(person, make_enterprise("Hợp tác xã Cũ"))
    taken_in([row()], officer)
    assert person.memberships.filter(ended_on=None).count() == 2
    head = [*HEAD, "Thôi đơn vị cũ từ ngày"]
    third = [*row(firm="Hợp tác xã Ba"), "01/06/2026"]
    batch = work(actions.upload_people(file=io.BytesIO(xlsx([head, third])), name="x.xlsx", by=officer, at=AT))
    old.refresh_from_db()
    assert old.ended_on is None
    # The second began today, after the day on which the row says that they left.
    assert verdicts(batch) == {"refuse": 1}


def test_leaving_as_the_row_says(officer):
    person = make_person(birth_date=date(1992, 9, 4))
    old = join(person, make_enterprise("Hợp tác xã Cũ"))
    content = xlsx([[*HEAD, "Thôi đơn vị cũ từ ngày"], [*row(), "01/06/2026"]])
    batch = work(actions.upload_people(file=io.BytesIO(content), name="x.xlsx", by=officer, at=AT))
    actions.apply_people(batch=batch, only_good=False, by=officer, at=AT)
    work(batch)
    old.refresh_from_db()
    assert old.ended_on == date(2026, 6, 1)
    assert person.events.filter(new="left").count() == 1


def test_a_merged_enterprise_stands_for_the_one_that_is_left(officer):
    left = make_enterprise("Công ty TNHH Còn")
    make_enterprise(FIRM, merged_into=left)
    batch = taken_in([row()], officer)
    assert batch.state == "applied"
    assert Membership.objects.get().enterprise == left


# --- A contact's file ---------------------------------------------------------------------------


def test_a_contacts_rows_join_their_enterprise_and_touch_nobody_elsewhere(world):
    firm = make_enterprise(FIRM)
    contact = make_person("Phạm Thị Đầu Mối")
    join(contact, firm, contact=True)
    elsewhere = make_person("Võ Thị Khác", birth_date=date(1992, 9, 4))
    rows = [row(firm=""), row("Võ Thị Khác", firm="")]
    batch = taken_in(rows, contact, only_good=True, enterprise=firm, by_contact=True)
    assert verdicts(batch) == {"create": 1, "refuse": 1}
    assert set(firm.memberships.values_list("person__full_name", flat=True)) == {"Phạm Thị Đầu Mối", "Nguyễn Văn An"}
    assert not elsewhere.memberships.exists()


def test_a_contacts_file_names_their_enterprise(world):
    with pytest.raises(ValueError, match="enterprise"):
        upload([row()], make_person(), by_contact=True)
