"""Pictures of strangers: known by their first bytes, measured, never rendered."""

import io
import re

from PIL import Image

MAX_BYTES = 3_000_000
MAX_PIXELS = 40_000_000
_KINDS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}


def taken(content: bytes) -> tuple[bytes, str] | None:
    """A picture as it is kept, with its ending: PNG and JPEG as they are, GIF and WebP as PNG; None for any other.

    Drawings (SVG, EMF, WMF) can hold script or cannot be shown by a browser: they are named, not taken.
    """
    if not 0 < len(content) <= MAX_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
            kind = _KINDS.get(picture.format or "", "")
            if not kind or picture.width * picture.height > MAX_PIXELS:
                return None
            if kind in ("png", "jpg"):
                picture.verify()
                return content, kind
            made = io.BytesIO()
            picture.convert("RGBA").save(made, "PNG")
            return made.getvalue(), "png"
    except Exception:  # Pillow raises many kinds for a broken file; all mean the same here
        return None


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture of a kind that is taken."""
    with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
        return picture.width, picture.height


def told(name: str) -> str:
    """A picture's name for a sentence: without folders and of modest length."""
    return re.sub(r".*[/\\]", "", name)[:60]
