"""The editor of questions in the back office. Opening it shows the key: that is a logged look, by POST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes import actions, parts, queries, ready_made
from quizzes.bank_pages import bank_frame, found_bank, found_question, reader_language, to_question
from quizzes.drafting import Draft
from quizzes.forms_question import Part, QuestionForm, draft_of, initial_of, part_of
from quizzes.models import Bank, Question, QuestionVersion
from quizzes.part_layouts import LAYOUTS
from quizzes.queries.papers import Figure
from quizzes.similarity import ALIKE
from quizzes.types import TYPES


@dataclass
class Editor:
    """What the editor's page is made of."""

    bank: Bank
    question: Question | None
    kind: str
    form: QuestionForm
    part: Part
    seen: str = ""
    draft: Draft | None = None
    refusal: Refused | None = None
    twin: tuple[Question, int] | None = None
    """What a new question reads like, with the percent: the author says whether they are two."""


def _form(bank: Bank, question: Question | None, *args: Any, **kwargs: Any) -> QuestionForm:
    topics = queries.topic_choices(queries.topic_rows(bank))
    return QuestionForm(
        *args, bank=bank, question=question, figures=queries.figure_names(bank), topics=topics, **kwargs
    )


@never_cache
def question_new(request: HttpRequest, code: str) -> HttpResponse:
    """A new question: first its type, then the editor."""
    bank = found_bank(request, code)
    try:
        actions.require_keys(bank=bank, by=signed_in(request))
    except Refused as refusal:
        return _show(request, Editor(bank, None, "", _form(bank, None), Part(""), refusal=refusal), 403)
    kind = request.POST.get("type", "") if request.method == "POST" else request.GET.get("type", "")
    if kind not in TYPES:
        return _show(request, Editor(bank, None, "", _form(bank, None), Part("")))
    if request.method == "POST":
        return _sent(request, bank, None, kind)
    made = ready_made.chosen(kind, request.GET.get("from", ""))
    initial = {"code": queries.next_code(bank), "use": Question.Use.EXAM, "points": 1}
    form = _form(bank, None, initial=initial | (made.initial() if made else {}))
    return _show(request, Editor(bank, None, kind, form, Part.edited(kind, made.part) if made else Part.new(kind)))


@never_cache
def question_edit(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """Open the editor (a look at the key), or take what it sent."""
    found = found_question(request, code, question_code)
    if request.POST.get("do") != "open":
        return _sent(request, found.bank, found, request.POST.get("type", ""))
    version = found.proposed or found.current
    assert version is not None
    try:
        key = actions.see_key(version=version, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _show(request, Editor(found.bank, found, "", _form(found.bank, found), Part(""), refusal=refusal), 403)
    part = part_of(version, key)
    editor = Editor(
        found.bank,
        found,
        version.type,
        _form(found.bank, found, initial=initial_of(found, version, key)),
        Part(version.type, text=parts.yaml_of(part)) if "yaml" in request.POST else Part.edited(version.type, part),
        actions.stamp(version),
    )
    return _show(request, editor)


def _sent(request: HttpRequest, bank: Bank, question: Question | None, kind: str) -> HttpResponse:
    """A row's button, a preview, or a save."""
    if kind not in TYPES:
        return redirect("quizzes_admin:bank", bank.code)
    data = request.POST
    part = Part.sent(kind, data)
    editor = Editor(bank, question, kind, _form(bank, question, data, request.FILES), part, data.get("seen", ""))
    do = data.get("do", "")
    if part.values is not None and parts.change_rows(LAYOUTS[kind], part.values, do):
        # Nothing is judged yet: the fields come back as they were sent.
        editor.form = _form(bank, question, initial=data.dict())
        return _show(request, editor)
    try:
        actions.require_keys(bank=bank, by=signed_in(request))
        editor.draft = _draft(request, editor)
        if editor.draft is None or do == "preview":
            return _show(request, editor, 200 if editor.draft else 422)
        editor.twin = _twin(editor, said="two" in data)
        if editor.twin is not None:
            return _show(request, editor, 409)
        saved = _save(request, editor)
    except Refused as refusal:
        editor.refusal = refusal
        return _show(request, editor, 409 if refusal.code == "conflict" else 422)
    _hand_in(request, saved, wanted=do == "hand_in")
    return redirect(to_question(saved)[0])


def _twin(editor: Editor, *, said: bool) -> tuple[Question, int] | None:
    """A question that a new one reads like, unless the author `said` that they are two."""
    if editor.question is not None or editor.draft is None or said:
        return None
    near = queries.nearest_to(editor.bank, editor.draft.authored.content, None)
    return near if near is not None and near[1] >= ALIKE * 100 else None


def _hand_in(request: HttpRequest, saved: Question, *, wanted: bool) -> None:
    """Hand in what was saved, if that was `wanted`; where nothing new waits to be handed in, say so."""
    if not wanted:
        messages.success(request, _("Saved."))
        return
    try:
        actions.hand_in(question=saved, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Saved and handed in for review."))
    except Refused as refusal:
        messages.warning(request, str(refusal))


def _draft(request: HttpRequest, editor: Editor) -> Draft | None:
    """The checked question; a new picture is kept first, and chosen in the form from then on."""
    upload = request.FILES.get("picture")
    if upload is None or not editor.form.is_valid():
        return draft_of(editor.form, editor.part)
    credit = editor.form.cleaned_data["credit"]
    if not credit:
        editor.form.add_error("credit", _("Say who made the picture and under which licence it may be used."))
        return None
    try:
        name = actions.add_picture(bank=editor.bank, upload=upload, by=signed_in(request), credit=credit)
    except Refused as refusal:
        editor.form.add_error("picture", str(refusal))
        return None
    data = request.POST.copy()
    data["figure"] = name
    editor.form = _form(editor.bank, editor.question, data)
    return draft_of(editor.form, editor.part)


def _save(request: HttpRequest, editor: Editor) -> Question:
    assert editor.draft is not None
    person, at = signed_in(request), timezone.now()
    if editor.question is None:
        return actions.create_question(bank=editor.bank, draft=editor.draft, by=person, at=at)
    actions.save_question(question=editor.question, draft=editor.draft, seen=editor.seen, by=person, at=at)
    return editor.question


def _hints(editor: Editor) -> dict[str, Any]:
    """What the page says of a checked draft: how it looks, what is near to it, which language is missing."""
    if editor.draft is None:
        return {}
    content: Mapping[str, Any] = editor.draft.authored.content
    version = QuestionVersion(type=editor.kind, content=content)
    spoken = [name for name in ("vi", "en") if content["stem"].get(name)]
    return {
        "languages": [queries.preview(version, queries.keeper(editor.bank), name) for name in spoken],
        "near": queries.nearest_to(editor.bank, content, editor.question),
        "missing": [name for name in ("vi", "en") if name not in spoken],
    }


def _region_figure(editor: Editor) -> Figure | None:
    """The picture on which places are drawn, once it is chosen."""
    name = str(editor.form["figure"].value() or "") if editor.kind == "hotspot" else ""
    alt = {language: str(editor.form[f"alt_{language}"].value() or "") for language in ("vi", "en")}
    content = {"figure": name, "alt": alt}
    return queries.figures([content], reader_language(), queries.keeper(editor.bank)).get(name) if name else None


def _show(request: HttpRequest, editor: Editor, status: int = 200) -> HttpResponse:
    question = editor.question
    title = question.code if question else _("New question")
    context = {
        **bank_frame(title, editor.bank, *([to_question(question)] if question else [])),
        **_hints(editor),
        "editor": editor,
        "question": question,
        "form": editor.form,
        "part": editor.part,
        "types": [(kind.code, kind.label) for kind in TYPES.values()],
        "type": TYPES[editor.kind].label if editor.kind else "",
        "ready_made": ready_made.titles(editor.kind, reader_language()) if editor.kind and question is None else [],
        "region_figure": _region_figure(editor),
        "refusal": editor.refusal,
    }
    return render(request, "quizzes/admin/question_edit.html", context, status=status)
