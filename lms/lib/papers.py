"""Papers as PDF or picture, set by Typst from a design and its texts.

The faces in assets/fonts and nothing else; a warning, such as a missing face, is an
error. The same texts and moment give the same bytes.
"""

import io
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

FONTS = Path(settings.BASE_DIR) / "assets" / "fonts"
STANDARDS: Any = ["a-2a", "ua-1"]
"""PDF/A-2a, to be kept for decades, and PDF/UA-1, to be read aloud."""
_lock = threading.Lock()


class CannotRender(Exception):
    """The texts cannot be set as the design asks; `str()` holds the engine's words."""


def pdf(design: Path, texts: Mapping[str, Any], moment: datetime) -> bytes:
    """The paper as PDF, tagged. `design` is a `.typ` file that reads `sys.inputs.facts`. Raises CannotRender."""
    return render(design, texts, moment, "pdf")


def render(design: Path, texts: Mapping[str, Any], moment: datetime, kind: Any, ppi: float | None = None) -> bytes:
    """The paper as `kind` (pdf, png of one page at `ppi`). `moment` is written into the file. Raises CannotRender."""
    if not design.is_file():
        raise CannotRender(f"no design “{design.stem}”")
    try:
        with _lock:  # one compiler per folder and process; it keeps the faces in memory
            made, warnings = _compiler(design.parent).compile_with_warnings(
                str(design),
                format=kind,
                ppi=ppi,
                sys_inputs={"facts": json.dumps(texts, ensure_ascii=False)},
                pdf_standards=STANDARDS if kind == "pdf" else [],
                timestamp=int(moment.timestamp()),
            )
    except typst.TypstError as error:
        raise CannotRender(f"{error.message} {error.diagnostic}") from error
    if warnings:
        raise CannotRender("; ".join(str(warning) for warning in warnings))
    if not isinstance(made, bytes):
        raise CannotRender("more than one page")
    return made


@cache
def _compiler(root: Path) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(root), font_paths=fonts)


def qr_code(address: str, colour: str = "#000000") -> str:
    """A QR code of `address` as SVG, as it is written."""
    out = io.BytesIO()
    segno.make(address, error="m", boost_error=True, micro=False).save(
        out, kind="svg", border=4, dark=colour, light="#ffffff", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()
