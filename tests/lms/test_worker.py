"""A broker that is away undoes nothing and stops nobody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from certificates import tasks as of_certificates
from certificates.models import Certificate
from enrolments.models import Enrolment
from lms.lib.worker import tell
from quizzes import tasks as of_quizzes
from tests.certificates.conftest import make_completion
from tests.factories import enrol, make_course, make_person, make_province, make_run

Capture = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No broker answers; the names of the tasks that somebody tried to send."""
    tried: list[str] = []

    def refuse(name: str) -> None:
        tried.append(name)
        raise OperationalError("[Errno 111] Connection refused")

    for task in (of_certificates.issue_completion, of_certificates.render, of_quizzes.open_missing_sittings):
        monkeypatch.setattr(task, "delay", lambda *arguments, name=task.name: refuse(name))
    return tried


@pytest.mark.django_db
def test_the_rest_is_sent_and_nothing_is_raised(
    away: list[str], django_capture_on_commit_callbacks: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tell(of_certificates.render, 1)
        tell(of_quizzes.open_missing_sittings, 1)
    assert away == ["certificates.tasks.render", "quizzes.tasks.open_missing_sittings"]
    assert "certificates.tasks.render" in caplog.text


@pytest.mark.django_db
def test_enrolment_and_certificate_stay(away: list[str], django_capture_on_commit_callbacks: Capture) -> None:
    make_province()
    with django_capture_on_commit_callbacks(execute=True):
        enrol(make_person(), make_run(make_course("A")))
        certificate = make_completion(make_person("Lê Thị Hoa"), course_code="B")
    assert Enrolment.objects.count() == 2
    assert Certificate.objects.get() == certificate
    assert {"quizzes.tasks.open_missing_sittings", "certificates.tasks.render"} <= set(away)
