"""What a programme office does around its classes: timetables, attendance, waiting lists, what enterprises ask for."""

from datetime import datetime, time, timedelta
from random import Random

from courses.models import AppliedSystem, Course, Lesson, Subject
from enrolments import actions
from enrolments.actions.attendance import Mark
from enrolments.models import Attendance, CourseRun, Enrolment, InHouseRequest, LessonPost, Meeting, TrainingNeed
from enrolments.series import Slot, Weekly, generate
from lms.lib.periods import ZONE, local_date
from lms.lib.text import fold
from people.models import Enterprise, Membership, User

EVENING = [(time(18), time(20, 30))]
WHOLE_DAY = [(time(7, 30), time(11, 30)), (time(13), time(16, 30))]
TOPICS = {
    "HACCP": ("Chương trình tiên quyết", "Sơ đồ quy trình", "Phân tích mối nguy", "Xác định CCP", "Giới hạn tới hạn"),
    "ISO-9001": ("Bối cảnh và phạm vi", "Bản đồ quá trình", "Rủi ro và mục tiêu", "Đánh giá nội bộ", "Xem xét"),
    "5S": ("Sàng lọc, thẻ đỏ", "Sắp xếp", "Sạch sẽ và săn sóc"),
}


def run_office(accounts: dict[str, User], trainees: list[User], now: datetime) -> None:
    """People who wait for a place, and what an enterprise asks for."""
    _wait(accounts, trainees, now)
    _ask(accounts, now)


def timetable(run: CourseRun, now: datetime) -> list[Meeting]:
    """The meetings of a class, with one on the day of the demo if it runs now."""
    whole = "ngày" in run.timetable or "Bảy" in run.timetable
    days = {"Bảy": 5, "Chủ nhật": 6, "Hai": 0, "Ba": 1, "Tư": 2, "Năm": 3, "Sáu": 4}
    weekdays = {number for word, number in days.items() if word in run.timetable} or {5}
    topics = TOPICS[run.course.code]
    planned = []
    slots = generate(
        Weekly(
            weekdays=weekdays,
            times=WHOLE_DAY if whole else EVENING,
            first=run.starts_on,
            last=run.ends_on,
            count=len(topics) * (2 if whole else 1),
        )
    )
    today = local_date(now)
    if run.starts_on < today < run.ends_on and all(local_date(slot.starts_at) != today for slot in slots):
        # Something to do on the day of the demo, whichever it is.
        starts, ends = EVENING[0]
        slots.append(
            Slot(datetime.combine(today, starts, ZONE), datetime.combine(today, ends, ZONE)),
        )
    for number, slot in enumerate(sorted(slots)):
        planned += actions.plan_meetings(
            run=run,
            slots=[slot],
            topic=topics[number * len(topics) // len(slots)],
            room=run.place,
            link="https://hop.nscl.example/" + run.code.lower() if run.mode == CourseRun.Mode.ONLINE else "",
            instructor=None,
            by=None,
            at=min(now, slot.starts_at) - timedelta(days=10),
        )
    return planned


def attend(meeting: Meeting, by: User, chance: Random) -> None:
    """Mark who was there: most."""
    present, late, excused, absent = Attendance.Status
    people = Enrolment.objects.filter(run=meeting.run).exclude(state=Enrolment.State.WITHDRAWN)
    marks = [
        Mark(enrolment, chance.choices([present, late, excused, absent], [84, 6, 4, 6])[0])
        for enrolment in people.values_list("pk", flat=True)
    ]
    if marks:
        actions.mark_all(
            meeting=meeting,
            marks=marks,
            method=Attendance.Method.HAND,
            by=by,
            at=meeting.starts_at + timedelta(minutes=25),
        )


def _wait(accounts: dict[str, User], trainees: list[User], now: datetime) -> None:
    """The next class of 5S fills up: two proposed by their enterprise, three in line."""
    run = CourseRun.objects.filter(course__code="5S", state=CourseRun.State.OPEN, starts_on__gt=local_date(now)).first()
    contact = accounts["enterprise"]
    enterprise = Enterprise.objects.get(memberships__in=Membership.objects.contacts_of(contact))
    inside = set(Enrolment.objects.filter(run__course__code="5S").values_list("person_id", flat=True))
    free = [person for person in trainees if person.pk not in inside]
    own = [person for person in free if person.enterprise_on(local_date(now)) == enterprise]
    if run is None:
        return
    for person in own[:2]:
        actions.nominate(run=run, person=person, enterprise=enterprise, by=contact, at=now - timedelta(hours=3))
    for person in [one for one in free if one not in own][:3]:
        actions.ask(run=run, person=person, by=person, at=now - timedelta(hours=2))


def _ask(accounts: dict[str, User], now: datetime) -> None:
    contact, instructor = accounts["enterprise"], accounts["instructor"]
    enterprise = Enterprise.objects.get(memberships__in=Membership.objects.contacts_of(contact))
    haccp, five = Subject.objects.get(code="haccp"), Subject.objects.get(code="5s")
    AppliedSystem.objects.create(
        enterprise=enterprise,
        subject=haccp,
        edition=haccp.editions.first(),
        kind=AppliedSystem.Kind.CERTIFIED,
        body="Tổ chức chứng nhận Cửu Long (mẫu)",
        number="CL-HACCP-0217",
        since=local_date(now - timedelta(days=700)),
        valid_until=local_date(now + timedelta(days=60)),
    )
    for job, subject, months in (("", five, None), ("QC", haccp, 24), ("Tổ trưởng", haccp, 36)):
        TrainingNeed.objects.create(enterprise=enterprise, job=job, job_key=fold(job), subject=subject, months=months)
    wanted = InHouseRequest.objects.create(
        enterprise=enterprise,
        course=Course.objects.get(code="5S"),
        people=18,
        when="Hai ngày thứ Bảy trong tháng tới",
        place="Phòng họp nhà máy, khu công nghiệp",
        note="Ca đêm không dự được buổi sáng.",
        asked_by=contact,
        asked_at=now - timedelta(days=2),
    )
    wanted.born(by=contact, at=now - timedelta(days=2))
    running = Enrolment.objects.filter(
        run__state=CourseRun.State.RUNNING, run__course__code="HACCP", person=accounts["trainee"]
    ).first()
    if running is None:
        return
    lesson = Lesson.objects.taught().filter(course=running.run.course)[2]
    question = LessonPost.objects.create(
        run=running.run,
        lesson=lesson,
        person=accounts["trainee"],
        text="Nhà máy tôi mua cá của ba vùng nuôi. Bản mô tả sản phẩm làm chung hay làm riêng?",
        at=now - timedelta(days=1),
    )
    LessonPost.objects.create(
        run=running.run,
        lesson=lesson,
        parent=question,
        person=instructor,
        text="Làm chung được nếu mối nguy như nhau. Vùng nào có mối nguy riêng thì ghi thành dòng riêng.",
        at=now - timedelta(hours=20),
    )
