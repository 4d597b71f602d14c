"""The editor's form: common fields in both languages, and the type's own part. Checked by the author's own checker."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict, Problems
from quizzes import authored, parts
from quizzes.drafting import Draft
from quizzes.models import Bank, Question, QuestionKey, QuestionVersion
from quizzes.part_inputs import LANGUAGES, Values
from quizzes.part_layouts import LAYOUTS
from quizzes.types import TYPES, Json

NO_LESSON = "none"
PLACES = ("code", "type", "use", "topic", "lesson", "difficulty", "points", "stem", "figure", "alt", "explanation")
"""Common keys of an authored question; each stands at a line of its own below 0, a text at one per language."""
VERDICTS = ("right", "part", "wrong")
FREE = ("points",)
"""May be left empty; a fault there is another one."""
_LONG = 4000


def _area(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": rows}), strip=True
    )


class QuestionForm(forms.Form):
    """What every type has in common."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, required=False)
    stem_vi = _area(gettext_lazy("Question in Vietnamese"))
    stem_en = _area(gettext_lazy("Question in English"))
    figure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    picture = forms.FileField(
        label=gettext_lazy("or a new picture"), required=False, help_text=gettext_lazy("PNG or JPEG, up to 3 MB.")
    )
    credit = forms.CharField(
        label=gettext_lazy("Who made the new picture, and its licence"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Such as: own photo; Nguyễn Văn A, CC BY 4.0. It is shown below the picture."),
    )
    alt_vi = forms.CharField(
        label=gettext_lazy("What the figure shows, in Vietnamese"), required=False, max_length=_LONG
    )
    alt_en = forms.CharField(label=gettext_lazy("What the figure shows, in English"), required=False, max_length=_LONG)
    explanation_vi = _area(gettext_lazy("Explanation in Vietnamese"))
    explanation_en = _area(gettext_lazy("Explanation in English"))
    right_vi = _area(gettext_lazy("Feedback to a right answer, in Vietnamese"), 2)
    right_en = _area(gettext_lazy("Feedback to a right answer, in English"), 2)
    part_vi = _area(gettext_lazy("Feedback to a partly right answer, in Vietnamese"), 2)
    part_en = _area(gettext_lazy("Feedback to a partly right answer, in English"), 2)
    wrong_vi = _area(gettext_lazy("Feedback to a wrong answer, in Vietnamese"), 2)
    wrong_en = _area(gettext_lazy("Feedback to a wrong answer, in English"), 2)
    references = forms.CharField(
        label=gettext_lazy("Where the answer stands"),
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Sources and clauses, one a line."),
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    lesson = forms.ChoiceField(label=gettext_lazy("Lesson"), required=False)
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"), required=False, choices=QuestionVersion.Difficulty.choices
    )
    use = forms.ChoiceField(label=gettext_lazy("Use"), required=False, choices=Question.Use.choices)
    points = forms.IntegerField(label=gettext_lazy("Points"), initial=1, required=False)

    def __init__(
        self, *args: Any, bank: Bank, question: Question | None, figures: list[str], topics: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bank, self.question = bank, question
        lessons = list(bank.course.lessons.order_by("order", "pk")) if bank.course else []
        choices: dict[str, list[Any]] = {
            "figure": [("", _("none")), *((name, name.removeprefix("media/")) for name in figures)],
            "topic": [("", "–"), *topics],
            "lesson": [("", "–"), *((lesson.code, lesson.code) for lesson in lessons)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        if question is not None:
            del self.fields["code"]


def initial_of(question: Question, version: QuestionVersion, key: QuestionKey) -> dict[str, Any]:
    """The form's values for a version that is edited. Holds the key: only after `see_key`."""
    content = version.content
    texts = {"stem": content["stem"], "alt": content.get("alt", {}), "explanation": key.explanation}
    texts |= {name: key.feedback.get(f"={name}", {}) for name in VERDICTS}
    flat = {f"{name}_{language}": told.get(language, "") for name, told in texts.items() for language in LANGUAGES}
    return flat | {
        "figure": content.get("figure", ""),
        "references": "\n".join(key.references),
        "topic": version.topic.code,
        "lesson": version.lesson.code if version.lesson else "",
        "difficulty": version.difficulty,
        "use": question.use,
        "points": version.points,
    }


def part_of(version: QuestionVersion, key: QuestionKey) -> Json:
    """The type's own part in the authored form."""
    return TYPES[version.type].export(version.content, key.key, key.feedback)


class Part:
    """The type's own part as it stands in the editor: rows, or YAML."""

    def __init__(self, kind: str, *, values: Values | None = None, text: str = "") -> None:
        self.kind, self.values, self.text = kind, values, text
        self.faults: dict[int, list[str]] = {}

    @classmethod
    def new(cls, kind: str) -> "Part":
        """Empty rows; for a type without them, its template."""
        layout = LAYOUTS.get(kind)
        return cls(kind, values=parts.blank(layout)) if layout else cls(kind, text=parts.sample(kind))

    @classmethod
    def edited(cls, kind: str, part: Json) -> "Part":
        """As it is written."""
        values = parts.fits(kind, part)
        return cls(kind, values=values) if values is not None else cls(kind, text=parts.yaml_of(part))

    @classmethod
    def sent(cls, kind: str, data: Mapping[str, str]) -> "Part":
        """As a browser sent it."""
        layout = LAYOUTS.get(kind)
        if layout is None or "part" in data:
            return cls(kind, text=data.get("part", ""))
        return cls(kind, values=parts.sent_values(layout, data))

    @property
    def drawn(self) -> parts.Drawn | None:
        """The rows with their faults; None for YAML."""
        return parts.drawn(LAYOUTS[self.kind], self.values, self.faults) if self.values is not None else None

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Faults of the YAML by line."""
        return [(line, text) for line, texts in sorted(self.faults.items()) for text in texts]

    def said(self, message: str) -> str:
        """A fault in the words of the rows; in YAML as it is."""
        return parts.labelled(LAYOUTS[self.kind], message) if self.values is not None else message

    def node(self, languages: set[str]) -> MarkedDict | None:
        """The part as marked values; adds to `languages` those that it speaks."""
        if self.values is not None:
            languages |= parts.languages_in(self.values)
            spoken = [one for one in LANGUAGES if one in languages] or ["vi"]
            return parts.to_node(LAYOUTS[self.kind], self.values, spoken)
        problems = Problems()
        node = parts.from_yaml(self.text, problems)
        for problem in problems.found:
            self.faults.setdefault(problem.line, []).append(problem.message)
        languages |= parts.languages_of(node)
        return node if not problems else None


def draft_of(form: QuestionForm, part: Part, picture: str = "") -> Draft | None:
    """The whole question, checked; None with faults at their fields and rows."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    texts = {
        name: {one: data[f"{name}_{one}"] for one in LANGUAGES} for name in ("stem", "alt", "explanation", *VERDICTS)
    }
    languages = {one for told in texts.values() for one in LANGUAGES if told[one]}
    own = part.node(languages)
    if own is None:
        form.add_error(None, _("The part of the type cannot be read. The lines are named there."))
        return None
    spoken = [one for one in LANGUAGES if one in languages] or ["vi"]
    node = _whole(form, part, own, texts, spoken, picture or data.get("figure", ""))
    problems = Problems()
    lessons = [code for code, _label in form.fields["lesson"].choices if code]  # type: ignore[attr-defined]
    topics = [code for code, _label in form.fields["topic"].choices if code]  # type: ignore[attr-defined]
    found = authored.read(
        node, -99, Checker("", problems, spoken, one_line=False), topics=topics, lessons=[*lessons, NO_LESSON]
    )
    _place(form, part, problems)
    if problems or part.faults or found is None:
        return None
    if found.lesson == NO_LESSON:
        if form.question is not None and form.question.file:
            form.add_error("lesson", _("A question of a course pack belongs to a lesson."))
            return None
        found = replace(found, lesson="")
    references = tuple(filter(None, (line.strip() for line in data["references"].splitlines())))
    return Draft(found, references)


def _line(name: str, language: str = "") -> int:
    """The number of a common field's place, below 0."""
    known = [*PLACES, *VERDICTS]
    return -(10 * (known.index(name) + 1) + (LANGUAGES.index(language) + 1 if language else 0))


def _said(name: str, texts: Mapping[str, str], spoken: list[str]) -> MarkedDict:
    said = MarkedDict()
    said.line = _line(name)
    for language in spoken:
        said[language] = texts[language]
        said.lines[language] = _line(name, language)
    return said


def _whole(
    form: QuestionForm, part: Part, own: MarkedDict, texts: Mapping[str, dict[str, str]], spoken: list[str], figure: str
) -> MarkedDict:
    """Common fields and part as one authored question, every place with its number."""
    data = form.cleaned_data
    node = MarkedDict()
    node.line = 0
    values: dict[str, Any] = {
        "code": form.question.code if form.question else data["code"],
        "type": part.kind,
        "use": data["use"],
        "topic": data["topic"],
        "lesson": data["lesson"] or NO_LESSON,
        "difficulty": data["difficulty"],
        "points": data["points"] if data["points"] is not None else 1,
        "stem": _said("stem", texts["stem"], spoken),
        "explanation": _said("explanation", texts["explanation"], spoken),
    }
    if figure:
        values |= {"figure": figure, "alt": _said("alt", texts["alt"], spoken)}
    for name, value in values.items():
        node[name] = value
        node.lines[name] = _line(name)
    for name, value in own.items():
        # The common fields win: in the YAML of a part, such a key is a fault of its own.
        if name in node or name == "feedback":
            part.faults.setdefault(own.line_of(name), []).append(
                _("“%(key)s” has a field of its own on this page.") % {"key": name}
            )
            continue
        node[name] = value
        node.lines[name] = own.line_of(name)
    told = {name: texts[name] for name in VERDICTS if any(texts[name].values())}
    if told:
        verdicts = MarkedDict()
        for name, several in told.items():
            verdicts[name] = _said(name, several, spoken)
            verdicts.lines[name] = _line(name)
        node["feedback"] = verdicts
    return node


def _tell(form: QuestionForm, field: str, message: str) -> None:
    """A fault at a common field, in the words of the page: an empty field is told once, and by no key."""
    if field not in form.fields:
        form.add_error(None, message)
    elif form.data.get(field, "") or field in FREE:
        form.add_error(field, message.replace("“points: ", f"“{form.fields['points'].label}: "))
    elif field not in form.errors:
        form.add_error(field, _("Fill this in."))


def _place(form: QuestionForm, part: Part, problems: Problems) -> None:
    """Bring every fault to its field or row."""
    names = {}
    for name in (*PLACES, *VERDICTS):
        names[_line(name)] = name if name in form.fields else f"{name}_vi"
        names |= {_line(name, language): f"{name}_{language}" for language in LANGUAGES}
    for problem in problems.found:
        field = names.get(problem.line, "")
        if problem.line < 0:
            _tell(form, field, problem.message)
        else:
            part.faults.setdefault(problem.line, []).append(part.said(problem.message))
    if part.faults:
        form.add_error(None, _("The part of the type has faults. They are named there."))
