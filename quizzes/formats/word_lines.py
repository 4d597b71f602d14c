"""Lines of a paper that are no questions: headings of parts and topics, headings of keys, what stands around."""

import re

from quizzes.formats.word_keys import answer_of

KEY_HEADING = re.compile(
    r"\s*(?:PHẦN\s+)?(?:BẢNG\s+|PHIẾU\s+)?(?:(?:ĐÁP\s*ÁN|ANSWER\s*KEYS?|ANSWERS|KEYS?)\b(?!\s*[A-H]\b)|"
    r"HƯỚNG\s*DẪN\s*CHẤM|LỜI\s*GIẢI\s*VÀ\s*ĐÁP\s*ÁN)[^.:?]{0,60}[:.]?\s*",
    re.IGNORECASE,
)
KEY_LINE = re.compile(r"\s*(?:BẢNG\s+)?(?:ĐÁP\s*ÁN|ANSWER\s*KEYS?|ANSWERS|KEYS?)\s*[:.]?\s*(?=\d|Câu)", re.IGNORECASE)
PARTED = re.compile(r"\s*\[?\s*<\s*br\s*/?\s*>\s*\]?\s*", re.IGNORECASE)
"""Between questions for tools that shuffle papers."""
NOISE = re.compile(
    r"\s*[-–—(*]*\s*(?:Thí sinh (?:không|được|chỉ)|(?:Cán bộ|Giám thị) coi thi|Giám thị|"
    r"Họ (?:và |, )?(?:chữ đệm và )?tên|"
    r"Số báo danh|SBD\b|Trang\s+\d+|Mã đề|Thời gian làm bài|Chữ ký)",
    re.IGNORECASE,
)
_KINDS = (
    ("truths", r"đúng\s*(?:[/,–—-]|hay|hoặc|,)?\s*sai|true\s*(?:/|or)?\s*false"),
    ("short", r"trả\s*lời\s*ngắn|điền\s*(?:khuyết|từ|vào)|short\s*answer"),
    ("essay", r"tự\s*luận|essay"),
    ("", r"trắc\s*nghiệm|lựa\s*chọn|nhiều\s*phương\s*án|multiple|bài\s*tập|câu\s*hỏi|ghép|nối"),
)
SECTION = re.compile(
    rf"\s*(?:[IVX]{{1,4}}|[A-D](?=.{{0,80}}\d\s*điểm))\s*[.):–-]\s*(?:PHẦN\s+)?(?:CÂU\s+(?:HỎI\s+)?)?"
    rf"(?:{'|'.join(words for _kind, words in _KINDS)})[^?]{{0,160}}",
    re.IGNORECASE,
)
"""`II. TỰ LUẬN`, `A. Trắc nghiệm (7 điểm)`."""
_PART = re.compile(r"\s*(?:PHẦN|PART)\s+(?:THỨ\s+)?([IVX]{1,4}|\d)\b\s*[.:)–-]?\s*(.*)", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(
    r"\s*(?:(?:PHẦN|CHƯƠNG|CHỦ ĐỀ|CHUYÊN ĐỀ|MỤC|PART|SECTION|MODULE|CHAPTER|TOPIC|UNIT)\s*(?:[IVXLC]+|\d+|[A-Z])?\b\s*[.:)–-]?\s*(.*)"  # noqa: E501
    r"|[IVX]{1,5}\s*[.)–-]\s*(\S.*))",
    re.IGNORECASE,
)  # fmt: skip
_TOPIC = re.compile(r"\s*(?:CHƯƠNG|CHỦ ĐỀ|CHUYÊN ĐỀ|MODULE|CHAPTER|TOPIC|UNIT)\b", re.IGNORECASE)
_OPTION = re.compile(r"\s*[*#(]?[A-Ja-j][.)/:]")
_ROMAN = dict(zip("123456789", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"), strict=True))


def part_of(words: str) -> str:
    """The Roman number of a part whose heading this is; empty for any other line."""
    told = _PART.fullmatch(words)
    if told is None or not (words.lstrip()[:4].isupper() or kind_of(words) or not told[2]):
        return ""
    return _ROMAN.get(told[1], told[1].upper())


def kind_of(words: str) -> str:
    """What the questions under a heading are: truths, short, essay; empty for choices."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE)), "")


def is_heading(words: str, *, first: bool) -> str | None:
    """The topic that a heading names, empty where it names none; None for a line that is no heading."""
    heading = _HEADING.fullmatch(words)
    shouted = len(words) >= 8 and words == words.upper() and words != words.lower() and not _OPTION.match(words)
    if not heading and not (shouted and first):
        return None
    if heading and not (words[0].isupper() and (heading[2] is None or heading[2] == heading[2].upper())):
        return None
    return heading[1].strip(" .:–-") if heading and heading[1] and _TOPIC.match(words) else ""


def key_line(words: str) -> list[tuple[int, list[str]]]:
    """Within a key: a number and an answer that is no letter: `Câu 1: ĐSĐS`, `2. 7,5`."""
    told = re.fullmatch(
        r"\s*(?:Câu\s*)?(\d{1,3})\s*[.:)\-–]+\s*(?:Đáp\s*án\s*:?\s*)?(.{1,60}?)\s*", words, re.IGNORECASE
    )
    answer = answer_of(told[2]) if told else []
    return [(int(told[1]), answer)] if told and answer else []
