"""The editor's fields hold what was imported, and give it back unchanged."""

from quizzes.part_inputs import digits, number
from quizzes.part_layouts import LAYOUTS


def test_small_numbers_stand_in_fields_without_powers_of_ten() -> None:
    assert [digits(value) for value in (5e-05, 1.5, 3, -2.0, "", 1e-7)] == [
        "0.00005",
        "1.5",
        "3",
        "-2",
        "",
        "0.0000001",
    ]
    for value in (5e-05, 0.1, 12, -3.25, 1e-7):
        assert number(digits(value)) == value
    part = {"answer": 1.2346, "tolerance": 5e-05, "unit": {"vi": "", "en": ""}}
    layout = LAYOUTS["numeric"]
    assert layout.write(layout.read(part), ["vi", "en"]) == part


def test_words_of_gaps_that_look_like_shares_and_options_of_two_lines() -> None:
    layout = LAYOUTS["cloze"]
    gaps = [
        {"id": "a", "kind": "text", "accept": [{"vi": "50% đường"}, {"vi": "đường", "share": 40}]},
        {"id": "b", "kind": "choice", "options": [{"vi": "một\nhai", "correct": True}, {"vi": "50% muối"}]},
    ]
    written = layout.write(layout.read({"text": {"vi": "{a} {b}"}, "gaps": gaps}), ["vi"])["gaps"]
    assert written[0]["accept"] == [{"vi": "50% đường", "share": 100}, {"vi": "đường", "share": 40}]
    assert written[1]["options"] == [{"vi": "một hai", "correct": True}, {"vi": "50% muối"}]
