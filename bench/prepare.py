"""Puts what the requests need into the generated world and writes the requests down: `python -m bench.prepare FILE`.

Everybody who asks is somebody else: sessions of many people, a sitting of its
own for every start, an attempt of its own for every hand-in, a key and a
revision of its own for every save.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from importlib import import_module
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402  (Django is set up first)
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, Exists, OuterRef  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import rush  # noqa: E402
from certificates.models import Certificate  # noqa: E402
from cms.demo.study import answer  # noqa: E402
from courses.models import Course, CoursePage, Subject  # noqa: E402
from enrolments import actions as enrolments  # noqa: E402
from enrolments.models import CourseRun, Enrolment, LessonProgress, Requirement, TrainingNeed  # noqa: E402
from people.models import Enterprise, Membership, User  # noqa: E402
from quizzes import actions  # noqa: E402
from quizzes.models import Answer, Attempt, AttemptItem, Sitting  # noqa: E402
from quizzes.types import TYPES  # noqa: E402

CSRF = "b" * 32
READ_LANES = 22
CONNECTIONS = 16
# Lane 0 serves the single connection, 1 to 16 the sixteen, 17 the count of queries, the rest warms up.
WRITES = {"single": 70, "each": 20, "counted": 2, "warm": 3}
WARM_LANES = READ_LANES - CONNECTIONS - 2
SAVES = 900
WORDS = "haccp thuy-san vệ sinh kiểm tra an toàn 5s sắp xếp sàng lọc nhãn kho lạnh tôm cá trái cây máy móc".split()

Request = tuple[str, str, str, str, str]


def get(path: str, cookie: str = "") -> Request:
    return "GET", path, cookie, "", ""


def post(path: str, cookie: str, body: str, content_type: str = "application/x-www-form-urlencoded") -> Request:
    return "POST", path, cookie, body, content_type


def cookie(person: User) -> str:
    """The cookies of someone who has signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def spread(requests: list[Request]) -> list[list[Request]]:
    """Reads, dealt to the lanes."""
    return [requests[lane::READ_LANES] for lane in range(READ_LANES)]


def dealt(make: Iterator[Request], share: float) -> list[list[Request]]:
    """Writes, each once: as many for each lane as it may need."""
    sizes = [WRITES["single"], *[WRITES["each"]] * CONNECTIONS, WRITES["counted"], *[WRITES["warm"]] * WARM_LANES]
    return [list(islice(make, max(1, int(size * share)))) for size in sizes]


def needed(share: float) -> int:
    """How many writes `dealt` takes at most."""
    sizes = WRITES["single"] + WRITES["each"] * CONNECTIONS + WRITES["warm"] * WARM_LANES + WRITES["counted"]
    return int(sizes * share) + READ_LANES


class Readers:
    """Trainees in the middle of a course."""

    def __init__(self) -> None:
        done = LessonProgress.objects.filter(enrolment=OuterRef("pk"))
        self.enrolments = list(
            Enrolment.objects.filter(Exists(done), state="active", run__state="running")
            .select_related("person", "run__course", "last_lesson")
            .order_by("pk")[: READ_LANES * 4]
        )
        self.cookies = [cookie(enrolment.person) for enrolment in self.enrolments]

    def requests(self, path: Callable[[Enrolment], str]) -> list[Request]:
        return [get(path(item), key) for item, key in zip(self.enrolments, self.cookies, strict=True)]


def _lesson(item: Enrolment) -> str:
    assert item.last_lesson is not None  # whoever has made progress has opened a lesson
    return f"/vi/learn/{item.run.code}/{item.last_lesson.code}/"


def free_sittings() -> list[Sitting]:
    """Sittings of people who are learning and have not begun their exam."""
    asked = Requirement.objects.filter(enrolment=OuterRef("enrolment"), kind="exam", met_at=None)
    return list(
        Sitting.objects.filter(Exists(asked), attempts=None, enrolment__state="active")
        .select_related("person", "exam")
        .order_by("-pk")
    )


def started(sittings: list[Sitting], device: str = "") -> list[Attempt]:
    """An attempt in progress of each sitting, by the product's own action."""
    return [
        actions.start(sitting=sitting, by=sitting.person, at=timezone.now(), language="vi", device=device)
        for sitting in sittings
    ]


def items_of(attempts: list[Attempt]) -> dict[int, list[AttemptItem]]:
    found: dict[int, list[AttemptItem]] = {}
    for item in AttemptItem.objects.filter(attempt__in=attempts).select_related("version__key").order_by("position"):
        found.setdefault(item.attempt_id, []).append(item)
    return found


def saves(attempt: Attempt, items: list[AttemptItem], key: str, chance: Random) -> list[Request]:
    """Saves of one attempt, question after question and round after round."""
    made = []
    path = f"/vi/learn/attempts/{attempt.code}/answers/"
    for number in range(SAVES):
        item = items[number % len(items)]
        body = {
            "position": item.position,
            "fields": answer(item, right=chance.random() < 0.7, chance=chance),
            "revision": number // len(items) + 1,
            "key": str(UUID(int=chance.getrandbits(128), version=4)),
            "client_at": timezone.now().isoformat(),
            "device": "bench",
        }
        made.append(post(path, key, json.dumps(body), "application/json"))
    return made


def fill(attempts: list[Attempt], chance: Random) -> None:
    """Answer every question of the attempts."""
    rows = []
    for items in items_of(attempts).values():
        for item in items:
            kind = TYPES[item.version.type]
            fields = answer(item, right=chance.random() < 0.8, chance=chance)
            response = kind.read(item.version.content, item.order, fields)
            key = UUID(int=chance.getrandbits(128), version=4)
            rows.append(Answer(item=item, revision=1, key=key, response=response, received_at=timezone.now()))
    Answer.objects.bulk_create(rows, batch_size=2_000)


def workforce(number: int) -> tuple[Enterprise, User]:
    """An enterprise of `number` people of the world, with rules of what their jobs need, and its contact."""
    learning = Enrolment.objects.filter(person=OuterRef("pk"))
    people = list(User.objects.filter(Exists(learning), username__startswith="load-").order_by("pk")[:number])
    model = Enterprise.objects.order_by("pk")[0]
    enterprise = Enterprise.objects.create(
        name="Bench", search_key="bench", legal_form=model.legal_form, sector=model.sector
    )
    today = timezone.localdate()
    Membership.objects.bulk_create(
        (
            Membership(person=person, enterprise=enterprise, since=today, job=f"Tổ {index % 12}", is_contact=not index)
            for index, person in enumerate(people)
        ),
        batch_size=1_000,
    )
    Enrolment.objects.filter(person__in=people).update(enterprise=enterprise)
    TrainingNeed.objects.bulk_create(
        TrainingNeed(enterprise=enterprise, subject=subject, months=24)
        for subject in Subject.objects.order_by("order")[:10]
    )
    return enterprise, people[0]


def staff_cookie(person: User) -> str:
    """The cookies of staff, whose second factor is asked for."""
    Authenticator.objects.get_or_create(user=person, type="totp", defaults={"data": {"secret": "bench"}})
    return cookie(person)


def roster(number: int, reading: Iterable[Enrolment]) -> tuple[CourseRun, User]:
    """A class of `number` people who are anywhere between enrolled and done, and its instructor."""
    run = CourseRun.objects.filter(state="running").annotate(size=Count("enrolments")).order_by("-size", "pk")[0]
    inside = set(run.enrolments.values_list("person", flat=True))
    others = Enrolment.objects.filter(run__course=run.course).exclude(pk__in=[item.pk for item in reading])
    chosen: dict[int, int] = {}
    for pk, person in others.exclude(run=run).order_by("-pk").values_list("pk", "person"):
        if person not in inside and len(inside) + len(chosen) < number:
            chosen.setdefault(person, pk)
    Enrolment.objects.filter(pk__in=chosen.values()).update(run=run)
    post = run.instructors.filter(until=None).select_related("person")[0]
    return run, post.person


def rushed() -> dict[str, Any]:
    """A class of few seats and many who ask for one at the same moment; two others are counted in a second class."""
    people = list(User.objects.filter(username__startswith="load-", grants=None).order_by("-pk")[: rush.PEOPLE + 2])
    course = Course.objects.get(code="HACCP")
    day = timezone.localdate() + timedelta(days=30)
    facts: dict[str, Any] = {"course": course, "edition": course.edition, "mode": "room", "seats": rush.SEATS}
    runs = [CourseRun(code=code, starts_on=day, ends_on=day, **facts) for code in ("RUSH", "RUSH-COUNTED")]
    for run in runs:
        enrolments.open_run(run=run, by=None, at=timezone.now(), funding={}, instructors=[])
    many, few = people[: rush.PEOPLE], people[rush.PEOPLE :]
    asks = [
        [post(f"/vi/learn/enrol/{run.code}/", cookie(person), urlencode({"do": "ask"})) for person in group]
        for run, group in zip(runs, (many, few), strict=True)
    ]
    return {"run": runs[0].pk, "requests": asks[0], "counted": asks[1]}


def scenarios() -> Iterator[dict[str, Any]]:
    """Every scenario with its requests."""
    chance = Random(8)
    readers = Readers()
    officer = User.objects.get(username__startswith="load-", username__endswith="-programme")
    staff = staff_cookie(officer)
    sittings = free_sittings()
    writers = started(sittings[:READ_LANES], device="bench")
    # A small world has fewer who are ready for their exam.
    share = min(1.0, len(sittings[READ_LANES:]) / 2 / needed(1.0))
    half = len(sittings[READ_LANES:]) // 2 if share < 1 else needed(1.0)
    to_start, to_hand_in = sittings[READ_LANES:][:half], sittings[READ_LANES:][half : 2 * half]
    page = CoursePage.objects.get(language="vi", course__code="HACCP")
    address = f"/vi/khoa-hoc/{page.slug}/"
    codes = list(Certificate.objects.order_by("pk").values_list("code", flat=True)[:8_000])
    chance.shuffle(codes)
    searches = [" ".join(words) for words in product(WORDS, repeat=3)]
    chance.shuffle(searches)
    handed = started(to_hand_in)
    fill(handed, chance)
    written = items_of(writers)

    def row(name: str, lanes: list[list[Request]], *, repeat: bool = True, expect: int = 200) -> dict[str, Any]:
        return {"name": name, "lanes": lanes, "repeat": repeat, "expect": expect}

    yield row("yardstick", spread(readers.requests(lambda item: "/bench/yardstick/")))
    yield row("catalogue", [[get("/vi/khoa-hoc/")]] * READ_LANES)
    yield row("catalogue_search", spread([get(f"/vi/khoa-hoc/?q={quote(words)}") for words in searches]), repeat=False)
    yield row("course_anonymous", [[get(address)]] * READ_LANES)
    yield row("course", spread(readers.requests(lambda item: address)))
    yield row("lesson", spread(readers.requests(_lesson)))
    yield row("home", spread(readers.requests(lambda item: "/vi/learn/")))
    yield row("verify_kept", [[get(f"/v/{codes[0]}")]] * READ_LANES)
    yield row("verify", spread([get(f"/v/{code}") for code in codes[1:]]), repeat=False)
    yield row("verify_json", spread([get(f"/v/{code}.json") for code in codes]))
    starts = (
        post(f"/vi/learn/exams/{sitting.pk}/", cookie(sitting.person), urlencode({"oath": "on"}))
        for sitting in to_start
    )
    yield row("exam_start", dealt(starts, share), repeat=False, expect=302)
    yield row(
        "answer_save",
        [saves(attempt, written[attempt.pk], cookie(attempt.sitting.person), chance) for attempt in writers],
        repeat=False,
    )
    hand_ins = (
        post(f"/vi/learn/attempts/{attempt.code}/submit/", cookie(attempt.sitting.person), "") for attempt in handed
    )
    yield row("hand_in", dealt(hand_ins, share), repeat=False, expect=302)
    enterprise, contact = workforce(2_000)
    yield row("enterprise", [[get(f"/vi/enterprise/{enterprise.pk}/", cookie(contact))]] * READ_LANES)
    run, instructor = roster(500, readers.enrolments)
    yield row("roster", [[get(f"/vi/teaching/{run.code}/", staff_cookie(instructor))]] * READ_LANES)
    yield row("report", [[get("/admin/programme-reports/", staff)]] * READ_LANES)


def main(target: str) -> int:
    """Write the scenarios to the file `target`."""
    Path(target).write_text(json.dumps({"csrf": CSRF, "scenarios": list(scenarios()), "rush": rushed()}))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
