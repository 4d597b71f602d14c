"""Issuing and rendering in the worker: every task may run twice or die half-way."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from certificates import actions, rendering
from certificates.models import Certificate, Decision
from enrolments.models import Enrolment
from lms.lib.states import Refused

log = structlog.get_logger(__name__)


@shared_task
def issue_completion(enrolment_id: int) -> None:
    """The certificate of one completed enrolment, unless it is there."""
    enrolment = Enrolment.objects.get(pk=enrolment_id)
    try:
        certificate = actions.issue_completion(enrolment=enrolment, at=timezone.now())
    except Refused as refusal:
        log.warning("certificate_refused", enrolment=enrolment_id, code=refusal.code)
        return
    log.info("certificate", certificate=certificate.pk, enrolment=enrolment_id)


@shared_task
def render(certificate_id: int) -> None:
    """PDF and picture of a certificate into the private storage. They can be thrown away and made again."""
    certificate = Certificate.objects.get(pk=certificate_id)
    storage = storages["private"]
    for name, draw in ((rendering.pdf_name, rendering.pdf), (rendering.png_name, rendering.png)):
        path = name(certificate)
        if not storage.exists(path):
            storage.save(path, ContentFile(draw(certificate)))
    Certificate.objects.filter(pk=certificate_id, rendered_at=None).update(rendered_at=timezone.now())


@shared_task
def issue_missing() -> None:
    """Sweep for completions and grants without their certificate, and certificates never rendered.

    Young ones are left to the messages that are under way.
    """
    before = timezone.now() - timedelta(seconds=20)
    completed = Enrolment.objects.filter(
        state=Enrolment.State.COMPLETED, completed_at__lt=before, certificate=None
    ).values_list("pk", flat=True)
    for enrolment_id in completed[:500]:
        issue_completion.delay(enrolment_id)
    granted = Decision.objects.filter(outcome=Decision.Outcome.GRANT, decided_at__lt=before, certificate=None)
    for decision in granted[:100]:
        actions.issue_consultant(decision=decision, at=timezone.now())
    for certificate_id in Certificate.objects.filter(rendered_at=None, issued_at__lt=before).values_list(
        "pk", flat=True
    )[:500]:
        render.delay(certificate_id)


@shared_task
def make_bundle(job_id: int) -> None:
    """The certificates of an enterprise's people in one file, as a job asks."""
    made = actions.make_bundle(job_id=job_id, at=timezone.now())
    log.info("bundle", job=job_id, made=made)


@shared_task
def drop_old_bundles() -> None:
    """Delete such files after a day."""
    log.info("bundles_dropped", number=actions.drop_old_bundles(at=timezone.now()))
