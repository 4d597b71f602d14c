"""Files made to do harm (threat T7): refused with a clear message or read with faults, in bounds, no network, no file."""  # noqa: E501

import io
import os
import random
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lms.lib.confined import ROOT
from quizzes.formats import child, recognising, sandbox, sentences
from quizzes.formats.result import BadFile, Read
from tests.quizzes.formats.making import W, docx, png, zipped

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "questions").iterdir())
LIMITED = f"from lms.lib.confined import limit\nlimit(memory={child.MEMORY}, seconds={child.SECONDS})\n"
SOAK = bool(os.environ.get("NSCL_SOAK"))
ITEM = '<assessmentItem identifier="a" title="t"><itemBody><p>{}</p></itemBody></assessmentItem>'
LAUGHS = (
    '<!DOCTYPE quiz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{"&" + before + ";" * 1}{("&" + before + ";") * 9}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
XXE = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE quiz [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd">%x;]>'
QUIZ = '<quiz><question type="truefalse"><questiontext><text>&{};</text></questiontext></question></quiz>'


def refused(content: bytes, form: str = "") -> str:
    with pytest.raises(BadFile) as bad:
        recognising.read(content, "vi", form)
    return bad.value.said.code


def link(target: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("items/q.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, target)
    return made.getvalue()


def entries(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(f"{number}.xml"), b"")
    return made.getvalue()


def lying(content: bytes) -> bytes:
    """A zip whose directory says that the part is small."""
    whole = bytearray(zipped({"imsmanifest.xml": content}))
    place = whole.rfind(b"PK\x01\x02")
    whole[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(whole)


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.xml", "<a/>")
        entry = zipfile.ZipInfo("b.xml")
        archive.writestr(entry, "<a/>")
    return made.getvalue().replace(b"b.xml", b"a.xml")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ((XXE + QUIZ.format("x")).encode(), "entities"),
        ((REMOTE + QUIZ.format("x")).encode(), "entities"),
        ((LAUGHS + QUIZ.format("j")).encode(), "entities"),
        (zipped({"imsmanifest.xml": (XXE + "<manifest/>").encode()}), "entities"),
        (zipped({"word/document.xml": f"{XXE}<w:document {W}>&x;</w:document>".encode()}), "entities"),
        (zipped({"../../etc/cron.d/x.xml": b"<a/>"}), "zip_slip"),
        (zipped({"/etc/x.xml": b"<a/>"}), "zip_slip"),
        (zipped({"C:/x.xml": b"<a/>"}), "zip_slip"),
        (link("/etc/passwd"), "zip_link"),
        (entries(6_000), "zip_entries"),
        (zipped({"imsmanifest.xml": b" " * 20_000_000}), "zip_bomb"),
        (zipped({"word/document.xml": b"<w:p/>" * 5_000_000}), "zip_bomb"),
        (twice(), "zip_twice"),
        (b"<quiz>" + b"<a>" * 3_000, "too_deep"),
        (b"<quiz><question type='x'>" + b"<a/>" * 260_000, "too_much"),
        (b"PK\x03\x04" + b"\0" * 200, "zip_broken"),
        (zipped({"word/document.xml": b"<w:document>"})[:-30], "zip_broken"),
        (b"<quiz><question type='truefalse'>", "xml_broken"),
        (b"- code: A\n  type: single\n  stem: &a {vi: x}\n  x: *a\n", "yaml"),
        (b"- code: A\n  type: single\n  stem: !!python/object/apply:os.system ['x']\n", "yaml"),
        (b"%PDF-1.4\n" + zipped({"word/document.xml": b"<a/>"}), "pdf"),
        (b"\xff\xfe" + b"\x00\xd8" * 30, "encoding"),
    ],
)  # fmt: skip
def test_attacks_are_refused_by_name(content: bytes, code: str) -> None:
    start = time.monotonic()
    assert refused(content) == code
    assert time.monotonic() - start < 10
    assert code in sentences.SENTENCES


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    assert refused(lying(b"<manifest>" + b"x" * 3_000_000)) in ("zip_broken", "zip_bomb", "xml_broken")


def test_yaml_of_deep_nesting_is_refused() -> None:
    assert refused(b"- code: A\n  type: single\n  stem: " + b"[" * 2_000) in ("yaml", "too_much")


def test_script_stays_out_of_the_words() -> None:
    svg = docx(
        "Câu 1: x {picture}\n*A. a\nB. b\nC. c",
        picture=b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        picture_name="i.png",
    )
    found = recognising.read(svg, "vi")
    assert not found.media
    html = b'<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA[<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>y</svg>Q]]></text></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>'  # noqa: E501
    assert recognising.read(html, "vi").items[0].node["stem"] == {"vi": "Q"}


def test_a_picture_that_is_also_something_else_is_no_longer_than_it_may_be() -> None:
    polyglot = png() + zipped({"word/document.xml": b"<a/>"})
    found = recognising.read(docx("Câu 1: x {picture}\n*A. a\nB. b\nC. c", picture=polyglot), "vi")
    assert all(content.startswith(b"\x89PNG") for content in found.media.values())
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0" + b"\0" * 4
    assert not recognising.read(docx("Câu 1: x {picture}\n*A. a\nB. b\nC. c", picture=bomb), "vi").media


# --- The process of its own ---------------------------------------------------------------


def test_the_child_reads_what_the_parent_would() -> None:
    sample = next(path for path in SAMPLES if path.suffix == ".docx").read_bytes()
    found = sandbox.read_safely(sample, language="vi")
    assert found.stored() == recognising.read(sample, "vi").stored()


def test_the_child_knows_no_secret_and_can_write_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "very-secret")
    seen: dict[str, Any] = {}
    real = subprocess.run

    def run(*args: Any, **kwargs: Any) -> Any:
        seen.update(kwargs)
        return real(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", run)
    sandbox.read_safely(b"Q {T}\n\n::x::y {F}", language="vi")
    assert "SECRET_KEY" not in seen["env"]
    code = f"{LIMITED}open({str(tmp_path / 'x')!r}, 'w').write('y' * 10)"
    real([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").read_bytes()


def test_the_child_is_bounded_in_memory_and_time() -> None:
    code = f"{LIMITED}bytearray(300_000_000)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert b"MemoryError" in done.stderr
    assert child.MEMORY == 256 * 1024 * 1024
    with pytest.raises(BadFile) as slow:
        sandbox.read_safely(b"Q {T}", language="vi", seconds=0.01)
    assert slow.value.said.code == "too_slow"
    with pytest.raises(BadFile) as large:
        sandbox.read_safely(b" " * (sandbox.MAX_BYTES + 1), language="vi")
    assert large.value.said.code == "too_large"


def test_whatever_breaks_a_reader_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> Read:
        raise ZeroDivisionError

    monkeypatch.setattr(child, "read", broken)
    told = {"format": "", "language": "vi"}
    assert child.answered(b"x", told)["bad"]["code"] == "broken"


# --- Mutants ------------------------------------------------------------------------------


def mutant(content: bytes, draw: random.Random) -> bytes:
    """The file with bytes flipped, cut, doubled, swapped or filled."""
    whole = bytearray(content)
    for _time in range(draw.randint(1, 6)):
        place = draw.randrange(max(1, len(whole)))
        match draw.randrange(6):
            case 0:
                whole[place : place + 1] = bytes([draw.randrange(256)])
            case 1:
                del whole[place : place + draw.randint(1, 200)]
            case 2:
                whole[place:place] = whole[place : place + draw.randint(1, 300)]
            case 3:
                whole[place:place] = draw.choice(
                    [b"{", b"}", b"<", b"&", b"]]>", b"\0", b"\xff\xfe", b"%n", b"::", b"\\", b"'"]
                )
            case 4:
                del whole[place:]
            case _:
                whole[place : place + 4] = struct.pack("<I", draw.randrange(2**32))
    return bytes(whole)


def repacked(content: bytes, draw: random.Random) -> bytes:
    """A zip with one of its parts mutated, so that mutants get past the zip's own checks."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(files))
    return zipped({**files, name: mutant(files[name], draw)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_mutants_are_read_or_refused_never_more(sample: Path) -> None:
    content = sample.read_bytes()
    draw = random.Random(f"{sample.name}-7")
    for number in range(1_200 if SOAK else 30):
        zip_inside = content.startswith(b"PK") and number % 3
        made = repacked(content, draw) if zip_inside else mutant(content, draw)
        start = time.monotonic()
        try:
            found = recognising.read(made, "vi")
            assert found.stored()["items"] is not None
        except BadFile as bad:
            assert sentences.tell(bad.said)
        assert time.monotonic() - start < 10


def test_mutants_in_the_child_stay_in_bounds() -> None:
    draw = random.Random("child")
    for _number in range(300 if SOAK else 3):
        sample = draw.choice(SAMPLES).read_bytes()
        try:
            sandbox.read_safely(mutant(sample, draw), language="vi")
        except BadFile as bad:
            assert bad.said.code != "too_slow"
