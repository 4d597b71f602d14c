"""Marking by hand, inside Wagtail's admin: what waits, and one question at a time across everybody who sat it.

No page here names a taker; an attempt goes by its pseudonym.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes.actions import marks
from quizzes.anonymous_files import unnamed
from quizzes.models import AttemptItem, Exam, QuestionVersion
from quizzes.queries import marking as to_mark
from quizzes.queries.marking import Script
from quizzes.types import TYPES, say
from quizzes.types.base import Criterion

PER_PAGE = 20
FIELD = re.compile(r"(?:points|comment)-(\d{1,18})(?:-\w{1,40})?")


@dataclass
class Cell:
    """A field for the points of one criterion."""

    name: str
    label: str
    most: int
    value: str
    levels: list[tuple[int, str]]
    """What earns how many points, for a press instead of typing."""


@dataclass
class Row:
    """One answer with its fields; `problem` says why it was not taken, `lost` that it cannot be any more."""

    script: Script
    cells: list[Cell]
    comment_name: str
    comment: str
    problem: str = ""
    lost: bool = False

    @property
    def filled(self) -> bool:
        """Whether anything was written in it."""
        return any(cell.value for cell in self.cells) or bool(self.comment)

    @property
    def scores(self) -> dict[str, str]:
        """Points by criterion, as written."""
        return {cell.name.rsplit("-", 1)[1]: cell.value for cell in self.cells}

    @property
    def as_before(self) -> bool:
        """Whether the fields say what one's own mark says already."""
        mine = self.script.mine
        if mine is None or mine.comment != self.comment:
            return False
        return bool(mine.scores == {name: _plain(value) for name, value in self.scores.items()})


def _plain(value: str) -> str:
    """Points as a mark keeps them, or as they were written where they are no number."""
    try:
        return f"{float(value.replace(',', '.')):g}"
    except ValueError:
        return value


@never_cache
def marking(request: HttpRequest) -> HttpResponse:
    """What waits for the examiner, by exam and question."""
    heaps = to_mark.heaps(signed_in(request), timezone.now())
    language = (get_language() or "vi")[:2]
    rows = [{"heap": heap, "stem": say(heap.version.content["stem"], language)} for heap in heaps]
    return render(request, "quizzes/admin/marking.html", {**frame(_("Marking"), "edit"), "rows": rows})


@never_cache
def marking_question(request: HttpRequest, exam_id: int, version_id: int) -> HttpResponse:
    """One question across everybody who answered it: a table of answers, points and comments."""
    person, now = signed_in(request), timezone.now()
    exam, version = _found(exam_id, version_id)
    if request.method == "POST" and "open" in request.POST:
        return _open(request, exam, version)
    scripts = to_mark.scripts(person, exam, version, now)
    page = page_of(scripts, PER_PAGE, request)
    rows, status, is_open = [], 200, bool(scripts) and to_mark.rubric_is_open(version, person, now)
    if request.method == "POST":
        if scripts and not is_open:
            # Typed for hours with the rubric in sight: the marks are taken, and the look is logged once more.
            marks.open_rubric(exam=exam, version=version, by=person, at=now)
            is_open = True
        rows = _posted(request, exam, version, scripts)
        saved = _save(request, rows)
        _say(request, saved)
        if not any(row.problem for row in rows):
            return redirect(f"{request.path}?saved=1")
        status, left = 422, {row.script.item.pk for row in rows}
        others = [script for script in scripts if script.item.pk not in left][: max(0, PER_PAGE - len(rows))]
        rows = [row for row in rows if row.problem or not row.filled] + list(_rows(request, version, others))
    elif is_open:
        rows = list(_rows(request, version, list(page)))
    language = (get_language() or "vi")[:2]
    context = {
        **frame(version.question.code, "edit", (reverse("quizzes_admin:marking"), _("Marking"))),
        "exam": exam,
        "version": version,
        "stem": say(version.content["stem"], language),
        "type": TYPES[version.type].label,
        "is_open": is_open or bool(rows),
        "page": page,
        "rows_left": status == 422,
        "total": version.points,
        "draft": f"{person.pk}-{exam.pk}-{version.pk}",
        "rows": rows,
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/marking_question.html", context, status=status)


def _found(exam_id: int, version_id: int) -> tuple[Exam, QuestionVersion]:
    exam = get_object_or_404(Exam, pk=exam_id)
    versions = QuestionVersion.objects.select_related("question", "key")
    return exam, get_object_or_404(versions.filter(type__in=to_mark.kinds_by_hand()), pk=version_id)


def _open(request: HttpRequest, exam: Exam, version: QuestionVersion) -> HttpResponse:
    try:
        marks.open_rubric(exam=exam, version=version, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(request.path)


def _rows(request: HttpRequest, version: QuestionVersion, scripts: list[Script]) -> Iterator[Row]:
    to_mark.read_scripts(scripts)
    rubric = to_mark.rubric(version)
    return (_row(request, script, rubric) for script in scripts)


def _posted(request: HttpRequest, exam: Exam, version: QuestionVersion, scripts: list[Script]) -> list[Row]:
    """A row for every answer that was written about, wherever it stands in the list by now.

    While one types, others mark: the list grows shorter and pages shift. What was
    written about an answer that waits no more comes back with the reason and is never
    dropped without a word.
    """
    ids = {int(match[1]) for name in request.POST if (match := FIELD.fullmatch(name))}
    waiting = [script for script in scripts if script.item.pk in ids]
    rows = list(_rows(request, version, waiting))
    others = ids - {script.item.pk for script in waiting}
    for row in _rows(request, version, to_mark.gone(signed_in(request), exam, version, others, timezone.now())):
        if row.filled and not row.as_before:
            row.problem = _("This answer does not wait for you any more: somebody else has marked it meanwhile.")
            row.lost = True
            rows.append(row)
    return rows


def _row(request: HttpRequest, script: Script, rubric: list[Criterion]) -> Row:
    language = (get_language() or "vi")[:2]
    before = script.mine.scores if script.mine else {}
    posted = request.POST if request.method == "POST" else {}
    pk = script.item.pk
    cells = []
    for criterion in rubric:
        name = f"points-{pk}-{criterion.id}"
        value = str(posted.get(name, before.get(criterion.id, ""))).strip()
        levels = [(level.points, say(level.texts, language)) for level in criterion.levels]
        cells.append(Cell(name, say(criterion.texts, language), criterion.points, value, levels))
    comment = str(posted.get(f"comment-{pk}", script.mine.comment if script.mine else "")).strip()
    return Row(script, cells, f"comment-{pk}", comment)


def _save(request: HttpRequest, rows: list[Row]) -> int:
    """Store the rows that were filled in, each by itself; how many were."""
    count = 0
    for row in rows:
        if row.problem or not row.filled or row.as_before:
            continue
        try:
            marks.mark(
                item=row.script.item,
                scores=row.scores,
                comment=row.comment,
                by=signed_in(request),
                at=timezone.now(),
            )
            count += 1
        except Refused as refusal:
            row.problem = str(refusal)
    return count


def _say(request: HttpRequest, saved: int) -> None:
    if saved:
        text = ngettext("%(n)s answer is marked.", "%(n)s answers are marked.", saved) % {"n": saved}
        messages.success(request, text)


@never_cache
def marking_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file that is an answer, under the pseudonym's name. For those who may judge it."""
    item = get_object_or_404(AttemptItem.objects.select_related("attempt__sitting", "version"), pk=pk)
    noted = to_mark.file_of(_newest(item))
    if not noted or not marks.may_judge(signed_in(request), item.attempt.sitting, timezone.now()):
        raise Http404
    suffix = PurePosixPath(noted["path"]).suffix
    with storages["private"].open(noted["path"]) as kept:
        content = unnamed(kept.read(), suffix.lstrip("."))
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{to_mark.pseudonym(item.attempt)}{suffix}")


def _newest(item: AttemptItem) -> Any:
    last = item.answers.order_by("-revision").first()
    return last.response if last else None
