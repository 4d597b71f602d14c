"""Attendance from paper, tables and meeting tools."""

import io
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from enrolments import actions, attendance_files, meeting_exports, sheets
from enrolments.meeting_exports import Known, Seen, Unreadable
from enrolments.models import Attendance, AttendanceEvent, SignedSheet
from enrolments.series import Slot
from lms.lib.access import Role
from lms.lib.periods import ZONE
from tests import factories

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).parents[1] / "data" / "meeting-exports"
EVENING = datetime.combine(datetime(2026, 11, 20), time(18), ZONE)
AN, DAO, HANH = (
    Known(1, "Trần Hoài An", ""),
    Known(2, "Võ Minh Đạo", "dao.vo@nhamay.example"),
    Known(3, "Phạm Thị Hạnh", ""),
)
CLASS = [AN, DAO, HANH]


@pytest.fixture
def teacher():
    return factories.make_person("Phạm Thị Bích Thủy", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def meeting(teacher):
    run = factories.make_run(
        factories.make_course(), code="HACCP-2026-07", mode="room", place="Hội trường A", instructors=(teacher,)
    )
    (meeting,) = actions.plan_meetings(
        run=run, slots=[Slot(EVENING, EVENING + timedelta(minutes=150))], topic="Phân tích mối nguy", by=None,
        at=EVENING - timedelta(days=7),
    )  # fmt: skip
    return meeting


@pytest.fixture
def people(meeting):
    """Three of the class, by the names of the samples."""
    return {
        known.name: factories.enrol(factories.make_person(known.name, email=known.email), meeting.run)
        for known in CLASS
    }


@pytest.fixture
def desk(client, teacher):
    client.force_login(teacher)
    return client


def address(meeting, rest):
    return f"/admin/classes/{meeting.run.code}/meetings/{meeting.pk}/{rest}"


def statuses():
    return dict(Attendance.objects.values_list("enrolment__person__full_name", "status"))


# --- Lists of meeting tools ------------------------------------------------------------------


def read(name):
    export = meeting_exports.read((EXPORTS / name).read_bytes())
    found = meeting_exports.match(export.people, CLASS)
    return export.tool, {pk: seen.minutes for seen, pk in found if pk}


@pytest.mark.parametrize(
    ("name", "tool", "minutes"),
    [
        # An rejoined: 60 + 74. Đạo had two devices at once: 90, not 120. Hạnh waited outside for 5, was in for 30.
        ("zoom.csv", "Zoom", {1: 134, 2: 90}),
        ("teams.csv", "Microsoft Teams", {1: 134, 2: 90, 3: 30}),
        ("teams-old.csv", "Microsoft Teams", {1: 134, 2: 144}),
        ("zoom-vi.csv", "Zoom", {1: 134}),
    ],
)
def test_exports_of_the_tools(name, tool, minutes):
    assert read(name) == (tool, minutes)


def test_meet_names_are_family_name_last():
    export = meeting_exports.read((EXPORTS / "meet.csv").read_bytes())
    assert export.tool == "Google Meet"
    assert {(seen.email, seen.minutes) for seen in export.people} == {
        ("hoaian@gmail.example", 134),
        ("dao.vo@nhamay.example", 90),
        ("", 30),
    }
    found = dict(meeting_exports.match(export.people, CLASS))
    assert sorted(pk for pk in found.values() if pk) == [1, 2, 3]


def test_nobody_is_recognised_by_half_a_name_or_a_shared_one():
    seen = [Seen(("Hạnh",), "", 60), Seen(("Tran Hoai An",), "", 60), Seen(("Nam",), "chung@nhamay.example", 60)]
    known = [
        *CLASS,
        Known(4, "Trần Hoài Ân", ""),
        Known(5, "Lê Nam", "chung@nhamay.example"),
        Known(6, "Lý Nam", "chung@nhamay.example"),
    ]
    assert [pk for _seen, pk in meeting_exports.match(seen, known)] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("57", 3420),
        ("1h 2m 3s", 3723),
        ("1 hr 23 min", 4980),
        ("1 giờ 2 phút", 3720),
        ("01:02:03", 3723),
        ("38s", 38),
        ("", 0),
        ("x", 0),
    ],
)
def test_durations(text, seconds):
    assert meeting_exports.duration(text) == seconds


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n", b"Name,Duration\n", b"\xff\xfe", b'"' * 200_000])
def test_what_is_no_list_is_refused_in_words(content):
    with pytest.raises(Unreadable) as fault:
        meeting_exports.read(content)
    assert len(str(fault.value)) > 20


def upload(desk, meeting, content, name="list.csv", **fields):
    return desk.post(address(meeting, "upload/"), {"file": SimpleUploadedFile(name, content), **fields})


def confirm(desk, meeting, html, **more):
    """Press the button of the preview, with what its fields hold."""
    data = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))
    data |= {
        name: chosen.group(1)
        for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S)
        if (chosen := re.search(r'value="(\d+)" selected', options))
    }
    return desk.post(address(meeting, "upload/"), {**data, **more})


def test_a_list_is_looked_at_before_it_is_stored(desk, meeting, people):
    content = (EXPORTS / "teams.csv").read_bytes()
    preview = upload(desk, meeting, content).content.decode()
    assert Attendance.objects.count() == 0
    assert "Phạm Thị Bích Thủy" in preview
    for _time in range(2):
        assert confirm(desk, meeting, preview, absent="on").status_code == 302
    assert statuses() == {"Trần Hoài An": "present", "Võ Minh Đạo": "late", "Phạm Thị Hạnh": "absent"}
    assert dict(Attendance.objects.values_list("enrolment__person__full_name", "minutes"))["Võ Minh Đạo"] == 90
    assert AttendanceEvent.objects.count() == 3


def test_a_list_leaves_marks_that_were_made_already_unless_told(desk, meeting, people):
    enrolment = people["Phạm Thị Hạnh"]
    actions.mark(meeting=meeting, enrolment=enrolment, status="present", method="qr", by=None, at=EVENING)
    preview = upload(desk, meeting, (EXPORTS / "teams.csv").read_bytes()).content.decode()
    confirm(desk, meeting, preview)
    assert statuses()["Phạm Thị Hạnh"] == "present"
    confirm(desk, meeting, preview, replace="on")
    assert statuses()["Phạm Thị Hạnh"] == "absent"


def test_other_shares_give_other_marks(desk, meeting, people):
    preview = upload(
        desk, meeting, (EXPORTS / "teams.csv").read_bytes(), present_from="60", late_from="20"
    ).content.decode()
    confirm(desk, meeting, preview)
    assert statuses() == {"Trần Hoài An": "present", "Võ Minh Đạo": "present", "Phạm Thị Hạnh": "late"}


# --- Tables -----------------------------------------------------------------------------------


def test_the_template_comes_back_filled_in(desk, meeting, people):
    template = desk.get(address(meeting, "table.csv"))
    lines = template.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Trần Hoài An", "Võ Minh Đạo", "Phạm Thị Hạnh"]
    words = ("có mặt", "Muộn", "PHÉP")
    filled = "\n".join(
        [lines[0], *(line[:-1].replace(",,", f",,{word},") for line, word in zip(lines[1:], words, strict=True))]
    )
    for _time in range(2):
        assert upload(desk, meeting, filled.replace(",", ";").encode("utf-16")).status_code == 302
    assert statuses() == {"Trần Hoài An": "present", "Võ Minh Đạo": "late", "Phạm Thị Hạnh": "excused"}
    assert AttendanceEvent.objects.count() == 3


def test_every_fault_of_a_table_is_named_with_its_line_and_nothing_is_stored(desk, meeting, people):
    an = people["Trần Hoài An"].pk
    content = (
        "Số ghi danh,Họ và tên,Điểm danh\n"
        f"{an},Trần Hoài An,có\n"
        f"{an},Tran Hoai An,vắng\n"
        ",Võ Minh Đạo,đúng giờ\n"
        ",Người Lạ,có\n"
        f"{an},Võ Minh Đạo,có\n"
        "987654,,có\n"
        ",Phạm Thị Hạnh,\n"
    )
    marks, faults = attendance_files.read(content.encode(), [Known(an, "Trần Hoài An", ""), *CLASS[1:]])
    assert [mark.pk for mark in marks] == [an]
    assert [fault.line for fault in faults] == [3, 4, 5, 6, 7]
    response = upload(desk, meeting, content.encode())
    assert response.status_code == 422
    assert Attendance.objects.count() == 0


def test_two_of_one_name_need_their_number():
    known = [Known(1, "Trần Hoài An", ""), Known(2, "Trần Hoài Ân", "")]
    _marks, faults = attendance_files.read("Họ tên,Điểm danh\nTran Hoai An,x\n".encode(), known)
    assert len(faults) == 1


def test_names_that_a_spreadsheet_would_run_are_made_harmless():
    text = attendance_files.template([(1, '=HYPERLINK("x")', "+84")], {1: "late"}).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'+84" in text


def test_a_file_that_is_neither_says_so(desk, meeting, people):
    assert upload(desk, meeting, b"a,b\n1,2").status_code == 422
    assert upload(desk, meeting, b"x" * 2_000_001).status_code == 422
    assert upload(desk, meeting, b"").status_code == 422


# --- Paper ------------------------------------------------------------------------------------


def test_sheet_is_sorted_by_given_name_and_leads_back(meeting, province):
    for name in ("Phan Thị Mỹ Dung", "Trần Hoài An", "Võ Minh Đức", "Lê Thị Ngọc Ánh", "Nguyễn Văn Đạt", "Lê Trí Dũng"):
        factories.enrol(factories.make_person(name, email="", birth_year=1990), meeting.run)
    made = sheets.pdf(meeting, EVENING)
    text = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    places = [text.index(name) for name in ("Hoài An", "Ngọc Ánh", "Mỹ Dung", "Trí Dũng", "Văn Đạt", "Minh Đức")]
    assert places == sorted(places)
    for words in (
        "DANH SÁCH ĐIỂM DANH",
        "HACCP-2026-07",
        "Phân tích mối nguy",
        "18:00–20:30",
        "Hội trường A",
        "1990",
        "Trang 1/1",
    ):
        assert words in text
    facts = sheets.printed(meeting, EVENING)
    assert "sheet/" in _qr(facts["qr"])


def _qr(svg):
    """What the square says: its path drawn as a picture."""
    size = int(re.search(r'width="(\d+)"', svg)[1])
    picture = Image.new("L", (size, size), 255)
    x = y = 0.0
    path = re.findall(r'd="([^"]+)"', svg)[-1]
    for letter, numbers in re.findall(r"([Mmhv])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            for step in range(int(values[0])):
                picture.putpixel((int(x + step), int(y)), 0)
            x += values[0]
    (found,) = zxingcpp.read_barcodes(picture.resize((size * 6, size * 6), Image.Resampling.NEAREST))
    return found.text


def test_a_sheet_of_500_has_its_head_on_every_page(meeting, province):
    for number in range(60):
        factories.enrol(factories.make_person(f"Nguyễn Văn {number}", email=""), meeting.run)
    pages = PdfReader(io.BytesIO(sheets.pdf(meeting, EVENING))).pages
    assert len(pages) >= 3
    assert all("Ký tên" in page.extract_text() for page in pages[:2])


def test_empty_class_prints_too(desk, meeting, province):
    response = desk.get(address(meeting, "sheet.pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def scan(name="to-ky.pdf", content=b"%PDF-1.7\n1 0 obj\n%%EOF"):
    return SimpleUploadedFile(name, content)


def test_signed_sheet_is_filled_in_with_its_scan(desk, meeting, people, teacher):
    data = {
        f"status-{people['Võ Minh Đạo'].pk}": "excused",
        f"note-{people['Võ Minh Đạo'].pk}": "có đơn",
        "rest": "present",
    }
    for _time in range(2):
        assert desk.post(address(meeting, "sheet/"), {**data, "scan": scan()}).status_code == 302
    assert statuses() == {"Trần Hoài An": "present", "Võ Minh Đạo": "excused", "Phạm Thị Hạnh": "present"}
    assert set(Attendance.objects.values_list("method", flat=True)) == {"sheet"}
    (kept,) = SignedSheet.objects.all()
    assert kept.added_by == teacher
    response = desk.get(address(meeting, f"sheet/{kept.pk}/"))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert "attachment" in response["Content-Disposition"]
    desk.force_login(factories.make_person(roles=(Role.INSTRUCTOR,)))
    assert desk.get(address(meeting, f"sheet/{kept.pk}/")).status_code == 404


def test_a_scan_that_is_none_stops_the_marks_and_keeps_what_was_typed(desk, meeting, people):
    pk = people["Võ Minh Đạo"].pk
    response = desk.post(address(meeting, "sheet/"), {f"status-{pk}": "late", "scan": scan("a.pdf", b"MZ not a pdf")})
    assert response.status_code == 422
    assert Attendance.objects.count() == 0
    assert re.search(rf'name="status-{pk}" value="late" checked', response.content.decode())


def test_sheet_without_a_scan_is_taken_too(desk, meeting, people):
    assert desk.post(address(meeting, "sheet/"), {"rest": "absent"}).status_code == 302
    assert set(statuses().values()) == {"absent"}
    assert SignedSheet.objects.count() == 0
