"""The documents themselves: every letter, every long text, the same bytes each time."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from certificates import rendering

LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Quỳnh Khương Ỷ Lan"
CAN_THO = {"brand": "#0b5a50", "deep": "#07352f", "line": "#a7cdc3", "gold": "#e3a72f", "paper": "#fffdf6"}
SON_KHE = {"brand": "#27406b", "deep": "#1a2b4a", "line": "#d3d8e3", "gold": "#b4552d", "paper": "#fcfbf8"}
CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ23"


def completion(**other: Any) -> Any:
    facts = {
        "kind": "completion",
        "design": "completion-1",
        "number": "HT-2026-00412",
        "holder": "Nguyễn Thị Hồng Thắm",
        "enterprise": "Công ty TNHH Thủy sản Tân Phước Hưng (mẫu)",
        "title": {"vi": "HACCP cho nhà máy chế biến thủy sản", "en": "HACCP for seafood processing plants"},
        "course_code": "HACCP",
        "course_version": "1.0",
        "edition": {"vi": "Codex CXC 1-1969 (sửa đổi 2022)", "en": "Codex CXC 1-1969 (2022)"},
        "hours": "32.5",
        "started_on": "2026-10-19",
        "completed_on": "2026-11-21",
        "result": {"points": "33.5", "possible": 40, "percent": 83.75},
        "body": {
            "name": {"vi": "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng", "en": "Technical Centre"},
            "parent": {"vi": "Sở Khoa học và Công nghệ thành phố Cần Thơ", "en": "Department"},
        },
        "place": "Tân Thạnh",
        "signatory": {"title": {"vi": "GIÁM ĐỐC", "en": "Director"}, "name": "Lê Minh Quân"},
        "issued_on": "2026-11-21",
        "expires_on": "",
        "document_title": {"vi": "Giấy xác nhận hoàn thành khóa học", "en": "Certificate of completion"},
        "verify_url": f"https://nscl.example/v/{CODE}",
        "domain": "nscl.example",
        "colours": CAN_THO,
        "motif": "delta",
    }
    return SimpleNamespace(facts={**facts, **other}, code=CODE)


def consultant(**other: Any) -> Any:
    own = {
        "kind": "consultant",
        "design": "consultant-1",
        "number": "TV-2026-00087",
        "holder": "Trần Quốc Đạt",
        "birth_date": "1988-08-14",
        "expires_on": "2029-11-20",
        "document_title": {"vi": "GIẤY CHỨNG NHẬN CHUYÊN GIA TƯ VẤN", "en": "Consultant Certificate"},
        "scheme": {
            "code": "HACCP-TV",
            "version": 1,
            "title": {"vi": "Chuyên gia tư vấn HACCP", "en": "HACCP consultant"},
        },
        "scope": {"vi": "Tư vấn kế hoạch HACCP cho cơ sở chế biến thủy sản", "en": "Advising on HACCP in seafood"},
        "level": {"vi": "Bậc 1: tư vấn dưới sự hướng dẫn", "en": "Grade 1"},
        "subject": {"vi": "HACCP", "en": "HACCP"},
        "decision": {"number": "07/QĐ-TTKT", "on": "2026-11-20"},
    }
    return completion(**{**own, **other})


def text_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_completion_says_everything_with_its_diacritics() -> None:
    text = text_of(rendering.pdf(completion()))
    for part in (
        "Giấy xác nhận",
        "hoàn thành khóa học",
        "Nguyễn Thị Hồng Thắm",
        "Công ty TNHH Thủy sản Tân Phước Hưng (mẫu)",
        "HACCP cho nhà máy chế biến thủy sản",
        "Codex CXC 1-1969 (sửa đổi",
        "32,5 giờ",
        "19/10 – 21/11/2026",
        "33,5/40, Đạt",
        "Tân Thạnh, ngày 21 tháng 11 năm 2026",
        "HT-2026-00412",
        "Lê Minh Quân",
        "không phải giấy chứng nhận chuyên gia tư vấn",
        "nscl.example",
    ):
        assert part in text, part
    assert "CỘNG HÒA" not in text


def test_consultant_says_everything_with_its_diacritics() -> None:
    text = text_of(rendering.pdf(consultant()))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập – Tự do – Hạnh phúc",
        "GIẤY CHỨNG NHẬN",
        "CHUYÊN GIA TƯ VẤN",
        "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng",
        "thuộc Sở Khoa học và Công nghệ thành phố Cần Thơ",
        "Trần Quốc Đạt",
        "sinh ngày 14/08/1988",
        "Tư vấn kế hoạch HACCP cho cơ sở chế biến thủy sản",
        "HACCP-TV, phiên bản 1",
        "Quyết định chứng nhận số 07/QĐ-TTKT ngày 20/11/2026",
        "TV-2026-00087",
        "21/11/2026 – 20/11/2029",
        "GIÁM ĐỐC",
    ):
        assert part in text, part


def test_pdf_is_tagged_vietnamese_titled_and_for_the_archive() -> None:
    reader = PdfReader(io.BytesIO(rendering.pdf(consultant())))
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("vi")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "GIẤY CHỨNG NHẬN CHUYÊN GIA TƯ VẤN"
    xmp = root["/Metadata"].get_data().decode()
    assert "pdfaid:part>2<" in xmp and "pdfaid:conformance>A<" in xmp
    assert "pdfuaid:part>1<" in xmp


@pytest.mark.parametrize("make", [completion, consultant])
def test_every_face_is_ours_and_embedded(make: Any) -> None:
    reader = PdfReader(io.BytesIO(rendering.pdf(make())))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert fonts
    for font in fonts.values():
        face = font.get_object()
        name = str(face["/BaseFont"])
        assert "BeVietnamPro" in name or "SourceSerif4" in name
        assert face["/DescendantFonts"][0]["/FontDescriptor"].keys() & {"/FontFile2", "/FontFile3"}


@pytest.mark.parametrize("make", [completion, consultant])
@pytest.mark.parametrize("draw", [rendering.pdf, rendering.png])
def test_the_same_facts_give_the_same_bytes(make: Any, draw: Any) -> None:
    assert draw(make()) == draw(make())


@pytest.mark.parametrize(
    "certificate",
    [
        completion(
            holder=LONG_NAME,
            title={"vi": "Xây dựng, áp dụng và duy trì hệ thống quản lý " * 3, "en": "Setting up and keeping " * 5},
            enterprise="Hợp tác xã dịch vụ nông nghiệp và chế biến thủy sản xuất khẩu " * 2,
            domain="nang-suat-chat-luong.so-khoa-hoc-cong-nghe.tinh.gov.vn",
        ),
        consultant(holder=LONG_NAME, scope={"vi": "Tư vấn cơ sở chế biến thực phẩm " * 12, "en": "Advising " * 40}),
    ],
)
def test_long_texts_stay_on_one_page_and_whole(certificate: Any) -> None:
    text = text_of(rendering.pdf(certificate))
    assert LONG_NAME in text
    assert certificate.facts["number"] in text
    assert certificate.facts["signatory"]["name"] in text


def test_another_province_has_its_own_names_and_colours() -> None:
    ours = consultant()
    theirs = consultant(
        colours=SON_KHE,
        motif="mountain",
        place="Sơn Khê",
        number="014/2026/CG-SK",
        document_title={
            "vi": "GIẤY CHỨNG NHẬN CHUYÊN GIA TƯ VẤN NĂNG SUẤT",
            "en": "Productivity Consultant Certificate",
        },
        body={
            "name": {"vi": "Chi cục Tiêu chuẩn Đo lường Chất lượng", "en": ""},
            "parent": {"vi": "Sở Khoa học và Công nghệ tỉnh Sơn Khê (mẫu)", "en": ""},
        },
    )
    text = text_of(rendering.pdf(theirs))
    assert "CHUYÊN GIA TƯ VẤN NĂNG SUẤT" in text
    assert "014/2026/CG-SK" in text
    assert "Cần Thơ" not in text
    with Image.open(io.BytesIO(rendering.png(theirs))) as picture, Image.open(io.BytesIO(rendering.png(ours))) as own:
        theirs_seen = {colour for _count, colour in picture.convert("RGB").getcolors(100_000)}
        ours_seen = {colour for _count, colour in own.convert("RGB").getcolors(100_000)}
    assert (0x27, 0x40, 0x6B) in theirs_seen and (0xB4, 0x55, 0x2D) in theirs_seen
    assert (0x07, 0x35, 0x2F) in ours_seen and (0xFF, 0xFD, 0xF6) in ours_seen
    assert (0x07, 0x35, 0x2F) not in theirs_seen


@pytest.mark.parametrize("make", [completion, consultant])
def test_the_picture_suits_a_phone(make: Any) -> None:
    drawn = rendering.png(make())
    assert len(drawn) <= 400_000
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1240
        assert abs(picture.height - 1240 * 210 / 297) < 2


def test_the_qr_code_leads_to_the_page_of_verification() -> None:
    address = f"https://nscl.example/v/{CODE}"
    code = segno.make(address.upper(), error="m", boost_error=True, micro=False)
    assert code.mode == "alphanumeric"
    assert code.version <= 3
    assert rendering.qr_code(address, "#07352f").startswith("<svg")
    assert rendering.printed(completion().facts)["qr"] == rendering.qr_code(address, "#07352f")


def test_facts_cannot_smuggle_markup_in() -> None:
    holder = '#panic("x") *đậm* $x$ <b> \\ "trích"'
    assert holder.replace("  ", " ") in text_of(rendering.pdf(completion(holder=holder)))


def test_a_face_without_a_letter_is_refused() -> None:
    with pytest.raises(rendering.CannotRender):
        rendering.pdf(completion(holder="王小明"))


def test_an_unknown_design_is_refused() -> None:
    with pytest.raises(rendering.CannotRender):
        rendering.pdf(completion(design="completion-99"))
