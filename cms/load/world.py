"""The synthetic world, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from certificates import actions as certification
from certificates.models import Certificate, SchemeVersion
from cms.demo.certification import Council
from cms.load import classes, crowd, exams, papers, study
from courses.models import Course, LessonPage
from lms.lib import publiccache
from lms.lib.states import Refused
from people.models import User

CONSULTANTS = 20
REVOKED = 3
REASON = "Cấp nhầm: kết quả thi thuộc về người trùng tên trong cùng lớp (dữ liệu mẫu)."


@dataclass(frozen=True)
class Made:
    """What was written."""

    people: int
    runs: int
    enrolments: int
    certificates: int
    consultants: int


def real_people() -> int:
    """Accounts that neither the demo nor an earlier load made."""
    count: int = User.objects.filter(is_demo=False).exclude(username__startswith=crowd.PREFIX).count()
    return count


@transaction.atomic
def generate(
    *,
    people: int,
    enrolments: int,
    seed: int,
    password: str,
    at: datetime,
    say: Callable[[str], object] = lambda _: None,
) -> Made:
    """Write `people` people and `enrolments` enrolments over two years up to `at`, all or nothing.

    The same seed on the same day gives the same people, classes, results and
    numbers. The few consultants, and what was revoked, go through the product's own
    actions: their codes are random. Raises Refused without a catalogue, and when the
    seed was used already.
    """
    if User.objects.filter(username__startswith=f"{crowd.PREFIX}{seed}-").exists():
        raise Refused(f"The world of seed {seed} is in this database already. Choose another seed.", code="seed")
    catalogue = _catalogue(seed)
    if not catalogue:
        raise Refused("There is no course with lessons and an exam: run manage.py load_starter first.", code="empty")
    chance = Random(f"{seed}:study")  # noqa: S311  (repeatable on purpose)
    say("people")
    everybody = crowd.gather(people=people, seed=seed, password=password, at=at)
    runs = classes.plan(catalogue, enrolments, people, chance, at)
    turns = [
        classes.live(run, person, chance, at) for run in runs for person in chance.sample(everybody.people, run.size)
    ]
    say("classes and lessons")
    study.write_runs(runs, everybody.instructors, seed, chance, at)
    study.write_turns(turns)
    say("exams")
    study.write_exams(turns, chance)
    say("certificates")
    certificates = papers.certify(turns, seed, chance, at)
    say("consultants")
    consultants = _consultants(everybody, turns, at)
    _revoke(everybody.staff["officer"], turns, at)
    publiccache.forget()
    return Made(people, len(runs), len(turns), certificates, consultants)


def _catalogue(seed: int) -> list[classes.Lessons]:
    found = []
    for course in Course.objects.select_related("subject", "edition").order_by("code"):
        pages = list(
            LessonPage.objects.live()
            .filter(lesson__course=course, lesson__retired=False, language="vi", live_revision__isnull=False)
            .order_by("lesson__order", "lesson")
            .values_list("lesson_id", "live_revision_id")
        )
        asked = course.completion_rules.filter(kind="exam").values("key")
        sat = [
            exams.prepare(exam, seed) for exam in course.exams.filter(code__in=asked, retired=False).order_by("code")
        ]
        if pages and sat:
            found.append(classes.Lessons(course, pages, sat))
    return found


def _consultants(everybody: crowd.Crowd, turns: list[classes.Turn], at: datetime) -> int:
    """Certify a few of those who hold what a scheme asks for, on the way that everybody takes."""
    version = SchemeVersion.objects.select_related("scheme").order_by("scheme__code", "-number").first()
    if version is None:
        return 0
    wanted = {item["course"] for item in version.requires.get("courses", [])}
    council = Council(everybody.staff, version)
    chosen: dict[int, datetime] = {}
    for turn in turns:
        fits = turn.run.lessons.course.code in wanted and turn.person.id not in chosen
        if fits and turn.completed_at and at - timedelta(days=500) < turn.completed_at < at - timedelta(days=60):
            chosen[turn.person.id] = turn.completed_at
        if len(chosen) == min(CONSULTANTS, len(everybody.people) // 20):
            break
    people = User.objects.in_bulk(list(chosen))
    for person, completed_at in chosen.items():
        council.grant(people[person], completed_at + timedelta(days=20))
    return len(chosen)


def _revoke(officer: User, turns: list[classes.Turn], at: datetime) -> None:
    ids = [turn.id for turn in turns if turn.completed_at][: REVOKED if len(turns) > 100 else 0]
    for certificate in Certificate.objects.filter(enrolment__in=ids).order_by("issued_at", "pk"):
        certification.revoke(certificate=certificate, reason=REASON, by=officer, at=at - timedelta(hours=1))
