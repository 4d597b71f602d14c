"""Markdown and rich text say the same; nothing is lost on the way there and back."""

import pytest

from courses.packs import markdown, richtext
from courses.packs.files import Problems
from courses.packs.inline import BadText, from_markdown, to_html, to_markdown
from tests.courses.conftest import EVERY_BLOCK, SECOND


def faults(text: str) -> list[tuple[int, str]]:
    problems = Problems()
    markdown.parse(text, "lessons/x.vi.md", problems)
    return [(fault.line, fault.message) for fault in problems.found]


@pytest.mark.parametrize(
    "line",
    [
        "**đậm** và *nghiêng*",
        "***cả hai***",
        "**a *b* c**",
        "*a **b** c*",
        "**V:** **is**",
        "*a***b**",
        "5 * 3 \\*sao\\* \\[a](https://b) C:\\dir",
        "[một **hai** ba](https://example.org/x_y)",
        "**xem [ở đây](https://example.org) nhé**",
        "a < b, \\<b>, & và ©, 70\u00a0°C",
        "[không phải liên kết] (a)",
    ],
)
def test_a_line_comes_back_as_it_was(line: str) -> None:
    runs = from_markdown(line)
    assert to_markdown(runs) == line
    assert richtext.line_from_html(f"<p>{to_html(runs)}</p>") == line


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ('<p data-block-key="ab1">a <b>b </b>c</p>', "a **b** c"),
        ("<p><b>a</b><b><i>b</i></b><i> c</i></p>", "**a*b** c*"),
        ("<p><strong>a</strong><em>b</em></p>", "**a***b*"),
        ("<p>1. a</p>", "1\\. a"),
    ],
)
def test_what_the_editor_writes_has_one_spelling(html: str, line: str) -> None:
    written = richtext.write(richtext.from_html(html))
    assert written == [line]
    pieces = richtext.parse(written, 1, lambda *fault: pytest.fail(str(fault)))
    assert richtext.write(pieces) == [line]


@pytest.mark.parametrize("html", ["<ul><li>a<ul><li>b</li></ul></li></ul>", "<p>a<br/>b</p>", "<h4>a</h4>"])
def test_what_markdown_cannot_say_is_refused(html: str) -> None:
    with pytest.raises(BadText):
        richtext.from_html(html)


@pytest.mark.parametrize("text", [EVERY_BLOCK, SECOND.format(title="A", slug="a", text="B.")])
def test_a_lesson_comes_back_byte_for_byte(text: str) -> None:
    problems = Problems()
    lesson = markdown.parse(text, "x", problems)
    assert problems.found == []
    assert markdown.write(lesson) == text


def test_every_kind_of_block_is_read() -> None:
    kinds = {block.kind for block in markdown.parse(EVERY_BLOCK, "x", Problems()).blocks}
    assert kinds == {
        "text", "figure", "table", "callout", "example", "definition", "checklist", "steps", "practice"
    }  # fmt: skip


FRONT = "---\ntitle: A\nslug: a\nminutes: 5\n---\n\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("# Lớn\n", 7),
        ("<script>x</script>\n", 7),
        ("**mở mà không đóng\n", 7),
        ("`mã`\n", 7),
        ("![hình](https://example.org)\n", 7),
        ("[x](javascript:alert(1))\n", 7),
        ("một dòng\nhai dòng\n", 8),
        ("- một\n  - hai\n", 8),
        ("1. một\n3. ba\n", 8),
        ("| a | b |\n", 7),
        ("> trích\n", 7),
        ("::: poem\na\n:::\n", 7),
        ("::: callout loud\na\n:::\n", 7),
        ("::: example\na\n:::\n", 7),
        ("::: figure ../x.svg\nalt: a\n:::\n", 7),
        ("::: figure media/a/../../x.svg\nalt: a\n:::\n", 7),
        ("::: figure media/x.svg\ncaption: a\n:::\n", 7),
        ("::: figure media/x.svg\nalt: a\nwidth: 3\n:::\n", 9),
        ("::: table records\n| a |\n| b |\n:::\n", 8),
        ("::: table records\n| a | b |\n| --- | --- |\n| c |\n:::\n", 10),
        ("::: example\ntitle: a\n::: practice A-1\n:::\n:::\n", 7),
        ("::: checklist\ntitle: a\n1. b\n:::\n", 9),
        ("::: definition\nterm: a\nb\n\nc\n:::\n", 9),
        ("::: practice\n:::\n", 7),
        ("a \n", 7),
    ],
)
def test_faults_of_a_lesson_are_told_with_their_line(body: str, line: int) -> None:
    found = faults(FRONT + body)
    assert line in [number for number, _message in found], found


@pytest.mark.parametrize(
    ("front", "word"),
    [
        ("title: A\nslug: a\n", "minutes"),
        ("title: A\nslug: a\nminutes: many\n", "minutes"),
        ("title: A\nslug: Á\nminutes: 5\n", "slug"),
        ("title: A\nslug: a\nminutes: 5\nauthor: B\n", "author"),
        ("title: A\ntitle: B\nslug: a\nminutes: 5\n", "title"),
    ],
)
def test_faults_of_the_front_matter(front: str, word: str) -> None:
    assert any(word in message for _line, message in faults(f"---\n{front}---\n\nA.\n"))
