"""The page that shows the demo's mail."""

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from people.mailfolder import kept_mails


def keep(*subjects):
    settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    connection = get_connection(backend, file_path=settings.MAIL_FOLDER)
    mails = []
    for subject in subjects:
        message = EmailMultiAlternatives(subject, f"Mở http://127.0.0.1:8000/vi/ {subject}", None, ["a@nscl.example"])
        message.attach_alternative("<p>HTML</p>", "text/html")
        mails.append(message)
    connection.send_messages(mails)


def test_mails_are_read_back_one_by_one():
    keep("Thư một", "Thư hai")
    keep("Thư ba " + "dài " * 40)
    mails = kept_mails(settings.MAIL_FOLDER)
    assert {mail.subject.split()[1] for mail in mails} == {"một", "hai", "ba"}
    assert len({mail.name for mail in mails}) == 3
    assert all("http://127.0.0.1:8000/vi/" in mail.text for mail in mails)


def test_an_empty_folder_is_no_fault(tmp_path):
    assert kept_mails(tmp_path / "missing") == []


@pytest.mark.django_db
def test_the_page_lists_them_and_shows_one_with_its_links(client):
    assert client.get(reverse("people:demo_mail")).status_code == 200
    keep("<script>Thư</script>")
    page = client.get(reverse("people:demo_mail")).content.decode()
    assert "&lt;script&gt;Thư" in page
    (mail,) = kept_mails(settings.MAIL_FOLDER)
    message = client.get(reverse("people:demo_mail_message", args=[mail.name])).content.decode()
    assert 'href="http://127.0.0.1:8000/vi/"' in message
    assert client.get(reverse("people:demo_mail_message", args=["20260101-0"])).status_code == 404
