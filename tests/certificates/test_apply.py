"""Applying to be certified: what one sees, what is refused, what nobody else may see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certificates import actions
from certificates.models import Application, Evidence
from people.models import Consent, User
from tests.certificates.conftest import (
    BASIS,
    agreements,
    fill,
    make_completion,
    make_draft,
    make_proposed,
    make_submitted,
    make_version,
    pdf_file,
    png_file,
    signed_in,
)
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def address(application: Application, more: str = "") -> str:
    return f"/vi/certification/applications/{application.code}/{more}"


def test_anyone_reads_what_is_asked(client: Client) -> None:
    version = make_version()
    listed = client.get("/vi/certification/")
    assert listed.status_code == 200 and version.title["vi"] in words(listed)
    page = words(client.get("/vi/certification/HACCP-TV/"))
    assert version.requires["alternatives"]["vi"] in page
    for item in version.agreements:
        assert item["text"]["vi"] in page
    assert "/account/login/?next=/vi/certification/HACCP-TV/" in page
    assert "HACCP consultant" in words(client.get("/en/certification/HACCP-TV/"))
    assert client.get("/vi/certification/GIBT-ES-NICHT/").status_code == 404


def test_a_version_out_of_force_takes_no_application(client: Client, applicant: User) -> None:
    version = make_version()
    version.valid_to = (AT - timedelta(days=30)).date()
    version.save()
    assert client.get("/vi/certification/HACCP-TV/").status_code == 404
    assert signed_in(applicant).post("/vi/certification/HACCP-TV/apply/").status_code == 404
    assert not Application.objects.exists()


def test_begun_twice_is_one_application(applicant: User) -> None:
    make_version()
    browser = signed_in(applicant)
    first = browser.post("/vi/certification/HACCP-TV/apply/")
    second = browser.post("/vi/certification/HACCP-TV/apply/")
    assert first.status_code == 302 and first["Location"] == second["Location"]
    assert Application.objects.count() == 1
    assert browser.get("/vi/certification/HACCP-TV/apply/").status_code == 405


def test_a_visitor_signs_in_first(client: Client) -> None:
    make_version()
    assert "/account/login/" in client.post("/vi/certification/HACCP-TV/apply/")["Location"]


def test_eligibility_is_shown_with_what_it_was_counted_from(applicant: User) -> None:
    certificate = make_completion(applicant, course_code="HACCP")
    page = words(signed_in(applicant).get(address(make_draft(applicant))))
    assert certificate.number in page
    assert page.index("conditions-title") < page.index("evidence-title")
    assert 'aria-disabled="true"' in page
    boxes = re.findall(r'<input[^>]*name="agreed"[^>]*>', page)
    assert len(boxes) == 3 and not any("checked" in box for box in boxes)  # nothing is agreed to beforehand


def test_the_draft_is_kept(applicant: User) -> None:
    application = make_draft(applicant)
    data = {"education": "Kỹ sư thực phẩm", "experience_years": "4", "statement": "Đã làm", "special_needs": ""}
    response = signed_in(applicant).post(address(application), data)
    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.education, application.experience_years) == ("Kỹ sư thực phẩm", 4)
    bad = signed_in(applicant).post(address(application), {**data, "experience_years": "bốn"})
    assert bad.status_code == 422
    application.refresh_from_db()
    assert application.experience_years == 4


def test_evidence_comes_and_goes(applicant: User) -> None:
    application, browser = make_draft(applicant), signed_in(applicant)
    for upload in (pdf_file(), png_file()):
        response = browser.post(address(application, "evidence/"), {"kind": "cv", "file": upload})
        assert response.status_code == 302
    first, second = application.evidence.order_by("pk")
    got = browser.get(address(application, f"evidence/{first.pk}/"))
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert got["Content-Disposition"].startswith("attachment")
    assert browser.post(address(application, f"evidence/{second.pk}/remove/")).status_code == 302
    assert browser.get(address(application, f"evidence/{second.pk}/")).status_code == 404
    assert Evidence.objects.get(pk=second.pk).removed_at is not None


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("to.pdf", b"%PDF-1.7" + b"0" * (12 * 1024 * 1024) + b"%%EOF"),
        SimpleUploadedFile("anh.png", b"this is no picture"),
        SimpleUploadedFile("anh.jpg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("nen.zip", b"PK\x03\x04"),
        SimpleUploadedFile("rong.pdf", b""),
        SimpleUploadedFile("macro.docx", b"PK\x05\x06" + b"\0" * 18),
    ],
    ids=["12 MB", "no picture", "svg as jpg", "zip", "empty", "empty docx"],
)
def test_a_bad_file_says_why_and_leaves_nothing(applicant: User, upload: Any) -> None:
    application = make_draft(applicant)
    response = signed_in(applicant).post(address(application, "evidence/"), {"kind": "cv", "file": upload})
    assert response.status_code == 422
    assert 'class="error"' in words(response)
    assert not Evidence.objects.exists()


def test_a_kind_that_nobody_asked_for(applicant: User) -> None:
    application = make_draft(applicant)
    response = signed_in(applicant).post(address(application, "evidence/"), {"kind": "passport", "file": pdf_file()})
    assert response.status_code == 422
    assert not Evidence.objects.exists()


def test_handing_in_names_what_is_missing(applicant: User) -> None:
    application, browser = make_draft(applicant), signed_in(applicant)
    response = browser.post(address(application, "submit/"), {"agreed": agreements(application)})
    assert response.status_code == 409
    assert "Lý lịch nghề nghiệp" in words(response)
    fill(application)
    refused = browser.post(address(application, "submit/"), {"agreed": agreements(application)[:1]})
    assert refused.status_code == 409
    application.refresh_from_db()
    assert application.state == Application.State.DRAFT
    assert browser.post(address(application, "submit/"), {"agreed": agreements(application)}).status_code == 302
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    assert set(application.agreed) == set(agreements(application))
    assert applicant.consents.filter(purpose=Consent.Purpose.REGISTER, withdrawn_at=None).exists()


def test_handed_in_cannot_be_changed(applicant: User) -> None:
    application, browser = make_submitted(applicant), signed_in(applicant)
    kept = application.evidence.first()
    assert browser.get(address(application)).status_code == 200
    assert browser.post(address(application), {"education": "khác", "experience_years": "9"}).status_code == 409
    assert browser.post(address(application, "evidence/"), {"kind": "cv", "file": png_file()}).status_code == 409
    assert browser.post(address(application, f"evidence/{kept.pk}/remove/")).status_code == 409
    application.refresh_from_db()
    assert application.experience_years == 4
    assert application.evidence.filter(removed_at=None).count() == len(application.version.evidence)


def test_sent_back_shows_the_note_and_can_be_handed_in_again(applicant: User, officer: User) -> None:
    application, browser = make_submitted(applicant), signed_in(applicant)
    actions.give_back(application=application, note="Thiếu thư nhận xét của quản lý.", by=officer, at=AT)
    assert "Thiếu thư nhận xét của quản lý." in words(browser.get(address(application)))
    assert browser.post(address(application, "submit/"), {"agreed": agreements(application)}).status_code == 302


def test_withdrawn_after_asking(applicant: User) -> None:
    application, browser = make_submitted(applicant), signed_in(applicant)
    assert browser.get(address(application, "take-back/")).status_code == 200
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    assert browser.post(address(application, "take-back/")).status_code == 302
    application.refresh_from_db()
    assert application.state == Application.State.WITHDRAWN
    assert browser.post(address(application, "take-back/")).status_code == 409


def test_the_decision_is_read_by_the_applicant(applicant: User, officer: User, decider: User) -> None:
    application = make_proposed(applicant, officer)
    actions.decide(application=application, outcome="refuse", basis="Chưa đủ kinh nghiệm thực tế.", by=decider, at=AT)
    page = words(signed_in(applicant).get(address(application)))
    assert "Chưa đủ kinh nghiệm thực tế." in page
    assert BASIS not in page  # the officer's note is for the council


def test_another_persons_file_is_as_good_as_missing(applicant: User) -> None:
    application = make_submitted(applicant)
    kept = application.evidence.first()
    stranger = signed_in(make_person("Người Khác"))
    missing = "/vi/certification/applications/HS-XXXXXXXX/"
    for more in ("", "take-back/", f"evidence/{kept.pk}/"):
        assert stranger.get(address(application, more)).status_code == 404
        assert stranger.get(missing + more).status_code == 404
    for more in ("", "submit/", "take-back/", "evidence/", f"evidence/{kept.pk}/remove/"):
        data = {"kind": "cv", "file": pdf_file()} if more == "evidence/" else {}
        assert stranger.post(address(application, more), data).status_code == 404
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED


def test_evidence_goes_by_its_own_application_only(applicant: User) -> None:
    theirs = make_submitted(applicant).evidence.first()
    other = make_person("Người Khác")
    own = make_draft(other)
    assert signed_in(other).get(address(own, f"evidence/{theirs.pk}/")).status_code == 404
    assert signed_in(other).post(address(own, f"evidence/{theirs.pk}/remove/")).status_code == 404
    assert Evidence.objects.get(pk=theirs.pk).removed_at is None
