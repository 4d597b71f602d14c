"""Long work survives the broker and the worker."""

from datetime import timedelta

import pytest

from people import actions, tasks
from people.models import Job
from tests.factories import AT

pytestmark = pytest.mark.django_db
SILENT = timedelta(minutes=5)


def ask():
    return actions.ask_job(kind="export", task="people.tasks.nothing", arguments={}, by=None, at=AT, total=10)


def test_one_worker_gets_a_job():
    job = ask()
    claimed = actions.claim_job(job_id=job.pk, at=AT)
    assert claimed.state == Job.State.RUNNING
    assert actions.claim_job(job_id=job.pk, at=AT) is None


def test_a_job_ends_once():
    job = actions.claim_job(job_id=ask().pk, at=AT)
    assert actions.beat_job(job=job, at=AT, done=4)
    assert actions.end_job(job=job, at=AT, rows=10)
    assert not actions.end_job(job=job, at=AT, failed=True)
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (Job.State.DONE, 4, {"rows": 10})


@pytest.mark.parametrize("claimed", [True, False])
def test_a_silent_job_is_given_another_try(claimed):
    job = ask()
    if claimed:
        actions.claim_job(job_id=job.pk, at=AT)
    assert actions.requeue_jobs(at=AT + SILENT, silent_for=SILENT) == []
    later = AT + SILENT + timedelta(seconds=1)
    assert actions.requeue_jobs(at=later, silent_for=SILENT) == [job]
    assert actions.requeue_jobs(at=later, silent_for=SILENT) == []
    assert actions.claim_job(job_id=job.pk, at=later) is not None


def test_who_was_thought_dead_no_longer_counts():
    slow = actions.claim_job(job_id=ask().pk, at=AT)
    later = AT + SILENT * 2
    actions.requeue_jobs(at=later, silent_for=SILENT)
    second = actions.claim_job(job_id=slow.pk, at=later)
    assert not actions.beat_job(job=slow, at=later)
    assert not actions.end_job(job=slow, at=later, rows=1)
    assert actions.end_job(job=second, at=later, rows=2)
    assert Job.objects.get(pk=slow.pk).result == {"rows": 2}


def test_after_its_tries_a_job_fails_for_good():
    job, at = ask(), AT
    for _attempt in range(5):
        at += SILENT * 2
        assert actions.requeue_jobs(at=at, silent_for=SILENT) == [job]
    at += SILENT * 2
    assert actions.requeue_jobs(at=at, silent_for=SILENT) == []
    job.refresh_from_db()
    assert (job.state, job.ended_at) == (Job.State.FAILED, at)


def test_a_message_for_a_job_that_is_over_does_nothing(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.current_app, "send_task", lambda name, kwargs: sent.append((name, kwargs)))
    job = ask()
    tasks.start_job(job.pk)
    actions.claim_job(job_id=job.pk, at=AT)
    tasks.start_job(job.pk)
    assert sent == [("people.tasks.nothing", {"job_id": job.pk})]
