"""Files that people send: checked by parsing them, never by their name alone."""

import hashlib
import io
import zipfile
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

MAX_PIXELS = 60_000_000
_KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
          "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


class BadUpload(ValueError):
    """A file that is not taken; `str()` says why and what to do."""


@dataclass(frozen=True)
class Checked:
    """What is known of a file that was taken."""

    content: bytes
    media_type: str
    extension: str
    sha256: str


def check(upload: "UploadedFile[bytes]", *, allowed: tuple[str, ...], max_bytes: int) -> Checked:
    """Read `upload` and make sure that it is what its name says.

    Raises BadUpload for a file that is empty, too large, of another kind, or
    that does not parse as its kind.
    """
    name = upload.name or ""
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    listed = ", ".join(kind.upper() for kind in allowed)
    if extension not in allowed:
        raise BadUpload(
            _("“%(name)s” is not one of the kinds taken here. Send %(kinds)s.") % {"name": name, "kinds": listed}
        )
    if (upload.size or 0) > max_bytes:
        raise BadUpload(
            _("“%(name)s” has %(size)s; at most %(limit)s are taken. Compress it or send fewer pages.")
            % {"name": name, "size": filesizeformat(upload.size or 0), "limit": filesizeformat(max_bytes)}
        )
    content = upload.read()
    if not content:
        raise BadUpload(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    if not _parses(content, extension):
        raise BadUpload(
            _("“%(name)s” cannot be read as %(kind)s. Open it on your device, save it again and send that.")
            % {"name": name, "kind": extension.upper()}
        )
    return Checked(content, _KINDS[extension], extension, hashlib.sha256(content).hexdigest())


def _parses(content: bytes, extension: str) -> bool:
    if extension == "pdf":
        return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]
    if extension in ("jpg", "jpeg", "png"):
        return _is_picture(content, "PNG" if extension == "png" else "JPEG")
    return _is_office(content, "word/document.xml" if extension == "docx" else "xl/workbook.xml")


def _is_picture(content: bytes, kind: str) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format != kind or picture.width * picture.height > MAX_PIXELS:
                return False
            picture.verify()
    except Exception:  # Pillow raises many kinds for a broken file; all mean the same here
        return False
    return True


def _is_office(content: bytes, part: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > 5_000 or sum(entry.file_size for entry in entries) > 200_000_000:
                return False
            names = {entry.filename for entry in entries}
            return part in names and not any(name.lower().endswith("vbaproject.bin") for name in names)
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
