"""Small worlds for reports: rows written directly, so that each day and state can be chosen."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from certificates.models import Application, Certificate, Decision, Scheme, SchemeVersion
from courses.models import Course, Edition, Family, Subject
from enrolments.models import CourseRun, Enrolment, RunFunding
from lms.lib.periods import ZONE
from people.models import AdministrativeUnit, Enterprise, FundingSource, Province, Sector, User
from quizzes.models import Attempt, Bank, Exam, Grade, Sitting

_numbers = count(1)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    """A moment in Vietnam: `2026-06-15` or `2026-06-15 08:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class World:
    """Reference rows, and makers of everything that a report counts."""

    subjects: list[Subject] = field(default_factory=list)
    sectors: list[Sector] = field(default_factory=list)
    communes: list[AdministrativeUnit] = field(default_factory=list)
    sources: list[FundingSource] = field(default_factory=list)

    def person(self, name: str = "Trần Thị Mai", **fields) -> User:
        return User.objects.create_user(full_name=name, **fields)

    def enterprise(self, name: str = "Công ty (mẫu)", **fields) -> Enterprise:
        defaults = {"sector": self.sectors[0], "legal_form": "private", "search_key": "cong ty"}
        return Enterprise.objects.create(name=name, **{**defaults, **fields})

    def course(self, subject: Subject | None = None, hours: str = "12.5") -> Course:
        subject = subject or self.subjects[0]
        number = next(_numbers)
        edition = Edition.objects.create(subject=subject, code=f"e-{number}", name_vi="Bản", name_en="Edition")
        return Course.objects.create(
            code=f"C{number}",
            subject=subject,
            edition=edition,
            hours=Decimal(hours),
            title_vi=f"Khóa {number}",
            title_en=f"Course {number}",
        )

    def run(self, course: Course | None = None, *, starts: str = "2026-08-01", sources=(), **fields) -> CourseRun:
        course = course or self.course()
        first = date.fromisoformat(starts)
        run = CourseRun.objects.create(
            code=fields.pop("code", f"L{next(_numbers)}"),
            course=course,
            edition=course.edition,
            starts_on=first,
            ends_on=first + timedelta(days=60),
            **{"state": "running", "mode": "room", **fields},
        )
        for source, percent in sources:
            RunFunding.objects.create(run=run, source=source, percent=percent)
        return run

    def enrol(
        self,
        run: CourseRun | None = None,
        person: User | None = None,
        *,
        enrolled="2026-08-02",
        completed=None,
        **fields,
    ) -> Enrolment:
        return Enrolment.objects.create(
            run=run or self.run(),
            person=person or self.person(),
            state=fields.pop("state", "completed" if completed else "active"),
            enrolled_at=at(enrolled) if isinstance(enrolled, str) else enrolled,
            completed_at=at(completed) if isinstance(completed, str) else completed,
            **fields,
        )

    def attempt(self, enrolment: Enrolment, *, course: Course | None = None, state: str = "graded") -> Attempt:
        course = course or enrolment.run.course
        exam, _created = Exam.objects.get_or_create(
            code=f"x-{course.code}",
            defaults={
                "course": course,
                "bank": Bank.objects.get_or_create(code=f"b-{course.code}")[0],
                "title_vi": "Thi",
                "title_en": "Exam",
                "minutes": 30,
                "pass_percent": 60,
            },
        )
        sitting, _created = Sitting.objects.get_or_create(exam=exam, enrolment=enrolment, person=enrolment.person)
        return Attempt.objects.create(
            sitting=sitting,
            number=sitting.attempts.count() + 1,
            code=f"a{next(_numbers)}",
            state=state,
            language="vi",
            seed="",
            rules={},
            started_at=NOW,
            deadline=NOW,
            submitted_at=NOW,
        )

    def grade(self, attempt: Attempt, moment, *, passed: bool = True) -> Grade:
        return Grade.objects.create(
            attempt=attempt,
            number=attempt.grades.count() + 1,
            points=1,
            possible=1,
            passed=passed,
            detail={},
            graded_at=at(moment) if isinstance(moment, str) else moment,
        )

    def consultant(self, person: User, issued, *, subject: Subject | None = None, state: str = "issued") -> Certificate:
        subject = subject or self.subjects[0]
        scheme, _created = Scheme.objects.get_or_create(code=f"s-{subject.code}", defaults={"subject": subject})
        version, _created = SchemeVersion.objects.get_or_create(
            scheme=scheme,
            number=1,
            defaults={
                "edition": Edition.objects.get_or_create(code=f"es-{subject.code}", defaults={"subject": subject})[0],
                "title": {"vi": f"Chuyên gia {subject.code}", "en": f"Consultant {subject.code}"},
                "scope": {},
                "validity_months": 36,
                "look_back_months": 24,
                "valid_from": date(2024, 1, 1),
            },
        )
        number = next(_numbers)
        issued = at(issued) if isinstance(issued, str) else issued
        application = Application.objects.create(
            person=person, version=version, code=f"H{number}", state="granted", created_at=issued
        )
        officer, decider = self.person("Cán bộ"), self.person("Người quyết định")
        decision = Decision.objects.create(
            application=application,
            applicant=person,
            proposed_by=officer,
            decided_by=decider,
            outcome="grant",
            number=str(number),
            year=issued.year,
            decided_at=issued,
            impartial_since=issued - timedelta(days=730),
        )
        return Certificate.objects.create(
            kind="consultant",
            code=f"K{number}",
            number=f"TV-{number}",
            number_key=f"TV{number}",
            state=state,
            person=person,
            decision=decision,
            holder=person.full_name,
            holder_key="x",
            facts={},
            issued_at=issued,
            issued_on=issued.date(),
            expires_on=issued.date() + timedelta(days=1000),
            ended_on=issued.date() if state in ("revoked", "withdrawn") else None,
        )

    def merge(self, person: User, into: User) -> None:
        User.objects.filter(pk=person.pk).update(merged_into=into)


@pytest.fixture
def world(db) -> World:
    """Three subjects in two families, two sectors, three communes and funding sources, the province."""
    Province.objects.get_or_create(code="can-tho", defaults={"name_vi": "Cần Thơ", "name_en": "Cần Thơ"})
    families = [Family.objects.create(code=code, name_vi=code, name_en=code, order=n) for n, code in enumerate("qt")]
    subjects = [
        Subject.objects.create(code=code, name_vi=vi, name_en=en, family=families[n > 1], kind="standard", order=n)
        for n, (code, vi, en) in enumerate(
            (("iso-9001", "ISO 9001", "ISO 9001"), ("5s", "5S", "5S"), ("haccp", "HACCP", "HACCP"))
        )
    ]
    sectors = [
        Sector.objects.create(code=code, name_vi=vi, name_en=code, order=n)
        for n, (code, vi) in enumerate((("thuy-san", "Thủy sản"), ("co-khi", "Cơ khí")))
    ]
    communes = [
        AdministrativeUnit.objects.create(
            code=code, valid_from=date(2025, 7, 1), level="commune", name_vi=name, name_en=name, search_key=name
        )
        for code, name in (("31120", "Phường Vị Thanh"), ("31340", "Xã Vị Thủy"), ("31360", "Xã Long Mỹ"))
    ]
    sources = [
        FundingSource.objects.create(code=code, name_vi=code, name_en=code, order=n)
        for n, code in enumerate(("trung-uong", "dia-phuong", "doi-ung"))
    ]
    return World(subjects, sectors, communes, sources)


STARTS = ("2025-11-20", "2025-12-14", "2025-12-15", "2026-03-02", "2026-06-14", "2026-06-15", "2026-12-01")


def populate(world: World, seed: int, size: int = 60) -> None:
    """A random world around 2026-H1 and -H2 with everything that has ever miscounted: withdrawn and
    cancelled, repeated courses, changed enterprises, borders of periods, merged duplicates and chains."""
    dice = random.Random(seed)
    edges = [
        moment
        for day in ("2025-12-15", "2026-06-15", "2026-12-15")
        for moment in (at(day) - timedelta(milliseconds=1), at(day), at(day) + timedelta(hours=7))
    ]

    def moment(after: datetime | None = None) -> datetime:
        floor = after or at("2025-11-01")
        later = [edge for edge in edges if edge >= floor and edge < NOW]
        if later and dice.random() < 0.3:
            return dice.choice(later)
        return floor + (NOW - floor) * dice.random()

    people = [world.person(f"Người {n}", sex=dice.choice(["female", "male", ""])) for n in range(size // 3)]
    firms = [world.enterprise(f"Hãng {n}", sector=dice.choice(world.sectors)) for n in range(5)]
    courses = [world.course(dice.choice(world.subjects), dice.choice(["8", "12.5", "24.0"])) for _ in range(4)]
    runs = [
        world.run(
            dice.choice(courses),
            starts=dice.choice(STARTS),
            state=dice.choice(["running", "running", "finished", "cancelled"]),
            mode=dice.choice(["self", "room", "online"]),
            sources=[(source, 50) for source in dice.sample(world.sources, dice.randint(0, 2))],
        )
        for _ in range(8)
    ]  # fmt: skip
    taken = set()
    for _ in range(size):
        person, run = dice.choice(people), dice.choice(runs)
        if (person.pk, run.pk) in taken:
            continue
        taken.add((person.pk, run.pk))
        firm = dice.choice([*firms, None])
        enrolled = moment()
        state = dice.choice(["active", "active", "completed", "completed", "withdrawn"])
        enrolment = world.enrol(
            run,
            person,
            enrolled=enrolled,
            completed=moment(enrolled) if state == "completed" else None,
            state=state,
            enterprise=firm,
            sector=firm.sector if firm else None,
            size=dice.choice(["small", "micro", ""]) if firm else "",
            commune=dice.choice([*world.communes, None]),
        )
        for _go in range(dice.randint(0, 2)):
            attempt = world.attempt(
                enrolment,
                course=dice.choice([None, None, courses[0]]),
                state=dice.choice(["graded", "graded", "graded", "void"]),
            )
            graded = moment(enrolled)
            for _n in range(dice.randint(1, 3)):
                world.grade(attempt, graded, passed=dice.random() < 0.7)
                graded = moment(graded)
    for _ in range(4):
        world.consultant(
            dice.choice(people),
            moment(),
            subject=dice.choice(world.subjects),
            state=dice.choice(["issued", "revoked", "withdrawn"]),
        )
    shuffled = dice.sample(people, 5)
    world.merge(shuffled[0], shuffled[1])
    world.merge(shuffled[1], shuffled[2])
    world.merge(shuffled[3], shuffled[4])
