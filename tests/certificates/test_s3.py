"""With STORAGE_URL=s3://… files go to the bucket, come back through their views, and only public media are public."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.conf import settings as django_settings
from django.core.files.images import ImageFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from moto import mock_aws
from PIL import Image as Picture
from wagtail.images import get_image_model

from certificates import actions, rendering, tasks
from certificates.models import Certificate, Evidence
from people.models import User
from tests.certificates.conftest import make_completion, make_draft, pdf_file

ENDPOINT = "https://s3.nscl.example:9443"
URL = "s3://KEY:se%2Fcr%2Bet@s3.nscl.example:9443/nscl?region=vn-1"


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    """What the settings make of the variable, in a process of its own."""
    question = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps([s.STORAGES, s.CONTENT_SECURITY_POLICY, s.ADMIN_CONTENT_SECURITY_POLICY]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", question],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "STORAGE_URL": URL, "DJANGO_SETTINGS_MODULE": "lms.settings", "NSCL_DEMO": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found, policy, admin = json.loads(done.stdout)
    return {"storages": found, "pages": policy["DIRECTIVES"], "admin": admin}


@pytest.fixture
def bucket(read: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket as docs/production.md sets it up, and the product's storages in it."""
    monkeypatch.setenv("MOTO_S3_CUSTOM_ENDPOINTS", ENDPOINT)
    with mock_aws():
        client = boto3.client("s3", endpoint_url=ENDPOINT, region_name="vn-1")
        client.create_bucket(Bucket="nscl", CreateBucketConfiguration={"LocationConstraint": "vn-1"})
        kept = {name: read["storages"][name] for name in ("default", "private")}
        settings.STORAGES = {**settings.STORAGES, **kept}
        yield client


def stored(bucket: Any, prefix: str) -> list[str]:
    return [item["Key"] for item in bucket.list_objects_v2(Bucket="nscl", Prefix=prefix).get("Contents", [])]


def test_the_variable_is_read(read: dict[str, Any]) -> None:
    options = read["storages"]["private"]["OPTIONS"]
    assert (options["access_key"], options["secret_key"]) == ("KEY", "se/cr+et")
    assert (options["endpoint_url"], options["bucket_name"], options["region_name"]) == (ENDPOINT, "nscl", "vn-1")
    assert read["storages"]["default"]["OPTIONS"]["location"] == "media"


def test_pages_may_show_pictures_out_of_the_bucket_and_nothing_else(read: dict[str, Any]) -> None:
    for policy in (read["pages"], read["admin"]):
        assert ENDPOINT in policy["img-src"]
        assert not [name for name, allowed in policy.items() if ENDPOINT in allowed and name != "img-src"]


@pytest.mark.django_db
def test_a_certificate_is_kept_in_the_bucket_and_served_from_it(
    bucket: Any, applicant: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_completion(applicant)
    for _run in range(2):
        tasks.render(certificate.pk)
    assert Certificate.objects.get(pk=certificate.pk).rendered_at is not None
    names = [rendering.pdf_name(certificate), rendering.png_name(certificate)]
    assert stored(bucket, "") == [f"private/{name}" for name in names]
    monkeypatch.setattr(rendering, "pdf", lambda _: pytest.fail("drawn again"))
    monkeypatch.setattr(rendering, "png", lambda _: pytest.fail("drawn again"))
    client.force_login(applicant)
    for ending, start in (("pdf", b"%PDF-"), ("png", b"\x89PNG")):
        answer = client.get(f"/vi/learn/certificates/{certificate.code}/{ending}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)


@pytest.mark.django_db
def test_evidence_is_kept_in_the_bucket_and_served_from_it(
    bucket: Any, applicant: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The field took its storage when the process began, long before this bucket was there.
    monkeypatch.setattr(Evidence._meta.get_field("file"), "storage", storages["private"])
    application = make_draft(applicant)
    upload = pdf_file("bằng.pdf")
    kept = actions.add_evidence(
        application=application,
        kind=application.version.evidence[0]["code"],
        upload=upload,
        by=applicant,
        at=timezone.now(),
    )
    assert len(stored(bucket, "private/evidence/")) == 1
    client.force_login(applicant)
    answer = client.get(f"/vi/certification/applications/{application.code}/evidence/{kept.pk}/")
    upload.seek(0)
    assert b"".join(answer.streaming_content) == upload.read()


@pytest.mark.django_db
def test_a_public_picture_has_a_public_address(bucket: Any) -> None:
    drawn = io.BytesIO()
    Picture.new("RGB", (640, 480), "#0b5a50").save(drawn, "PNG")
    drawn.seek(0)
    picture = get_image_model().objects.create(title="Ảnh", file=ImageFile(drawn, name="anh.png"))
    smaller = picture.get_rendition("width-320")
    assert picture.file.url == f"{ENDPOINT}/nscl/media/{picture.file.name}"
    assert smaller.url == f"{ENDPOINT}/nscl/media/{smaller.file.name}"
    assert smaller.width == 320
    assert len(stored(bucket, "media/")) == 2


@pytest.mark.django_db
def test_ready_says_when_the_bucket_is_gone(bucket: Any, client: Client) -> None:
    assert client.get("/readyz").json()["storage"] == "ok"
    assert stored(bucket, "private/ready") == []
    bucket.delete_bucket(Bucket="nscl")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (503, "unavailable")


def test_private_files_have_addresses_that_end(bucket: Any) -> None:
    assert "X-Amz-Signature=" in storages["private"].url("evidence/x.pdf")
    assert "?" not in storages["default"].url("images/x.png")
