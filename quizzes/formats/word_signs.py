"""Signs of Word's symbol fonts as Unicode, and colours that only look black."""

import re

UNKNOWN = "\ufffd"
"""Stands where a sign of a symbol font has no like."""
_SYMBOL = dict(
    zip(
        (*range(0xF041, 0xF05B), *range(0xF061, 0xF07B)),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
_SIGNS = {
    **_SYMBOL,
    **{0xF000 + code: chr(code) for code in range(0x20, 0x40) if code not in (0x22, 0x24, 0x27, 0x2A, 0x2D)},
    0xF022: "∀", 0xF024: "∃", 0xF027: "∋", 0xF02A: "∗", 0xF02D: "−", 0xF040: "≅", 0xF05B: "[", 0xF05C: "∴", 0xF05D: "]",
    0xF05E: "⊥", 0xF05F: "_", 0xF07B: "{", 0xF07C: "|", 0xF07D: "}", 0xF07E: "∼", 0xF0A2: "′", 0xF0A3: "≤", 0xF0A5: "∞",
    0xF0A7: "▪", 0xF0A8: "☐", 0xF0AB: "↔", 0xF0AC: "←", 0xF0AD: "↑", 0xF0AE: "→", 0xF0AF: "↓", 0xF0B0: "°", 0xF0B1: "±",
    0xF0B2: "″", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B5: "∝", 0xF0B6: "∂", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠", 0xF0BA: "≡",
    0xF0BB: "≈", 0xF0BC: "…", 0xF0C4: "⊗", 0xF0C5: "⊕", 0xF0C6: "∅", 0xF0C7: "∩", 0xF0C8: "∪", 0xF0C9: "⊃", 0xF0CA: "⊇",
    0xF0CB: "⊄", 0xF0CC: "⊂", 0xF0CD: "⊆", 0xF0CE: "∈", 0xF0CF: "∉", 0xF0D0: "∠", 0xF0D1: "∇", 0xF0D5: "∏", 0xF0D6: "√",
    0xF0D7: "⋅", 0xF0D8: "¬", 0xF0D9: "∧", 0xF0DA: "∨", 0xF0DB: "⇔", 0xF0DC: "⇐", 0xF0DD: "⇑", 0xF0DE: "⇒", 0xF0DF: "⇓",
    0xF0E0: "→", 0xF0E5: "∑", 0xF0F0: "⇨", 0xF0F2: "∫", 0xF0FB: "✗", 0xF0FC: "✓", 0xF0FD: "☒", 0xF0FE: "☑",
}  # fmt: skip
"""Those of the fonts Symbol and Wingdings, which share their places: where both have one, what exams use."""


def sign(code: str) -> str:
    """What a sign of a symbol font means, by its place as Word writes it (`F0B3`, or Unicode's own `2265`)."""
    if not re.fullmatch(r"[0-9A-Fa-f]{2,5}", code):
        return UNKNOWN
    place = int(code, 16)
    place = place + 0xF000 if place < 0x100 else place
    if place in _SIGNS:
        return _SIGNS[place]
    return chr(place) if 0x100 <= place < 0xD800 else UNKNOWN


def coloured(colour: str) -> bool:
    """Whether letters in this colour are marked: dark greys, as pages of the web have them, look black."""
    told = re.fullmatch(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})", colour.strip())
    if told is None:
        return colour.strip().lower() not in ("", "auto", "windowtext")
    parts = [int(part, 16) for part in told.groups()]
    return max(parts) > 0x60 or max(parts) - min(parts) > 0x18
