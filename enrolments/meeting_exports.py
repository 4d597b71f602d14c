"""Lists of participants as Zoom, Microsoft Teams and Google Meet export them: who was there, how long. Pure.

The three differ in encoding (Teams writes UTF-16 with tabs), in columns and in how
they write a duration, and all give a line per visit: who lost the connection and
came back stands in several. Visits of one person that overlap (a phone and a
computer) count once where the file tells the times.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lms.lib.text import fold, nfc

MOST_LINES = 10_000


class Unreadable(ValueError):
    """A file that is none of these lists; `str()` says what was looked for."""


@dataclass(frozen=True)
class Seen:
    """One person as the tool saw them. `names` are the one shown and, in brackets behind it, the original one."""

    names: tuple[str, ...]
    email: str
    seconds: int

    @property
    def name(self) -> str:
        """The name to show."""
        return self.names[0] if self.names else self.email

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return self.seconds // 60


@dataclass(frozen=True)
class Export:
    """What a file holds."""

    tool: str
    people: tuple[Seen, ...]


@dataclass(frozen=True)
class Known:
    """Somebody enrolled, to be recognised."""

    pk: int
    name: str
    email: str


_COLUMNS: Mapping[str, frozenset[str]] = {
    "name": frozenset(
        {"name (original name)", "name", "full name", "participant", "participant name", "ten (ten goc)", "ho va ten",
         "ho ten", "ten day du", "ten nguoi tham gia", "nguoi tham gia"}
    ),
    "first": frozenset({"first name"}),
    "last": frozenset({"last name"}),
    "email": frozenset({"user email", "email", "e-mail", "email address", "participant email", "dia chi email"}),
    "upn": frozenset({"participant id (upn)", "upn", "id nguoi tham gia (upn)"}),
    "join": frozenset({"join time", "time joined", "first join", "joined", "thoi gian tham gia", "gio vao"}),
    "leave": frozenset({"leave time", "time exited", "last leave", "left", "thoi gian roi di", "gio ra"}),
    "duration": frozenset(
        {"duration (minutes)", "total duration (minutes)", "duration", "in-meeting duration", "time in call",
         "thoi luong (phut)", "tong thoi luong (phut)", "thoi luong", "thoi luong trong cuoc hop"}
    ),
    "action": frozenset({"user action", "hanh dong cua nguoi dung"}),
    "moment": frozenset({"timestamp", "dau thoi gian"}),
    "waiting": frozenset({"in waiting room", "trong phong cho"}),
}  # fmt: skip
_UNITS = {
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "gio": 3600, "g": 3600,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "phut": 60, "p": 60,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "giay": 1,
}  # fmt: skip
_STAMPS = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%y, %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y, %H:%M:%S", "%d/%m/%y, %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y, %H:%M:%S",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M",
    "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M",
)  # fmt: skip
_JOINED = ("joined", "da tham gia", "tham gia")


# --- Reading ----------------------------------------------------------------------------


def read(content: bytes) -> Export:
    """The people in an export, each once, by name. Raises Unreadable."""
    lines = table(content)
    head, place = _head(lines)
    visits: dict[str, list[_Visit]] = {}
    for line in _body(lines, head):
        visit = _visit(line, place)
        if visit is not None:
            visits.setdefault(visit.email or fold(visit.names[0]), []).append(visit)
    merged = _by_actions(visits) if "action" in place else [_merge(same) for same in visits.values()]
    people = sorted(merged, key=lambda seen: fold(seen.name))
    if not people:
        raise Unreadable(_("The list holds no participants. Download it again after the meeting has ended."))
    return Export(_tool(place, lines[head]), tuple(people))


def table(content: bytes) -> list[list[str]]:
    """The cells of a CSV file, whatever its encoding and separator. Raises Unreadable."""
    text = _decoded(content)
    first = text[:4000]
    separator = max("\t;,", key=first.count)
    try:
        lines = [[nfc(cell) for cell in line] for line in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as a table. Save it as CSV and send that.")) from error
    if len(lines) > MOST_LINES:
        raise Unreadable(_("The file has more than %(most)s lines. Is it the right one?") % {"most": MOST_LINES})
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content[:200].count(0) > 40:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1258", errors="replace")


def _head(lines: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The line of column names, and where each column that matters stands."""
    for number, line in enumerate(lines):
        place: dict[str, int] = {}
        for index, cell in enumerate(line):
            words = fold(cell)
            for column, names in _COLUMNS.items():
                if words in names and column not in place:
                    place[column] = index
        named = "name" in place or {"first", "last"} <= place.keys()
        timed = "duration" in place or {"join", "leave"} <= place.keys() or {"action", "moment"} <= place.keys()
        if named and timed:
            return number, place
    raise Unreadable(
        _(
            "No list of participants was found: a line with the columns name and duration. "
            "Send the participants' report of Zoom, Teams or Google Meet as CSV."
        )
    )


def _body(lines: Sequence[Sequence[str]], head: int) -> Iterator[Sequence[str]]:
    """Lines below the head, up to the next section of the file."""
    for line in lines[head + 1 :]:
        filled = [cell for cell in line if cell]
        if not filled or (len(filled) == 1 and re.match(r"\d+\. ", filled[0])):
            return
        yield line


@dataclass(frozen=True)
class _Visit:
    names: tuple[str, ...]
    email: str
    seconds: int
    joined: datetime | None
    left: datetime | None
    action: str


def _visit(line: Sequence[str], place: Mapping[str, int]) -> _Visit | None:
    def cell(column: str) -> str:
        index = place.get(column, -1)
        return line[index].strip() if 0 <= index < len(line) else ""

    if fold(cell("waiting")) in ("yes", "co"):
        return None
    # Family name first, as it is written here; an account may have been filled in the other way round.
    apart = (f"{cell('last')} {cell('first')}".strip(), f"{cell('first')} {cell('last')}".strip())
    names = _names(cell("name")) or tuple(dict.fromkeys(name for name in apart if name))
    email = next((text.casefold() for text in (cell("email"), cell("upn")) if "@" in text), "")
    if not names and not email:
        return None
    moment = _stamp(cell("moment"))
    joined, left = _stamp(cell("join")) or moment, _stamp(cell("leave"))
    seconds = duration(cell("duration"))
    if not seconds and joined and left:
        seconds = max(int((left - joined).total_seconds()), 0)
    return _Visit(names or (email,), email, seconds, joined, left, fold(cell("action")))


def _names(text: str) -> tuple[str, ...]:
    """“Nam (Nguyễn Văn Nam)” is both; marks such as “(Guest)” are nobody's name."""
    outside = nfc(re.sub(r"\([^)]*\)", " ", text))
    inside = [nfc(found) for found in re.findall(r"\(([^)]*)\)", text)]
    marks = {"guest", "khach", "unverified", "chua xac minh", "external", "ben ngoai", "host", "me", "toi"}
    return tuple(dict.fromkeys(name for name in (outside, *inside) if name and fold(name) not in marks))


def duration(text: str) -> int:
    """Seconds, from “57” (minutes), “1h 2m 3s”, “1 hr 23 min”, “1 giờ 2 phút” or “01:02:03”; 0 for anything else."""
    plain = fold(text)
    if re.fullmatch(r"\d+([.,]\d+)?", plain):
        return int(float(plain.replace(",", ".")) * 60)
    if match := re.fullmatch(r"(\d+):(\d\d):(\d\d)", plain):
        hours, minutes, seconds = (int(part) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = re.findall(r"(\d+)\s*([a-z]+)", plain)
    return sum(int(number) * _UNITS.get(unit, 0) for number, unit in parts)


def _stamp(text: str) -> datetime | None:
    plain = re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " ")).strip()
    plain = re.sub(r"\s*(SA|CH)$", lambda found: " AM" if found[1] == "SA" else " PM", plain)
    for form in _STAMPS:
        try:
            # Without a zone: only distances within one file are taken from it.
            return datetime.strptime(plain, form)  # noqa: DTZ007
        except ValueError:
            continue
    return None


# --- Adding up --------------------------------------------------------------------------


def _merge(visits: Sequence[_Visit]) -> Seen:
    """One person's visits as one: overlapping ones count once where all tell their times."""
    spans = [
        (visit.joined, visit.left) for visit in visits if visit.joined and visit.left and visit.left > visit.joined
    ]
    if len(spans) == len(visits) > 1:
        seconds = _union([(joined, left) for joined, left in spans])
    else:
        seconds = sum(visit.seconds for visit in visits)
    return _seen(visits, seconds)


def _by_actions(visits: Mapping[str, Sequence[_Visit]]) -> list[Seen]:
    """Lines of “joined” and “left”: who never left was there until the last line of the file."""
    stamps = [visit.joined for same in visits.values() for visit in same if visit.joined]
    end = max(stamps, default=None)
    found = []
    for same in visits.values():
        spans, since = [], None
        for visit in sorted((visit for visit in same if visit.joined), key=lambda visit: visit.joined or end):  # type: ignore[arg-type, return-value]
            if visit.action.startswith(_JOINED):
                since = since or visit.joined
            elif since is not None and visit.joined is not None:
                spans.append((since, visit.joined))
                since = None
        if since is not None and end is not None:
            spans.append((since, end))
        found.append(_seen(same, _union(spans)))
    return found


def _union(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Seconds within at least one of the spans."""
    whole, until = timedelta(), None
    for joined, left in sorted(spans):
        begins = joined if until is None else max(joined, until)
        if left > begins:
            whole += left - begins
        until = left if until is None else max(until, left)
    return int(whole.total_seconds())


def _seen(visits: Sequence[_Visit], seconds: int) -> Seen:
    names = tuple(dict.fromkeys(name for visit in visits for name in visit.names))
    return Seen(names, next((visit.email for visit in visits if visit.email), ""), seconds)


def _tool(place: Mapping[str, int], head: Sequence[str]) -> str:
    words = {fold(cell) for cell in head}
    if "upn" in place or "action" in place or words & {"in-meeting duration", "thoi luong trong cuoc hop"}:
        return "Microsoft Teams"
    if words & {"time exited", "first name"}:
        return "Google Meet"
    return "Zoom" if words & {"name (original name)", "ten (ten goc)", "user email"} else ""


# --- Recognising ------------------------------------------------------------------------


def match(people: Sequence[Seen], known: Sequence[Known]) -> list[tuple[Seen, int | None]]:
    """Each person seen with the enrolment they are: by e-mail, then by name without accents.

    An address or a name that two of the class share recognises nobody: a person
    chooses. Nobody is recognised by a part of a name.
    """
    by_email = _unique((one.email.casefold(), one.pk) for one in known if one.email)
    by_name = _unique((fold(one.name), one.pk) for one in known)
    found = []
    for seen in people:
        pk = by_email.get(seen.email) if seen.email else None
        for name in seen.names:
            pk = pk or by_name.get(fold(name))
        found.append((seen, pk))
    return found


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int | None] = {}
    for key, pk in pairs:
        found[key] = None if key in found else pk
    return {key: pk for key, pk in found.items() if pk is not None}
