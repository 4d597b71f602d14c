"""Plain rows for tests: what a case does not name is the same everywhere.

Each function writes rows and returns the main one; `AT` is the moment at which
the tests' world stands unless they say otherwise.
"""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from wagtail.models import Collection, Locale, Page, Revision, Site

from cms.models import HomePage
from courses.models import CataloguePage, Course, CoursePage, Edition, Family, Lesson, LessonPage, Part, Subject
from enrolments import actions as enrolments
from enrolments.models import CourseRun, Enrolment
from lms.lib.access import Role
from lms.lib.periods import ZONE
from lms.lib.text import fold
from people import actions as people
from people.models import (
    AdministrativeUnit,
    Body,
    Enterprise,
    FundingSource,
    Membership,
    Programme,
    Province,
    Sector,
    User,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
PASSWORD = "mật-khẩu-thử-2026"

_numbers = count(1)


# --- People ------------------------------------------------------------------------


def make_person(
    full_name: str = "Nguyễn Văn An",
    *,
    roles: tuple[Role, ...] = (),
    email: str | None = None,
    password: str | None = PASSWORD,
    **fields: Any,
) -> User:
    """A person who can sign in with a confirmed address; `email=""` makes one without any."""
    if email is None:
        email = f"p{next(_numbers)}@nscl.example"
    person: User = User.objects.create_user(full_name=full_name, password=password, email=email, **fields)
    if email:
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    for role in roles:
        people.grant_role(person=person, role=role, by=None, at=AT)
    # Read anew: roles are kept on the object once asked for.
    return User.objects.get(pk=person.pk)


def make_sector(code: str = "thuy-san") -> Sector:
    """A sector, one per code."""
    return Sector.objects.get_or_create(code=code, defaults={"name_vi": "Thủy sản", "name_en": "Fisheries"})[0]


def make_enterprise(name: str = "Công ty TNHH Thủy sản Hậu Giang (mẫu)", **fields: Any) -> Enterprise:
    """An enterprise without a tax code, unless one is given; small."""
    defaults: dict[str, Any] = {
        "legal_form": Enterprise.LegalForm.COMPANY_LIMITED,
        "size": Enterprise.Size.SMALL,
        "size_as_of": date(2026, 1, 1),
        "search_key": fold(name),
    }
    if "sector" not in fields:
        defaults["sector"] = make_sector()
    return Enterprise.objects.create(name=name, **{**defaults, **fields})


def join(person: User, enterprise: Enterprise, *, contact: bool = False, since: date = date(2026, 1, 1)) -> Membership:
    """`person` belongs to `enterprise`, as its contact if asked."""
    return Membership.objects.create(person=person, enterprise=enterprise, is_contact=contact, since=since)


def make_commune(code: str = "31342", name: str = "Xã Tân Thạnh") -> AdministrativeUnit:
    """A commune in force since the reform of July 2025, one per code."""
    return AdministrativeUnit.objects.get_or_create(
        code=code,
        valid_from=date(2025, 7, 1),
        defaults={
            "level": AdministrativeUnit.Level.COMMUNE,
            "name_vi": name,
            "name_en": name,
            "parent_code": "92",
            "search_key": fold(name),
        },
    )[0]


def make_province() -> Province:
    """The province of the setting PROVINCE, with the body that issues its documents; one."""
    province, created = Province.objects.get_or_create(
        code=settings.PROVINCE,
        defaults={
            "name_vi": "Thành phố Cần Thơ",
            "name_en": "Cần Thơ city",
            "profile": {
                "format": 1,
                "short": "Cần Thơ",
                "unit_code": "92",
                "programme_title": {"vi": "Chương trình năng suất chất lượng", "en": "Productivity and quality"},
                "site_name": "NSCL Cần Thơ",
                "domain": "nscl.example",
                "place": "Cần Thơ",
                "documents": {
                    "completion": {
                        "title": {"vi": "Giấy xác nhận hoàn thành khóa học", "en": "Certificate of completion"},
                        "number_format": "HT-{year}-{number:05d}",
                    },
                    "consultant": {
                        "title": {"vi": "GIẤY CHỨNG NHẬN CHUYÊN GIA TƯ VẤN", "en": "Consultant Certificate"},
                        "number_format": "TV-{year}-{number:05d}",
                        "decision_format": "{number:02d}/QĐ-TTKT",
                    },
                },
                "colours": {
                    "brand": "#0b5a50",
                    "deep": "#07352f",
                    "line": "#a7cdc3",
                    "gold": "#e3a72f",
                    "paper": "#fffdf6",
                },
                "motif": "delta",
                "register_complete_since": "2025-01-01",
                "contact": {
                    "phone": "0292 000 0000",
                    "email": "hotro@nscl.example",
                    "address": {"vi": "Số 1 đường Mẫu", "en": "1 Mẫu Street"},
                },
            },
        },
    )
    if created:
        Body.objects.create(
            province=province,
            parent_vi="Sở Khoa học và Công nghệ thành phố Cần Thơ",
            parent_en="Department of Science and Technology of Cần Thơ city",
            name_vi="Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng",
            name_en="Technical Centre for Standards, Metrology and Quality",
            signatory_title_vi="GIÁM ĐỐC",
            signatory_title_en="Director",
            signatory_name="Lê Minh Quân",
            valid_from=date(2022, 1, 1),
        )
    return province


def make_programme(code: str = "nscl-2026-2030") -> Programme:
    """A programme, one per code."""
    return Programme.objects.get_or_create(
        code=code,
        defaults={
            "name_vi": "Chương trình 2026–2030",
            "name_en": "Programme 2026–2030",
            "starts": date(2026, 1, 1),
            "ends": date(2030, 12, 31),
        },
    )[0]


def make_source(code: str = "dia-phuong") -> FundingSource:
    """A funding source, one per code."""
    return FundingSource.objects.get_or_create(
        code=code, defaults={"name_vi": f"Ngân sách {code}", "name_en": f"Budget {code}"}
    )[0]


# --- Courses and their pages -----------------------------------------------------------


def make_subject(code: str = "haccp") -> Subject:
    """A subject in the family of food safety, one per code."""
    family, _created = Family.objects.get_or_create(
        code="tp", defaults={"name_vi": "An toàn thực phẩm", "name_en": "Food safety"}
    )
    return Subject.objects.get_or_create(
        code=code,
        defaults={"family": family, "kind": Subject.Kind.STANDARD, "name_vi": code.upper(), "name_en": code.upper()},
    )[0]


def make_edition(code: str = "haccp-2020", *, subject: Subject | None = None) -> Edition:
    """An edition, one per code."""
    return Edition.objects.get_or_create(
        code=code,
        defaults={
            "subject": subject or make_subject(),
            "name_vi": "HACCP (CXC 1-1969, 2020)",
            "name_en": "HACCP (CXC 1-1969, 2020)",
        },
    )[0]


def make_course(code: str = "HACCP", lessons: int = 2, **fields: Any) -> Course:
    """A course with one part and lessons bai-1, bai-2 … It has no pages yet."""
    subject = make_subject(code.lower())
    defaults: dict[str, Any] = {
        "hours": 24,
        "title_vi": f"Khóa học {code}",
        "title_en": f"Course {code}",
        "subject": subject,
    }
    if "edition" not in fields:
        defaults["edition"] = make_edition(f"{code.lower()}-2020", subject=subject)
    course = Course.objects.create(code=code, **{**defaults, **fields})
    part = Part.objects.create(course=course, order=1, title_vi="Phần mở đầu", title_en="Opening")
    Lesson.objects.bulk_create(
        Lesson(course=course, part=part, code=f"bai-{number}", order=number, minutes=20)
        for number in range(1, lessons + 1)
    )
    return course


def make_site() -> dict[str, CataloguePage]:
    """Site, locales, a home page and a catalogue per language, once; catalogues by language.

    The addresses are /vi/khoa-hoc/ and /en/courses/.
    """
    present = {page.locale.language_code: page for page in CataloguePage.objects.select_related("locale")}
    if present:
        return present
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("vi", "en")}
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.objects.filter(depth=1).first() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locales["vi"])
    )
    # Wagtail's own migrations leave a page of welcome behind.
    for page in root.get_children():
        page.delete()
    root = Page.objects.get(pk=root.pk)
    homes: dict[str, HomePage] = {}
    found: dict[str, CataloguePage] = {}
    for code, title, slug in (("vi", "Khóa học", "khoa-hoc"), ("en", "Courses", "courses")):
        twin = {"translation_key": homes["vi"].translation_key} if homes else {}
        homes[code] = root.add_child(
            instance=HomePage(
                title=f"NSCL {code}", slug=f"nscl-{code}", locale=locales[code], headline="NSCL", lead="NSCL", **twin
            )
        )
        twin = {"translation_key": found["vi"].translation_key} if found else {}
        found[code] = homes[code].add_child(
            instance=CataloguePage(title=title, slug=slug, locale=locales[code], **twin)
        )
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=homes["vi"], is_default_site=True, site_name="NSCL")
    return found


def make_pages(course: Course, languages: tuple[str, ...] = ("vi", "en")) -> dict[str, CoursePage]:
    """Course page and a published page per lesson in each language; course pages by language."""
    catalogues = make_site()
    found: dict[str, CoursePage] = {}
    keys: dict[int, Any] = {}
    for language in languages:
        title = course.title_en if language == "en" else course.title_vi
        twin = {"translation_key": next(iter(found.values())).translation_key} if found else {}
        page = CoursePage(
            title=title,
            slug=course.code.lower(),
            course=course,
            language=language,
            locale=catalogues[language].locale,
            summary=title,
            **twin,
        )
        catalogues[language].add_child(instance=page)
        publish(page)
        found[language] = page
        for number, lesson in enumerate(course.lessons.order_by("order"), 1):
            name = f"Lesson {number}" if language == "en" else f"Bài {number}"
            twin = {"translation_key": keys[lesson.pk]} if lesson.pk in keys else {}
            child = LessonPage(
                title=f"{name} of {course.code}" if language == "en" else f"{name} của {course.code}",
                slug=lesson.code,
                lesson=lesson,
                language=language,
                locale=page.locale,
                summary="…",
                body=[("text", f"<p>{name}</p>")],
                **twin,
            )
            page.add_child(instance=child)
            keys[lesson.pk] = child.translation_key
            publish(child)
    return found


def publish(page: Page) -> Revision:
    """A new live revision of a page that is live already, without Wagtail's work around it."""
    revision: Revision = page.save_revision(clean=False)
    type(page).objects.filter(pk=page.pk).update(live_revision=revision, has_unpublished_changes=False)
    page.live_revision, page.latest_revision = revision, revision
    return revision


# --- Classes and enrolments --------------------------------------------------------------


def make_run(
    course: Course,
    *,
    code: str = "",
    state: str = CourseRun.State.OPEN,
    at: datetime = AT,
    funding: dict[FundingSource, int] | None = None,
    instructors: tuple[User, ...] = (),
    **fields: Any,
) -> CourseRun:
    """A class of `course` that runs around `at`, without a limit of seats unless one is given."""
    day = at.astimezone(ZONE).date()
    run = CourseRun(
        code=code or f"{course.code}-{next(_numbers):03d}",
        course=course,
        **{
            "edition": course.edition,
            "starts_on": day - timedelta(days=7),
            "ends_on": day + timedelta(days=90),
            **fields,
        },
    )
    if state == CourseRun.State.DRAFT:
        run.save()
        run.born(by=None, at=at)
        for person in instructors:
            enrolments.assign_instructor(run=run, person=person, by=None, at=at)
        return run
    enrolments.open_run(run=run, by=None, at=at, funding=funding or {}, instructors=list(instructors))
    if state != CourseRun.State.OPEN:
        enrolments.move_run(run=run, to=state, by=None, at=at)
    return run


def enrol(person: User, run: CourseRun, *, at: datetime = AT) -> Enrolment:
    """`person` takes a seat in `run` by the product's own rules."""
    return enrolments.enrol(run=run, person=person, by=person, at=at)
