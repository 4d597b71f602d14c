"""PDF and picture of a certificate, made from its frozen facts alone.

Both can be thrown away and made again: the same facts give the same bytes.
"""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor

from certificates.models import Certificate
from lms.lib import papers
from lms.lib.papers import CannotRender

TEMPLATES = Path(__file__).resolve().parent / "typst"
DESIGNS = ("completion-1", "consultant-1")
PAGE_INCHES = 297 / 25.4


def pdf(certificate: Certificate) -> bytes:
    """The document as PDF/A-2a and PDF/UA-1, tagged, in Vietnamese. Raises CannotRender."""
    return _compile(certificate, "pdf")


def png(certificate: Certificate, width: int = 1240) -> bytes:
    """The document as a picture `width` pixels wide, small enough for a phone. Raises CannotRender."""
    drawn = _compile(certificate, "png", ppi=2 * width / PAGE_INCHES)
    with Image.open(io.BytesIO(drawn)) as picture:
        height = round(picture.height * width / picture.width)
        small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(palette=_palette(small, certificate.facts["colours"]), dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def pdf_name(certificate: Certificate) -> str:
    """Where the PDF is kept in the private storage."""
    return f"certificates/{certificate.code}/{certificate.facts['design']}.pdf"


def png_name(certificate: Certificate) -> str:
    """Where the picture is kept in the private storage."""
    return f"certificates/{certificate.code}/{certificate.facts['design']}.png"


def _palette(picture: Image.Image, colours: Mapping[str, str]) -> Image.Image:
    """256 colours for a small file: the province's own exactly, the rest as the picture needs.

    Left to itself the choice drops the ivory of the paper or the gold of the seal.
    """
    own = [ImageColor.getrgb(colour)[:3] for colour in ("#ffffff", *colours.values())]
    flat = picture.quantize(256 - len(own)).getpalette() or []
    common = [tuple(flat[start : start + 3]) for start in range(0, len(flat), 3)]
    # What is nearly one of its own gives way to it: the lookup is a coarse one.
    others = [
        one for one in common if all(max(abs(x - y) for x, y in zip(one, mine, strict=True)) > 10 for mine in own)
    ]
    chosen = [channel for colour in [*own, *others] for channel in colour]
    palette = Image.new("P", (1, 1))
    palette.putpalette(chosen + list(own[0]) * (256 - len(chosen) // 3))
    return palette


def printed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The texts that stand on the paper, from frozen facts: the templates only place them."""
    document, body, signatory = facts["document_title"], facts["body"], facts["signatory"]
    issued = date.fromisoformat(facts["issued_on"])
    head, tail = _two_lines(document["vi"])
    texts = {
        "design": facts["design"],
        "motif": facts.get("motif", "delta"),
        "colours": facts["colours"],
        "title_vi": document["vi"],
        "title_head": head,
        "title_tail": tail,
        "title_en": document["en"],
        "body_vi": body["name"]["vi"],
        "parent_vi": body["parent"]["vi"],
        "holder": facts["holder"],
        "birth_date": _day(facts.get("birth_date") or ""),
        "number": facts["number"],
        "domain": facts["domain"],
        "issued": [issued.year, issued.month, issued.day],
        "place_and_day": f"{facts['place']}, {_day_in_words(issued)}",
        "signatory_title_vi": signatory["title"]["vi"],
        "signatory_name": signatory["name"],
        "description": f"{document['vi']} {facts['number']}: {facts['holder']}",
        "qr": qr_code(facts["verify_url"], facts["colours"]["deep"]),
        "qr_alt": f"Mã QR dẫn tới trang xác minh giấy số {facts['number']}",
    }
    return {**texts, **(_consultant(facts) if facts["kind"] == "consultant" else _completion(facts))}


def qr_code(address: str, colour: str) -> str:
    """A QR code of `address`, which is written in capitals: a third fewer modules, easier for a weak camera.

    `/V/` leads where `/v/` does.
    """
    return papers.qr_code(address.upper(), colour)


def _consultant(facts: Mapping[str, Any]) -> dict[str, Any]:
    scheme, decision, edition = facts["scheme"], facts["decision"], facts.get("edition") or {}
    decided = _day(decision["on"])
    return {
        "scope_vi": facts["scope"]["vi"],
        "scope_en": facts["scope"]["en"],
        "subject_vi": facts["subject"]["vi"],
        "edition_vi": edition.get("vi", ""),
        "level_vi": (facts.get("level") or {}).get("vi") or "–",
        "scheme": f"{scheme['code']}, phiên bản {scheme['version']}",
        "scheme_title_vi": scheme["title"]["vi"],
        "decision_line": f"Quyết định chứng nhận số {decision['number']} ngày {decided}.",
        "decision_line_en": f"Certification decision No. {decision['number']} of {decided}.",
        "validity": f"{_day(facts['issued_on'])} – {_day(facts['expires_on'])}",
    }


def _completion(facts: Mapping[str, Any]) -> dict[str, Any]:
    result = facts.get("result") or {}
    cells = [
        ("Phiên bản", "Edition", (facts.get("edition") or {}).get("vi", "")),
        ("Bản khóa học", "Course version", str(facts.get("course_version", ""))),
        ("Thời lượng", "Hours", f"{_number(facts['hours'])}\u00a0giờ"),
        ("Thời gian", "Dates", _span(facts["started_on"], facts["completed_on"])),
        (
            "Kết quả",
            "Result",
            f"{_number(result['points'])}/{_number(result['possible'])}, Đạt" if "points" in result else "",
        ),
    ]
    born = _day(facts.get("birth_date") or "")
    person = [f"sinh ngày {born}" if born else "", facts.get("enterprise") or ""]
    return {
        "course_vi": facts["title"]["vi"],
        "course_en": facts["title"]["en"],
        "person_line": " · ".join(part for part in person if part),
        "cells": [cell for cell in cells if cell[2]],
    }


def _two_lines(title: str) -> tuple[str, str]:
    """A document's title as its genus and the rest: “GIẤY CHỨNG NHẬN” / “CHUYÊN GIA TƯ VẤN”."""
    for genus in ("giấy chứng nhận", "giấy xác nhận"):
        if title.lower().startswith(genus + " "):
            return title[: len(genus)], title[len(genus) + 1 :]
    return "", title


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""


def _span(first: str, last: str) -> str:
    """From day to day; the year once where it is the same."""
    if first[:4] == last[:4]:
        return f"{date.fromisoformat(first):%d/%m} – {_day(last)}" if first != last else _day(last)
    return f"{_day(first)} – {_day(last)}"


def _day_in_words(day: date) -> str:
    """As official papers write it: days below ten and the first two months with a nought."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _number(value: Any) -> str:
    """Decimals with a comma, no idle noughts."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _compile(certificate: Certificate, kind: Any, ppi: float | None = None) -> bytes:
    texts = printed(certificate.facts)
    if texts["design"] not in DESIGNS:
        raise CannotRender(f"no design “{texts['design']}”")
    # Noon in Vietnam of the day of issue: a fixed moment, so that the bytes are fixed too.
    noon = datetime.combine(date(*texts["issued"]), time(5), UTC)
    return papers.render(TEMPLATES / f"{texts['design']}.typ", texts, noon, kind, ppi)
