"""The process in which a stranger's PDF is drawn: few resources, no secrets, no files to write.

Run as `python -m quizzes.paper_pdf_child`. From standard input a line of JSON (page numbers,
counted from 1) and then the file; to standard output a line of JSON, `{"count", "sizes"}` or
`{"bad": code}`, and then the pages as JPEG one behind the other; size 0 is a page that could
not be drawn.
"""

import io
import json
import sys

import pypdfium2

from lms.lib.confined import limit

MEMORY = 1024 * 1024 * 1024
SECONDS = 50
LONGEST_SIDE = 2400
"""Pixels: what a sheet is read with (`quizzes.paper_scan`)."""
LOCKED = 4
"""PDFium's FPDF_ERR_PASSWORD."""


def main() -> None:
    """Draw the pages that are asked for."""
    limit(memory=MEMORY, seconds=SECONDS)
    wanted = json.loads(sys.stdin.buffer.readline())
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        answer(json.dumps({"bad": "locked" if getattr(error, "err_code", None) == LOCKED else "broken"}))
        return
    pages = [drawn(document, number) for number in wanted]
    answer(json.dumps({"count": len(document), "sizes": [len(page) for page in pages]}), *pages)


def drawn(document: pypdfium2.PdfDocument, number: int) -> bytes:
    """One page as grey JPEG; nothing where PDFium cannot draw it."""
    out = io.BytesIO()
    try:
        page = document[number - 1]
        scale = LONGEST_SIDE / max(*page.get_size(), 1)
        page.render(scale=scale, grayscale=True).to_pil().convert("L").save(out, "JPEG", quality=85)
        page.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError):
        return b""
    return out.getvalue()


def answer(head: str, *parts: bytes) -> None:
    """Write the line of JSON and what follows it."""
    sys.stdout.buffer.write(b"".join([head.encode(), b"\n", *parts]))


if __name__ == "__main__":
    main()
