"""Texts of what people are told, by kind, and in which group a kind is chosen. Filled with a notice's facts."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy as _, override, pgettext_lazy

from lms.lib.bilingual import of


class Group(StrEnum):
    """What a person may choose to be told, and what nobody can switch off."""

    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    CLASS = "class"
    REMINDER = "reminder"
    TALK = "talk"


GROUP_NAMES: Mapping[str, Any] = {
    Group.ACCOUNT: pgettext_lazy("kind of notices", "The account"),
    Group.CERTIFICATE: pgettext_lazy("kind of notices", "Certificates and results"),
    Group.CLASS: pgettext_lazy("kind of notices", "Places and changes of classes"),
    Group.REMINDER: pgettext_lazy("kind of notices", "Reminders"),
    Group.TALK: pgettext_lazy("kind of notices", "What is said in a class"),
}
GROUP_HINTS: Mapping[str, Any] = {
    Group.ACCOUNT: _("New slips, signing in, your data."),
    Group.CERTIFICATE: _("Results of exams, certificates, decisions."),
    Group.CLASS: _("Enrolled, waiting list, held places, new times, cancelled."),
    Group.REMINDER: _("A week and a day before, lessons not begun, deadlines."),
    Group.TALK: _("Announcements, questions about lessons and their answers."),
}
ALWAYS_SHOWN = frozenset({Group.ACCOUNT, Group.CERTIFICATE})
"""Groups that stay on the screen whatever is chosen: they are about the person's rights."""
STOPPABLE = frozenset({Group.REMINDER, Group.TALK})
"""Groups whose letters carry a link that ends them at once."""


class Text(NamedTuple):
    """Subject, body and the button's words; `%(name)s` placeholders come from the facts."""

    subject: Any
    body: Any
    button: Any
    group: Group = Group.ACCOUNT
    name: Any = ""
    """What the back office calls the kind."""


TEXTS: dict[str, Text] = {
    "completion_certificate": Text(
        _("Your certificate of completion %(number)s is ready"),
        _("You have completed “%(course)s”. The certificate is on your page; anyone can check it by its code."),
        _("See the certificate"),
        Group.CERTIFICATE,
        _("Certificate of completion issued"),
    ),
    "consultant_certificate": Text(
        _("Your consultant certificate %(number)s is ready"),
        _("The decision on your application %(application)s has been made: certification is granted."),
        _("See the certificate"),
        Group.CERTIFICATE,
        _("Consultant certificate issued"),
    ),
    "application_returned": Text(
        _("Application %(application)s: something is missing"),
        _("The officer who checked your file asks: %(note)s"),
        _("Complete the application"),
        Group.CERTIFICATE,
        _("Application sent back"),
    ),
    "application_refused": Text(
        _("Application %(application)s: decision"),
        _("Certification is not granted. Reason: %(note)s You may ask for the decision to be looked at again."),
        _("See the decision"),
        Group.CERTIFICATE,
        _("Certification not granted"),
    ),
    "certificate_ended": Text(
        _("Certificate %(number)s is no longer valid"),
        _("From %(day)s certificate %(number)s may not be used. Reason: %(reason)s"),
        _("See what this means"),
        Group.CERTIFICATE,
        _("Certificate no longer valid"),
    ),
    "slip_issued": Text(
        _("A new sign-in slip was printed for you"),
        _(
            "%(by)s printed it; the PIN or password used so far no longer works. "
            "If you did not ask for it, tell the programme."
        ),
        _("Open NSCL"),
        Group.ACCOUNT,
        _("New sign-in slip"),
    ),
    "attempt_graded": Text(
        _("Result of %(exam)s"),
        _("Your result is on your page."),
        _("See the result"),
        Group.CERTIFICATE,
        _("Result of an exam"),
    ),
}


def register(texts: Mapping[str, Text]) -> None:
    """Add an upper app's kinds, in its `AppConfig.ready()`. Raises ValueError for a kind that is there."""
    if twice := TEXTS.keys() & texts.keys():
        raise ValueError(f"Kinds of notices are declared once: {', '.join(sorted(twice))}.")
    TEXTS.update(texts)


class Wording(NamedTuple):
    """A notice's text: filled, in the reader's language; or with placeholders, as it is kept."""

    subject: str
    body: str
    button: str


Own = Mapping[tuple[str, str], Wording]
"""The province's own texts by kind and language, with `{name}` placeholders."""

_BUILT_IN = re.compile(r"%\((\w+)\)s|%%")
_PLACE = re.compile(r"\{(\w+)\}")


def built_in(kind: str, language: str) -> Wording:
    """The text that the product brings, with `{name}` placeholders as the back office shows them."""
    text = TEXTS[kind]
    with override(language):
        parts = [_BUILT_IN.sub(_braces, str(part)) for part in text[:3]]
    return Wording(*parts)


def _braces(found: re.Match[str]) -> str:
    return f"{{{found[1]}}}" if found[1] else "%"


def placeholders(kind: str) -> list[str]:
    """What the facts of a kind fill in, in the order of the text; each of them once."""
    text = TEXTS[kind]
    with override("en"):
        found = [match[1] for part in text[:3] for match in _BUILT_IN.finditer(str(part)) if match[1]]
    return list(dict.fromkeys(found))


def misfits(kind: str, words: Wording) -> tuple[list[str], list[str]]:
    """What is wrong with the placeholders of an own text: those unknown to the kind, and those that it lacks."""
    known = placeholders(kind)
    used = dict.fromkeys(name for part in words for name in _PLACE.findall(part))
    return [name for name in used if name not in known], [name for name in known if name not in used]


def wording(kind: str, facts: Mapping[str, Any], own: Own | None = None) -> Wording:
    """The text of a notice of `kind`. A fact may be a text or `{"vi": …, "en": …}`; a missing one is left out.

    `own` are the province's own texts, which stand before the built-in ones.
    """
    language = (get_language() or "vi")[:2]
    kept = (own or {}).get((kind, language)) or built_in(kind, language)
    return Wording(*(fill(part, facts) for part in kept))


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """`text` with its `{name}` placeholders filled. What a fact itself holds is never read as a placeholder."""

    def value(found: re.Match[str]) -> str:
        fact = facts.get(found[1], "")
        return of(fact) if isinstance(fact, dict) else str(fact)

    return _PLACE.sub(value, text)


def group_of(kind: str) -> Group:
    """The group in which a person chooses about `kind`."""
    return TEXTS[kind].group


def kind_name(kind: str) -> str:
    """What the back office calls a kind; of one that is no longer there, as it is stored."""
    text = TEXTS.get(kind)
    return str(text.name or kind) if text else kind


class Sample(NamedTuple):
    """What a placeholder stands for, and a fact to preview it with."""

    label: Any
    fact: Any


_WHEN = {"vi": "T5, 03/12/2026, 18:00–20:30", "en": "Thu, 03/12/2026, 18:00–20:30"}
SAMPLES: Mapping[str, Sample] = {
    "answer": Sample(pgettext_lazy("placeholder", "the office’s answer"), "Lớp mở từ 12/01/2027 tại nhà máy."),
    "application": Sample(pgettext_lazy("placeholder", "number of the application"), "HS-2026-0012"),
    "attempt": Sample(pgettext_lazy("placeholder", "code of the attempt"), "7DMD-CACQ-XR8T"),
    "bank": Sample(pgettext_lazy("placeholder", "code of the question bank"), "HACCP"),
    "before": Sample(pgettext_lazy("placeholder", "time of the meeting before"), "T3, 01/12/2026, 18:00–20:30"),
    "by": Sample(pgettext_lazy("placeholder", "who did or wrote it"), "Lê Thị Thủy"),
    "changes": Sample(
        pgettext_lazy("placeholder", "what has changed"),
        {"vi": "Địa điểm: Phòng 305.", "en": "Place: room 305."},
    ),
    "completed": Sample(pgettext_lazy("placeholder", "how many completed"), "12"),
    "course": Sample(
        pgettext_lazy("placeholder", "name of the course"),
        {"vi": "HACCP cho nhà máy chế biến thủy sản", "en": "HACCP for seafood factories"},
    ),
    "day": Sample(pgettext_lazy("placeholder", "day"), "12/12/2026"),
    "email": Sample(pgettext_lazy("placeholder", "e-mail address"), "tham@nscl.example"),
    "enrolled": Sample(pgettext_lazy("placeholder", "how many are enrolled"), "28"),
    "enterprise": Sample(pgettext_lazy("placeholder", "name of the enterprise"), "Công ty Thủy sản Sông Tiền (mẫu)"),
    "exam": Sample(pgettext_lazy("placeholder", "name of the exam"), {"vi": "Bài thi HACCP", "en": "HACCP exam"}),
    "held_until": Sample(pgettext_lazy("placeholder", "until when the place is held"), "17:00 24/11/2026"),
    "lagging": Sample(pgettext_lazy("placeholder", "how many are behind"), "4"),
    "lesson": Sample(
        pgettext_lazy("placeholder", "title of the lesson"), {"vi": "Phân tích mối nguy", "en": "Hazard analysis"}
    ),
    "lost": Sample(pgettext_lazy("placeholder", "how many passes are lost"), "2"),
    "minutes": Sample(pgettext_lazy("placeholder", "minutes of the first lesson"), "20"),
    "missing": Sample(
        pgettext_lazy("placeholder", "what is still missing"),
        {"vi": "2 bài học; bài thi.", "en": "2 lessons; exam."},
    ),
    "note": Sample(pgettext_lazy("placeholder", "what the officer wrote"), "Bổ sung bản scan quyết định tuyển dụng."),
    "number": Sample(pgettext_lazy("placeholder", "number of the certificate"), "HT-2026-00017"),
    "papers": Sample(pgettext_lazy("placeholder", "numbers of certificates"), "HT-2026-00017, CV-2026-00004"),
    "place": Sample(pgettext_lazy("placeholder", "place"), "Phòng 204, phường Tân Thạnh"),
    "position": Sample(pgettext_lazy("placeholder", "place in the line"), "3"),
    "question": Sample(pgettext_lazy("placeholder", "code of the question"), "HACCP-0042"),
    "reason": Sample(pgettext_lazy("placeholder", "reason"), "Giảng viên bận công tác."),
    "run": Sample(pgettext_lazy("placeholder", "code of the class"), "HACCP-2026-07"),
    "seat": Sample(pgettext_lazy("placeholder", "seat"), "A12"),
    "state": Sample(pgettext_lazy("placeholder", "state"), {"vi": "đã xếp lớp", "en": "class planned"}),
    "subject": Sample(pgettext_lazy("placeholder", "subject of the announcement"), "Mang theo sơ đồ quy trình"),
    "text": Sample(
        pgettext_lazy("placeholder", "what was written"), "Buổi tới cần sơ đồ quy trình của dây chuyền mình."
    ),
    "when": Sample(pgettext_lazy("placeholder", "time of the meeting"), _WHEN),
}
"""Every placeholder of the texts, of all apps."""


def samples(kind: str) -> dict[str, Any]:
    """Facts to preview a kind with."""
    return {name: SAMPLES[name].fact for name in placeholders(kind) if name in SAMPLES}


def label_of(placeholder: str) -> str:
    """What a placeholder stands for."""
    sample = SAMPLES.get(placeholder)
    return str(sample.label) if sample else placeholder
