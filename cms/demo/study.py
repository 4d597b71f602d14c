"""Classes, lessons and exams of the demo world, in the past and ahead."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from cms.demo import office
from courses.models import Course, LessonPage
from enrolments import actions as enrolments
from enrolments.models import CourseRun, Enrolment
from lms.lib.periods import local_date
from people.models import FundingSource, Programme, User
from quizzes import actions as quizzes
from quizzes.models import Attempt, AttemptItem, Bank, Exam
from quizzes.types import TYPES


class Plan(NamedTuple):
    """One class: how many days from today it starts and lasts, and who is in it."""

    course: str
    starts: int
    days: int
    mode: str
    seats: int | None
    people: int
    place: str = ""
    timetable: str = ""
    funding: tuple[tuple[str, int], ...] = (("local", 100),)
    taught_by: str = "instructor"


ROOM = "Hội trường Trung tâm, xã Tân Thạnh"
MIXED = (("local", 60), ("enterprise", 40))
PLANS = (
    Plan("5S", -540, 20, "room", 24, 9, ROOM, "Thứ Bảy, 07:30–16:30"),
    Plan("HACCP", -505, 35, "blended", 30, 10, ROOM, "Tối thứ Ba, thứ Năm, 18:00–20:30", MIXED),
    Plan("5S", -450, 25, "online", 40, 8, "", "Tối thứ Tư, 19:00–21:00"),
    Plan("HACCP", -415, 35, "room", 24, 9, ROOM, "Cả ngày thứ Bảy, 07:30–16:30"),
    Plan("5S", -370, 20, "room", 20, 8, "Công ty TNHH Cơ khí (mẫu)", "Thứ Sáu, 13:30–16:30", (("enterprise", 100),)),
    Plan("HACCP", -330, 35, "blended", 30, 9, ROOM, "Tối thứ Hai, thứ Tư, 18:00–20:30", (("central", 100),)),
    Plan("HACCP", -275, 35, "blended", 30, 9, ROOM, "Tối thứ Ba, thứ Năm, 18:00–20:30"),
    Plan("5S", -240, 20, "room", 24, 9, ROOM, "Thứ Bảy, 07:30–16:30", taught_by="decider"),
    Plan("HACCP", -210, 35, "room", 24, 8, ROOM, "Cả ngày Chủ nhật, 07:30–16:30", MIXED),
    Plan("5S", -150, 25, "online", 40, 9, "", "Tối thứ Năm, 19:00–21:00"),
    Plan("HACCP", -125, 35, "blended", 30, 10, ROOM, "Tối thứ Ba, thứ Năm, 18:00–20:30"),
    Plan("5S", -75, 20, "room", 24, 8, ROOM, "Thứ Bảy, 07:30–16:30", MIXED),
    Plan("HACCP", -50, 75, "blended", 30, 9, ROOM, "Tối thứ Ba, thứ Năm, 18:00–20:30"),
)
AHEAD = (
    Plan("HACCP", -60, 400, "self", None, 4),
    Plan("5S", -60, 400, "self", None, 3),
    Plan("HACCP", 22, 35, "blended", 14, 10, ROOM, "Tối thứ Ba, thứ Năm, 18:00–20:30"),
    Plan("ISO-9001", -30, 400, "self", None, 3),
    Plan("KAIZEN", -30, 400, "self", None, 3),
    Plan("SIX-SIGMA", -30, 400, "self", None, 2),
    Plan("ISO-9001", 29, 42, "blended", 24, 7, ROOM, "Tối thứ Hai, thứ Tư, 18:00–20:30", MIXED),
    Plan("5S", 36, 20, "room", 8, 6, ROOM, "Thứ Bảy, 07:30–16:30"),
)
PASSABLE = 0.7


class World:
    """Makes classes and lets people study, with chance from one seed."""

    def __init__(self, accounts: dict[str, User], trainees: list[User], now: datetime, seed: int = 70) -> None:
        self.accounts, self.trainees, self.now = accounts, trainees, now
        self.chance = Random(seed)  # noqa: S311  (repeatable on purpose)
        self.pages = {
            code: list(
                LessonPage.objects.live()
                .filter(lesson__course__code=code, lesson__retired=False, language="vi")
                .select_related("lesson", "live_revision")
                .order_by("lesson__order")
            )
            for code in {plan.course for plan in (*PLANS, *AHEAD)}
        }
        self.ability = {person.pk: self.chance.gauss(0.8, 0.1) for person in trainees}
        self.counts: dict[tuple[str, int], int] = {}
        self.seen: dict[str, set[int]] = {code: set() for code in self.pages}

    def hold(self, plan: Plan, guests: dict[User, float] | None = None) -> CourseRun:
        """Open the class, fill it and let its people study as far as today allows.

        `guests` are in it too, with the share of lessons that each has done; who has
        done all sits the exam.
        """
        run = self._run(plan)
        met = plan.mode != "self" and plan.starts + plan.days > -160
        meetings = office.timetable(run, self.now) if met else []
        for guest, share in (guests or {}).items():
            enrolment = self.enrol(run, guest)
            self.study(enrolment, share=share)
            if share == 1:
                self.examine(enrolment)
        fresh = [person for person in self.trainees if person.pk not in self.seen[plan.course]]
        chosen = self.chance.sample(fresh, min(plan.people, len(fresh)))
        for person in chosen:
            self.seen[plan.course].add(person.pk)
            enrolment = self.enrol(run, person)
            over = plan.starts + plan.days < 0
            if over:
                diligence = self.chance.random()
                self.study(enrolment, share=1.0 if diligence > 0.12 else diligence * 6)
                if diligence > 0.12:
                    self.examine(enrolment)
            elif plan.starts < 0:
                self.study(enrolment, share=self.chance.uniform(0.1, 0.8))
        for meeting in meetings:
            if meeting.ends_at < self.now:
                office.attend(meeting, self.accounts[plan.taught_by], Random(run.code))  # noqa: S311  (repeatable)
        if plan.starts + plan.days < 0:
            enrolments.move_run(
                run=run, to=CourseRun.State.FINISHED, by=None, at=self._noon(plan.starts + plan.days + 1)
            )
        elif plan.starts < 0:
            enrolments.move_run(run=run, to=CourseRun.State.RUNNING, by=None, at=self._noon(plan.starts))
        return run

    def _noon(self, days: int) -> datetime:
        return self.now + timedelta(days=days, minutes=self.chance.randint(-180, 180))

    def _run(self, plan: Plan) -> CourseRun:
        starts = self.now + timedelta(days=plan.starts)
        year = local_date(starts).year
        self.counts[plan.course, year] = self.counts.get((plan.course, year), 0) + 1
        course = Course.objects.get(code=plan.course)
        opened = starts - timedelta(days=45)
        return enrolments.open_run(
            run=CourseRun(
                code=f"{plan.course}-{year}-{self.counts[plan.course, year]:02d}",
                course=course,
                edition=course.edition,
                mode=plan.mode,
                starts_on=local_date(starts),
                ends_on=local_date(starts) + timedelta(days=plan.days),
                enrols_from=opened,
                enrols_until=None if plan.mode == "self" else starts + timedelta(days=3),
                seats=plan.seats,
                place=plan.place,
                timetable=plan.timetable,
                programme=Programme.objects.order_by("starts").last(),
                plan_year=year,
            ),
            by=self.accounts["programme"],
            at=opened,
            funding={FundingSource.objects.get(code=code): percent for code, percent in plan.funding},
            instructors=[self.accounts[plan.taught_by]],
        )

    def enrol(self, run: CourseRun, person: User) -> Enrolment:
        """Enrol a few days before the class starts."""
        assert run.enrols_from is not None
        moment = run.enrols_from + timedelta(days=self.chance.randint(2, 27), minutes=self.chance.randint(0, 600))
        return enrolments.enrol(run=run, person=person, by=person, at=min(moment, self.now))

    def study(self, enrolment: Enrolment, share: float) -> None:
        """Finish a share of the lessons, evenly over the class."""
        pages = self.pages[enrolment.run.course.code]
        count = round(share * len(pages))
        start = max(enrolment.enrolled_at, self.now + (enrolment.run.starts_on - local_date(self.now)))
        end = min(start + timedelta(days=25), self.now - timedelta(hours=2))
        step = (end - start) / max(len(pages), 1)
        moment = start
        for page in pages[:count]:
            moment += step
            enrolments.finish_lesson(
                enrolment=enrolment,
                lesson=page.lesson,
                revision=page.live_revision,
                language="vi",
                by=enrolment.person,
                at=moment,
            )

    def examine(self, enrolment: Enrolment) -> None:
        """Sit the exam, up to twice."""
        exam = Exam.objects.get(course=enrolment.run.course)
        person = enrolment.person
        progress = enrolment.progress.order_by("-done_at").first()
        assert progress is not None and progress.done_at is not None
        moment = progress.done_at + timedelta(days=1)
        sitting = quizzes.open_sitting(person=person, exam=exam, enrolment=enrolment, by=person, at=moment)
        for _try in range(2):
            if moment >= self.now:
                return
            if self.sit(sitting, person, moment):
                return
            self.ability[person.pk] = self.ability.get(person.pk, PASSABLE) + 0.08
            moment += timedelta(days=3)

    def sit(self, sitting: Any, person: User, at: datetime) -> bool:
        """One attempt with as many right answers as the person is able to give. True if passed."""
        attempt = quizzes.start(sitting=sitting, by=person, at=at, language="vi")
        moment = at
        for item in AttemptItem.objects.filter(attempt=attempt).select_related("version__key").order_by("position"):
            moment += timedelta(seconds=self.chance.randint(20, 70))
            fields = answer(
                item, right=self.chance.random() < self.ability.get(person.pk, PASSABLE), chance=self.chance
            )
            quizzes.save_answer(
                attempt=attempt,
                position=item.position,
                response=fields,
                revision=1,
                key=UUID(int=self.chance.getrandbits(128)),
                by=person,
                at=moment,
            )
        quizzes.submit(attempt=attempt, by=person, at=moment + timedelta(minutes=1))
        grade = Attempt.objects.get(pk=attempt.pk).grades.order_by("-number").first()
        return bool(grade and grade.passed)


def answer(item: AttemptItem, *, right: bool, chance: Random) -> dict[str, list[str]]:
    """The form fields of a right answer, or of a guess."""
    version, key = item.version, item.version.key.key
    given = _right(version.type, key) if right else {}
    shown = TYPES[version.type].show(version.content, item.order, given, "vi")
    if shown.rows:
        return {
            row.name: [next((c.value for c in row.choices if c.chosen), "") or chance.choice(row.choices).value]
            for row in shown.rows
        }
    if shown.choices:
        chosen = [choice.value for choice in shown.choices if choice.chosen]
        return {"r": chosen or [chance.choice(shown.choices).value]}
    return {"r": [shown.text or str(chance.randint(1, 60))]}


def _right(kind: str, key: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case "single":
            return {"choice": key["correct"][0]}
        case "multiple":
            return {"choices": key["correct"]}
        case "truefalse":
            return {"answer": key["answer"]}
        case "numeric":
            return {"text": str(key["answer"])}
        case "matching":
            return {"pairs": key["pairs"]}
        case "ordering":
            return {"places": {name: place for place, name in enumerate(key["order"], start=1)}}
    raise LookupError(kind)


def grant_keys(accounts: dict[str, User], at: datetime) -> None:
    """The instructor sees the keys of the courses' banks, the administrator, who reviews too, of all."""
    for bank in Bank.objects.all():
        people = [accounts["admin"], *([accounts["instructor"]] if bank.course_id else [])]
        for person in people:
            quizzes.grant_keys(bank=bank, person=person, reason="Soạn và duyệt câu hỏi (mẫu)", by=None, at=at)
