"""How a file of people ends, and two at once."""

import io
import threading
from datetime import timedelta

import pytest
from django.db import connections

from lms.lib.access import Role
from people import actions, queries_import, tasks
from people.actions import importing
from people.models import (
    Enterprise,
    ImportRow,
    Job,
    PeopleImport,
    User,
)
from people.models.imports import private_storage
from tests.factories import AT, make_commune, make_person, make_province, make_sector
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


def test_dropped_nothing_is_stored(officer):
    batch = work(upload([row()], officer))
    actions.drop_people(batch=batch, by=officer, at=AT)
    assert (batch.state, batch.rows.count()) == ("dropped", 0)
    assert not User.objects.filter(full_name="Nguyễn Văn An").exists()


def test_rows_are_forgotten_after_their_days(officer):
    done = taken_in([row()], officer)
    open_ = work(upload([row("Trần Thị Bình")], officer))
    young = AT + importing.KEPT_FOR - timedelta(days=1)
    assert actions.forget_people(at=young) == 0
    late = AT + importing.KEPT_FOR + timedelta(days=1)
    assert actions.forget_people(at=late) == 2
    assert actions.forget_people(at=late) == 0
    assert not ImportRow.objects.exists()
    assert set(PeopleImport.objects.values_list("pk", "state")) == {(done.pk, "applied"), (open_.pk, "dropped")}
    assert User.objects.filter(full_name="Nguyễn Văn An").exists()


def test_a_file_that_a_dying_worker_left_is_deleted(officer, monkeypatch):
    batch = upload([row()], officer)
    monkeypatch.setattr(importing, "_without_file", lambda batch: batch)
    work(batch)
    monkeypatch.undo()
    assert private_storage().exists(batch.path)
    actions.forget_people(at=AT)
    assert not private_storage().exists(batch.path)


# --- Races ------------------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_at_once() -> None:
    """Two workers, two files, the same hundred people: each once, the enterprise once.

    With the lock of `_one_at_a_time` taken away on PostgreSQL both see nobody and bring everybody.
    """
    make_province()
    make_sector()
    officer = make_person("Lê Thị Cán Bộ", roles=(Role.PROGRAMME,))
    files = [work(upload(crowd(100), officer)) for _twice in range(2)]
    for batch in files:
        actions.apply_people(batch=batch, only_good=True, by=officer, at=AT)
    files = [PeopleImport.objects.get(pk=batch.pk) for batch in files]
    faults: list[BaseException] = []
    gate = threading.Barrier(2)

    def take(batch: PeopleImport) -> None:
        try:
            gate.wait(timeout=30)
            actions.take_in(batch=batch, by=officer, at=AT, told=lambda _done, _total: True)
        except BaseException as error:  # handed to the test's own thread
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(batch,)) for batch in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert User.objects.filter(memberships__enterprise__name=FIRM).count() == 100
    assert Enterprise.objects.count() == 1
    assert sorted(verdicts(batch).popitem() for batch in files) == [("create", 100), ("same", 100)]
