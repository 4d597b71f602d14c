"""Zips of strangers: looked at before anything is unpacked, read part by part within bounds, never written out."""

import io
import zipfile
import zlib

from courses.packs.files import climbs
from quizzes.formats.result import BadFile, Place

MAX_ENTRIES = 5_000
MAX_UNPACKED = 120_000_000
"""What all parts may claim together, in bytes."""
MAX_PART = 30_000_000
MAX_RATIO = 300
"""A part above `RATIO_FROM` that packs better than this is no questionnaire."""
RATIO_FROM = 2_000_000
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, KeyError, ValueError,
    IndexError, OverflowError,
)  # fmt: skip


def is_zip(content: bytes) -> bool:
    """Whether it begins as a zip does."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _claimed_entries(content: bytes) -> int:
    """How many entries the end of the archive counts, before any is read (APPNOTE 4.3.16 and 4.3.14)."""
    place = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if place < 0 or place + 12 > len(content):
        return 0
    claimed = int.from_bytes(content[place + 10 : place + 12], "little")
    size = int.from_bytes(content[place + 12 : place + 16], "little")
    # An entry takes 46 bytes at least: a small count may be a lie, a long directory is not.
    return max(claimed, min(size, len(content)) // 400)


class Archive:
    """A zip in memory. Raises BadFile for one that is hostile or broken."""

    def __init__(self, content: bytes) -> None:
        if _claimed_entries(content) > MAX_ENTRIES:
            raise BadFile("zip_entries", limit=MAX_ENTRIES)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._entries = self._checked()
        except BROKEN as error:
            raise BadFile("zip_broken") from error
        self._read = 0

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise BadFile("zip_entries", limit=MAX_ENTRIES)
        if sum(entry.file_size for entry in infos) > MAX_UNPACKED:
            raise BadFile("zip_bomb")
        for entry in infos:
            place = Place(file=entry.filename[:100])
            if climbs(entry.filename) or "\\" in entry.filename or "\0" in entry.filename:
                raise BadFile("zip_slip", place)
            if (entry.external_attr >> 16) & 0o170000 == 0o120000:
                raise BadFile("zip_link", place)
            if entry.flag_bits & 0x1:
                raise BadFile("zip_password", place)
            if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                raise BadFile("zip_bomb", place)
            if entry.is_dir():
                continue
            if entry.filename in entries:
                raise BadFile("zip_twice", place)
            entries[entry.filename] = entry
        return entries

    @property
    def names(self) -> list[str]:
        """Files inside, in the archive's order."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """What a file that is there claims to unpack to."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of a file that is there. Raises BadFile."""
        try:
            with self._zip.open(self._entries[name]) as stream:
                content = stream.read(MAX_PART + 1)
        except BROKEN as error:
            raise BadFile("zip_broken", Place(file=name)) from error
        self._read += len(content)
        if len(content) > MAX_PART or self._read > MAX_UNPACKED:
            raise BadFile("zip_bomb", Place(file=name))
        return content
