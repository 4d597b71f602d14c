"""A person's copy of their data: made by the worker, served to them alone, dropped after some days."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from people import actions, copies, tasks
from people.deadlines import after_working_days
from people.models import Consent, DataRequest, Job, Notice
from tests.factories import AT, join, make_enterprise, make_person

pytestmark = pytest.mark.django_db
DATA = "/vi/account/data/"
NUMBER = "093192004218"


def asked(person, at=AT):
    return actions.ask_copy(person=person, by=person, at=at)


def opened(request):
    with storages["private"].open(request.path) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


@pytest.fixture
def person():
    person = make_person("Trần Thị Bé", phone="+84912000214", job="=Tổ trưởng")
    actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=AT)
    actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
    join(person, make_enterprise())
    return person


def test_the_whole_way(client, person):
    client.force_login(person)
    assert client.post(DATA + "copy/").status_code == 302
    waiting = DataRequest.objects.select_related("job").get()
    assert waiting.job.task == tasks.prepare_copy.name
    assert client.get(DATA).context["copy_waits"]
    tasks.prepare_copy(waiting.job_id)
    request = DataRequest.objects.get()
    assert request.state == DataRequest.State.DONE
    assert Notice.objects.filter(person=person, kind="data_copy_ready", channel="screen").count() == 1
    url = reverse("people:copy", args=[request.pk])
    assert url in client.get(DATA).content.decode()
    answer = client.get(url)
    assert answer["Content-Disposition"].startswith("attachment;")
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    answer.close()
    data = json.loads(archive.read("data.json"))
    sections = data["sections"]
    assert sections["person"]["rows"][0]["full_name"] == "Trần Thị Bé"
    assert [row["purpose"] for row in sections["consents"]["rows"]] != []
    assert {"certificates", "classes", "attempts", "sessions", "notices", "history"} <= sections.keys()
    assert "Trần Thị Bé" in archive.read("index.html").decode()
    assert {f"csv/{code}.csv" for code in sections} <= set(archive.namelist())


def test_the_identity_number_is_in_it_by_its_last_digits_alone(person):
    request = asked(person)
    assert actions.make_copy(job_id=request.job_id, at=AT)
    archive = opened(request)
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert NUMBER not in everything
    assert "4218" in everything


def test_cells_that_a_spreadsheet_would_compute_are_made_harmless(person):
    request = asked(person)
    actions.make_copy(job_id=request.job_id, at=AT)
    text = opened(request).read("csv/person.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert "'=Tổ trưởng" in rows[1]
    assert json.loads(opened(request).read("data.json"))["sections"]["person"]["rows"][0]["job"] == "=Tổ trưởng"


def test_nobody_else_opens_it_whatever_their_role(client, person):
    request = asked(person)
    actions.make_copy(job_id=request.job_id, at=timezone.now())
    url = reverse("people:copy", args=[request.pk])
    assert Client().get(url).status_code == 302
    for role in (Role.ADMINISTRATOR, Role.PROGRAMME, Role.INSPECTOR):
        client.force_login(make_person(roles=(role,)))
        assert client.get(url).status_code == 404
    client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200
    answer.close()


def test_asked_twice_it_is_made_once(person):
    first, second = asked(person), asked(person)
    assert (first.pk, first.job_id) == (second.pk, second.job_id)
    assert Job.objects.count() == 1


def test_made_by_two_workers_it_is_told_once(person):
    request = asked(person)
    assert actions.make_copy(job_id=request.job_id, at=AT)
    assert not actions.make_copy(job_id=request.job_id, at=AT)
    tasks.prepare_copy(request.job_id)
    assert Notice.objects.filter(kind="data_copy_ready", channel="screen").count() == 1


class Killed(BaseException):
    """The worker dies."""


def test_killed_half_way_the_next_worker_makes_it_and_nothing_is_left_behind(person):
    request = asked(person)
    real = storages["private"].save

    def save_and_die(*args, **kwargs):
        real(*args, **kwargs)
        raise Killed

    with mock.patch.object(type(storages["private"]), "save", side_effect=save_and_die), pytest.raises(Killed):
        actions.make_copy(job_id=request.job_id, at=AT)
    request.refresh_from_db()
    assert request.state == DataRequest.State.ASKED
    assert not Notice.objects.filter(kind="data_copy_ready").exists()
    later = timezone.now() + timedelta(minutes=10)
    (again,) = actions.requeue_jobs(at=later, silent_for=timedelta(minutes=5))
    assert actions.make_copy(job_id=again.pk, at=later)
    request.refresh_from_db()
    assert request.state == DataRequest.State.DONE
    assert storages["private"].listdir("copies")[1] == [request.path.removeprefix("copies/")]


def test_a_slow_worker_whose_job_was_given_away_tells_nobody(person):
    request = asked(person)

    def slow(out, whose, at, *, beat):
        Job.objects.filter(pk=request.job_id).update(state=Job.State.WAITING, tries=1)
        zipfile.ZipFile(out, "w").close()

    with mock.patch.object(copies, "write", slow):
        assert not actions.make_copy(job_id=request.job_id, at=AT)
    assert DataRequest.objects.get().state == DataRequest.State.ASKED
    assert actions.make_copy(job_id=request.job_id, at=AT)


def test_a_job_that_failed_for_good_can_be_asked_for_again(person):
    request = asked(person)
    Job.objects.filter(pk=request.job_id).update(state=Job.State.FAILED)
    again = asked(person)
    assert again.pk == request.pk
    assert again.job_id != request.job_id
    assert actions.make_copy(job_id=again.job_id, at=AT)


def test_after_its_days_it_is_deleted_and_a_404(client, person, settings):
    request = asked(person, timezone.now())
    actions.make_copy(job_id=request.job_id, at=timezone.now())
    request.refresh_from_db()
    path = request.path
    assert request.kept_until - timezone.now() > timedelta(days=settings.DATA_COPY_KEPT_DAYS - 1)
    tasks.drop_old_copies()
    assert storages["private"].exists(path)
    DataRequest.objects.update(kept_until=timezone.now())
    client.force_login(person)
    assert client.get(reverse("people:copy", args=[request.pk])).status_code == 404
    for _time in range(2):
        tasks.drop_old_copies()
    assert not storages["private"].exists(path)
    assert DataRequest.objects.get().path == ""
    assert client.get(DATA).status_code == 200


def test_a_file_that_is_gone_is_named_and_stops_nothing(person):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        copies._store(archive, "files/evidence/01.pdf", "evidence/gone.pdf")
    assert zipfile.ZipFile(out).namelist() == ["files/evidence/01.pdf.txt"]


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [("2026-11-23", 2, "2026-11-25"), ("2026-11-27", 2, "2026-12-01"), ("2026-11-28", 1, "2026-11-30")],
)
def test_working_days_leave_the_week_ends_out(day, number, due):
    assert after_working_days(timezone.datetime.fromisoformat(day).date(), number).isoformat() == due
