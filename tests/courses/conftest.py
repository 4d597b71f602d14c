"""A small course pack that holds every kind of block."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import make_edition, make_province, make_site, make_subject

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 120"><title>%s</title>'
    '<rect width="360" height="120" fill="#fff"/><text x="10" y="40" font-size="14">%s</text></svg>\n'
)

COURSE = """\
format: 1
code: MAU
subject: haccp
edition: haccp-2020
version: '1.0'
hours: 4.5
languages:
- vi
- en
licence: CC-BY-4.0
title:
  vi: 'Khóa mẫu: thủy sản'
  en: 'Sample course: seafood'
slug:
  vi: mau
  en: sample
summary:
  vi: Một khóa để thử.
  en: A course for trying.
keywords:
  vi:
  - Đông lạnh
  en:
  - frozen
audience:
- vi: Tổ trưởng.
  en: Team leaders.
needs:
- vi: Một khu vực.
  en: One area.
outcomes:
- level: knows
  vi: Nói được.
  en: Explains.
- level: leads
  vi: Dẫn dắt được.
  en: Leads.
result:
  vi: Một kế hoạch.
  en: One plan.
parts:
- title:
    vi: Phần một
    en: Part one
  lessons:
  - first
- title:
    vi: Phần hai
    en: Part two
  lessons:
  - second
"""

EVERY_BLOCK = """\
---
title: Bài một: mở đầu
slug: bai-mot
minutes: 25
question: Để làm gì?
summary: Hai dòng “mở bài” & hơn nữa.
---

Một đoạn có **chữ đậm**, *chữ nghiêng*, ***cả hai*** và [liên kết](https://example.org/a_b?c=1&d=2).

## Tiêu đề với 2 * 3 < 7

Nhiệt độ 70\u00a0°C, viết \\*sao\\* và \\<b>.

2026\\. Năm nay.

\\- không phải danh sách

### Nhỏ hơn

- một
- hai **đậm**

- danh sách khác

1. một
2. hai

::: figure media/flow.vi.svg
alt: Sơ đồ ba bước.
caption: Hình 1. Sơ đồ.
:::

::: table records
caption: Bảng 1. Bản ghi
| Công đoạn | Giới hạn |
| --- | ---: |
| Hấp | 70 °C |
|  | 5 * 2 |
:::

::: table compare
| Lô | 8:00 | 9:00 | 10:00 |
| --- | ---: | ---: | ---: |
| 1 | 72,1 | 72,0 | 71,8 |
:::

::: table plain
| Sổ | Ai ghi |
| --- | --- |
| Nhiệt | Tổ hấp |
:::

::: callout mistake
title: Lỗi hay gặp
Đo hơi thay vì đo tâm.

- một
- hai
:::

::: callout tip
Không có tiêu đề.
:::

::: callout note

ghi: dòng này giống khóa.
:::

::: example
title: Ví dụ: 3 × 4
Ba nhân bốn là **12**.

1. một
2. hai
:::

::: definition
term: CCP (điểm kiểm soát tới hạn)
Nơi phải giữ được.
:::

::: checklist
title: Trước khi vẽ
- giấy
- bút *đỏ*
:::

::: steps
title: Việc làm ngày mai
1. Hẹn.
2. Đi.
:::

::: practice MAU-P01
:::

Đoạn cuối.
"""

SECOND = """\
---
title: {title}
slug: {slug}
minutes: 10
---

{text}

::: figure media/plain.svg
alt: {text}
:::
"""


def english(text: str) -> str:
    """The English lesson: same blocks, its own figure and slug."""
    return (
        text.replace("Bài một: mở đầu", "Lesson one: opening")
        .replace("slug: bai-mot", "slug: lesson-one")
        .replace("flow.vi.svg", "flow.en.svg")
    )


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack's folder; it passes every check but that of the questions, which it has none of."""
    folder = tmp_path / "mau"
    (folder / "lessons").mkdir(parents=True)
    (folder / "media").mkdir()
    (folder / "course.yaml").write_text(COURSE)
    (folder / "lessons/first.vi.md").write_text(EVERY_BLOCK)
    (folder / "lessons/first.en.md").write_text(english(EVERY_BLOCK))
    (folder / "lessons/second.vi.md").write_text(SECOND.format(title="Bài hai", slug="bai-hai", text="Thủy sản."))
    (folder / "lessons/second.en.md").write_text(SECOND.format(title="Lesson two", slug="lesson-two", text="Seafood."))
    for name in ("flow.vi", "flow.en", "plain"):
        (folder / f"media/{name}.svg").write_text(SVG % (name, name))
    (folder / "REVIEW.md").write_text("Not imported.\n")
    (folder / "check.py").write_text("raise SystemExit\n")
    return folder


@pytest.fixture
def edited(pack: Path) -> Callable[[str, str, str], Path]:
    """Change one place of one file of the pack."""

    def change(name: str, old: str, new: str) -> Path:
        file = pack / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
        return pack

    return change


@pytest.fixture(autouse=True)
def no_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions and exams are tested with their own app."""
    monkeypatch.setattr("courses.pack_sections._registry", [])


@pytest.fixture
def world(db: None) -> None:
    """A site with catalogues, the province, and the edition that the pack teaches."""
    make_site()
    make_province()
    make_edition("haccp-2020", subject=make_subject("haccp"))


@pytest.fixture
def zipped(pack: Path) -> Path:
    """The pack as a zip with its folder at the top."""
    return Path(shutil.make_archive(str(pack.parent / "packed"), "zip", pack.parent, pack.name))
