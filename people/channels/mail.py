"""E-mail: one letter, two bodies, one button; a refused address is told from a server in trouble."""

import re
import smtplib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import get_language

from people.channels.base import AddressRefused, Later, Letter, Unsure
from people.models import Notice, Province, User
from people.notices import GROUP_NAMES, fill

_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
# RFC 3463: 5.1.x is about the address, 5.2.x about the mailbox. Other subjects blame us, the way or the server.
_ABOUT_THE_ADDRESS = frozenset({"1", "2"})
# Replies without an enhanced code that say: no such mailbox, not here, not a mailbox's name, no mail here at all.
_BARE = frozenset({521, 550, 551, 553, 556})
_ABOUT_US = re.compile(r"relay|authenticat|blocked|blacklist|spam|policy|reputation", re.IGNORECASE)


def blames_address(code: int, text: str) -> bool:
    """Whether a server's reply to RCPT says that the address is dead.

    A relay that refuses *us* answers with the same numbers; taking that for dead
    addresses would silence everybody at once.
    """
    if not 500 <= code < 600:
        return False
    if found := _ENHANCED.search(text):
        return found[1] in _ABOUT_THE_ADDRESS
    return code in _BARE and not _ABOUT_US.search(text)


class Mail:
    """Through the server of EMAIL_URL."""

    name = Notice.Channel.MAIL.value
    rings = False
    chosen = True

    def is_on(self) -> bool:
        """Always: without a mail server the product does not start."""
        return True

    def takes(self, kind: str) -> bool:
        """Every kind."""
        return True

    def address(self, person: User) -> str:
        """The contact address, which several people may share."""
        return person.email.strip().lower()

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Send one mail over a connection of its own."""
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:
            raise Later(type(error).__name__) from error
        try:
            mail = message(letter)
            mail.connection = connection
            handing()
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(error) from error
        except smtplib.SMTPResponseException as error:
            raise Later(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except OSError as error:
            raise Unsure(type(error).__name__) from error
        finally:
            connection.close()


def _refusal(error: smtplib.SMTPRecipientsRefused) -> Exception:
    for code, reply in error.recipients.values():
        said = f"{code} {_text(reply)}"
        return AddressRefused(said) if blames_address(code, said) else Later(said)
    return Later("SMTPRecipientsRefused")


def _text(reply: bytes | str) -> str:
    return (reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply))[:200]


def message(letter: Letter) -> EmailMultiAlternatives:
    """The mail, in the language that is active."""
    subject = " ".join(letter.words.subject.split())
    province = Province.objects.filter(code=settings.PROVINCE).first()
    context = {
        "called": called(letter.person),
        "subject": subject,
        "body": letter.words.body,
        "details": _details(letter),
        "action_text": letter.words.button,
        "action_url": letter.url,
        "why": GROUP_NAMES[letter.group],
        "choices_url": letter.choices_url,
        "stop_url": letter.stop_url,
        "contact": _contact(province),
    }
    headers = {
        # Out-of-office robots leave such letters alone (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "X-NSCL-Notice": letter.key,
    }
    if letter.stop_url:
        # RFC 8058: the mail program ends them with one POST, without asking the person to sign in.
        headers["List-Unsubscribe"] = f"<{letter.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject, render_to_string("email/notice.txt", context), None, [letter.address], headers=headers
    )
    mail.attach_alternative(render_to_string("email/notice.html", context), "text/html")
    _put_calendar(mail, letter.facts.get("calendar"))
    return mail


def _put_calendar(mail: EmailMultiAlternatives, given: Any) -> None:
    """One calendar file, or several as attachments."""
    files = given if isinstance(given, list) else [given] if given else []
    for number, file in enumerate(files, 1):
        kind = f"text/calendar; method={file['method']}"
        if len(files) == 1:
            # An alternative, not an attachment: that is how calendars take in invitations and their changes (RFC 6047).
            mail.attach_alternative(file["ics"], kind)
        else:
            mail.attach(f"{number}.ics", file["ics"], kind)


def called(person: User) -> str:
    """How a letter begins: “Anh Khải” in Vietnamese, the whole name in English."""
    if (get_language() or "vi").startswith("vi"):
        called = f"{person.address} {person.get_short_name()}"
        return called[:1].upper() + called[1:]
    return person.full_name


def _details(letter: Letter) -> list[str]:
    """Course, time and place for the box, as far as the text does not say them already."""
    said = letter.words.subject + letter.words.body
    known = [fill(f"{{{name}}}", letter.facts) for name in ("course", "when", "place")]
    return [text for text in known if text and text not in said]


def _contact(province: Province | None) -> str:
    if province is None:
        return ""
    phone = province.profile.get("contact", {}).get("phone", "")
    return ", ".join(part for part in (province.text("programme_title"), phone) if part)
