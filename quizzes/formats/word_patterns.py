"""How options, answers, explanations and what is said about a question begin in a Word document."""

import re

MARKER = r"(?P<star>[*#@]?)\s?(?P<letter>[A-Ja-j])(?P<after>\*?)\s?[.)/:](?P<late>\*?)"
OPTION_START = re.compile(rf"\s*(?:\(?){MARKER}\s*(?=\S|$)")
ANSWER = re.compile(
    r"\s*(?:=>|→|⇒|➔|->|\*|#|•)?\s*[\[(]?\s*(?:Đáp\s*án(?:\s*đúng)?|Đ\.?\s?A\.?|Đ/A|Phương\s*án\s*đúng|Trả\s*lời|Kết\s*quả|"
    r"(?:Correct\s*)?Answers?|Key|ANS|Correct)\s*(?:là|đúng\s*là|is)?\s*[:：.\-–=]\s*(?P<said>.*?)[\])]?\s*"
    r"|\s*(?:=>|→|⇒)?\s*(?:Chọn|Đáp\s*án|Choose)\s*(?:đáp án|phương án|câu|ý)?\s*[:.]?\s*"
    r"(?P<letters>[A-H](?:\s*,\s*[A-H])*)\s*\.?\s*"
    r"|\s*(?:=>|→|⇒|➔)\s*(?P<arrow>[A-H](?:\s*,\s*[A-H])*)\s*\.?\s*",
    re.IGNORECASE,
)  # fmt: skip
RIGHT = re.compile(
    r"\s*(?:\((?:\*|x|đúng|correct|đáp án đúng|đáp án)\)|\[(?:\*|x|đúng)\]|[✓✔☑])\s*[.;]?\s*$", re.IGNORECASE
)
"""Behind a right option: `(đúng)`, `✓`."""
CHOSEN = re.compile(
    r"(?:^|[.;:,\n⇒→]\s*|\s)(?:Chọn|Đáp\s*án)\s*(?:đáp\s*án|phương\s*án|câu|ý|là|đúng|:)*\s*([A-H])\s*\.?\s*$",
    re.IGNORECASE,
)
"""At the end of a line of the solution."""
BEHIND = re.compile(r"[\s\[(]+(?:Đáp\s*án|ĐA|Đ/A|Answer|ANS)\s*[:：]\s*([A-H])\s*[\])]?\s*$")
EXPLAIN = re.compile(
    r"\s*(?:Giải\s*thích|Lời\s*giải(?:\s*chi\s*tiết)?|Hướng\s*dẫn(?:\s*giải)?|Explanation|Phản\s*hồi|Feedback|Căn\s*cứ)\s*[:.]\s*"
    r"|\s*(?:Lời\s*giải(?:\s*chi\s*tiết)?|Hướng\s*dẫn\s*giải|Giải(?:\s*thích)?)\s*$",
    re.IGNORECASE,
)  # fmt: skip
ABOUT = re.compile(
    r"\s*(?P<what>Chủ\s*đề|Chuyên\s*đề|Topic|Mức\s*độ|Độ\s*khó|Difficulty|Level|Điểm|Points?|Mã(?:\s*câu(?:\s*hỏi)?)?|Code|"
    r"Thẻ|Tags?)\s*[:：]\s*(?P<said>.*)",
    re.IGNORECASE,
)  # fmt: skip
SEVERAL = re.compile(
    r"chọn\s+(?:nhiều|các|những|hai|ba|bốn|tất cả|[2-9])|nhiều\s+(?:đáp án|lựa chọn|phương án|câu trả lời)|"
    r"những\s.{0,60}\bnào|các\s.{0,60}\bnào|(?:chọn|có)\s+(?:\d+|hai|ba)\s+đáp án|select\s+(?:all|two|three)|"
    r"choose\s+(?:all|two|three|2|3)|which\s+(?:two|three)|all that apply",
    re.IGNORECASE,
)
RANGE = re.compile(
    r"(?!.*\b(?:hoặc|hay|or)\s)(?P<value>[-−+]?[\d.,\s]*\d(?:[eE][-+]?\d+)?)\s*(?:(?P<before>[^\d\s±+(][^\d±+]{0,19}?)?\s*(?:±|\+/-|\+-|sai số)\s*(?P<off>[\d.,]+(?:[eE][-+]?\d+)?))?\s*(?P<unit>.{0,20})"  # noqa: E501
)
