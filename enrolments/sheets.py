"""The sign-in sheet of a meeting: what stands on the paper."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from enrolments import timetables
from enrolments.models import Meeting
from lms.lib import papers
from lms.lib.periods import ZONE, local_date
from people.models import Province, User

DESIGN = Path(__file__).resolve().parent / "typst" / "sheet-1.typ"


def pdf(meeting: Meeting, at: datetime) -> bytes:
    """The sheet as PDF, in Vietnamese, people by given name. Raises papers.CannotRender."""
    return papers.pdf(DESIGN, printed(meeting, at), at)


def printed(meeting: Meeting, at: datetime) -> dict[str, Any]:
    """The texts on the paper: the design only places them."""
    run, now = meeting.run, at.astimezone(ZONE)
    body = Province.current().body_on(local_date(at))
    people = timetables.attended(meeting).people
    number = timetables.number_of(meeting)
    teaching = [meeting.instructor] if meeting.instructor else [
        post.person for post in run.instructors.filter(until=None).select_related("person").order_by("since")
    ]  # fmt: skip
    with override("vi"):
        day = date_format(meeting.starts_at.astimezone(ZONE), "D, d/m/Y")
    address = reverse("enrolments_admin:attendance_sheet", args=[run.code, meeting.pk])
    clock = f"{meeting.starts_at.astimezone(ZONE):%H:%M}–{meeting.ends_at.astimezone(ZONE):%H:%M}"
    return {
        "parent": body.parent_vi.upper(),
        "body": body.name_vi.upper(),
        "course": run.course.title_vi,
        "run": run.code,
        "number": number,
        "topic": meeting.topic,
        "when": " · ".join(part for part in (day, clock, meeting.where) if part),
        "instructors": ", ".join(person.full_name for person in teaching),
        "people": [
            [*_apart(one.enrolment.person), _born(one.enrolment.person), _firm(one)] for one in people
        ],
        "total": len(people),
        "printed": f"In lúc {now:%H:%M, %d/%m/%Y}, từ danh sách có {len(people)} người",
        "reference": f"{run.code} · buổi {number}",
        "qr": papers.qr_code(settings.SITE_URL + address, "#07352f"),
    }  # fmt: skip


def _apart(person: User) -> tuple[str, str]:
    """Family and middle name, and the given name that the list is sorted by, where it ends the name."""
    name, given = person.full_name, person.given_name
    return (name.removesuffix(given).rstrip(), given) if given and name.endswith(f" {given}") else (name, "")


def _born(person: User) -> str:
    return str(person.birth_date.year if person.birth_date else person.birth_year or "")


def _firm(one: timetables.Person) -> str:
    return one.enrolment.enterprise.name if one.enrolment.enterprise else ""
