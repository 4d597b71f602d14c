"""The builder of a blueprint, as a browser sends it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from quizzes import queries
from quizzes.blueprint_checks import Fault
from quizzes.blueprint_plan import LinePlan, MinimumPlan, Plan, SectionPlan
from quizzes.models import Exam, QuestionVersion, Section, Topic, TopicMinimum

SPARE = 3
"""Empty rows under the filled ones: the page grows by saving, without a script."""


class RulesForm(forms.ModelForm[Exam]):
    """What is drawn how, how points are counted, and what passes."""

    planned = forms.IntegerField(
        label=gettext_lazy("questions in all, to check the lines"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("Given, the lines must come to exactly this number. It is not kept."),
    )
    pilots = forms.IntegerField(
        label=gettext_lazy("unscored questions on trial, in addition"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("They look like the others, are measured, and count for nobody."),
    )
    pass_percent = forms.IntegerField(label=gettext_lazy("pass mark, % of the points"), min_value=1, max_value=100)
    pass_points = forms.IntegerField(
        label=gettext_lazy("pass mark in points"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=gettext_lazy("Given, it decides in the place of the percent."),
    )
    wrong_percent = forms.IntegerField(
        label=gettext_lazy("a wrong answer takes away, % of the question's points"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("0: nothing. A question left open never takes points away. The taker is told before."),
    )
    partial = forms.BooleanField(
        label=gettext_lazy("partly right earns a part"),
        required=False,
        help_text=gettext_lazy("Without it only a fully right answer earns points."),
    )
    field_order = (
        "pass_percent", "pass_points", "partial", "wrong_percent", "draw", "shuffles", "pilots", "planned",
    )  # fmt: skip

    class Meta:
        model = Exam
        fields = ["draw", "shuffles", "pilots", "pass_percent", "pass_points", "partial", "wrong_percent"]


class TopicField(forms.ModelChoiceField["Topic"]):
    """The bank's topics as a tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Topic.objects.none(), **kwargs)
        self.depths: dict[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        """The name, moved in below its parent."""
        return f"{'— ' * self.depths.get(obj.pk, 0)}{obj.name}"


class LineForm(forms.Form):
    """One line: 0 or nothing as the number takes it away."""

    topic = TopicField(label=gettext_lazy("Topic"), required=False)
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"),
        required=False,
        choices=[("", gettext_lazy("any")), *QuestionVersion.Difficulty.choices],
    )
    competence = forms.ChoiceField(label=gettext_lazy("Competence"), required=False)
    count = forms.IntegerField(label=gettext_lazy("How many questions"), required=False, min_value=0, max_value=200)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)

    def clean(self) -> dict[str, Any]:
        """A number needs a topic, and a topic a number."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("count") and not data.get("topic") and "topic" not in self.errors:
            self.add_error("topic", _("Choose the topic from which they are drawn."))
        return data


class SectionForm(forms.Form):
    """One section; without a title it is taken away."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title_vi = forms.CharField(label=gettext_lazy("title in Vietnamese"), max_length=200, required=False)
    title_en = forms.CharField(label=gettext_lazy("title in English"), max_length=200, required=False)
    minutes = forms.IntegerField(label=gettext_lazy("minutes"), required=False, min_value=1, max_value=600)

    def clean(self) -> dict[str, Any]:
        """Both languages or none."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("title_vi")) != bool(data.get("title_en")):
            self.add_error("title_en" if data.get("title_vi") else "title_vi", _("Write the title in both languages."))
        return data


class MinimumForm(forms.Form):
    """One minimum; without a value it is taken away."""

    topic = TopicField(label=gettext_lazy("Topic"), required=False)
    value = forms.IntegerField(label=gettext_lazy("At least"), required=False, min_value=1, max_value=10_000)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        choices=[("percent", gettext_lazy("% of the topic's points")), ("points", gettext_lazy("points"))],
    )

    def clean(self) -> dict[str, Any]:
        """A value needs a topic, and percent end at 100."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("value") and not data.get("topic"):
            self.add_error("topic", _("Choose the topic that the minimum is for."))
        if data.get("unit") == "percent" and (data.get("value") or 0) > 100:
            self.add_error("value", _("A percentage ends at 100."))
        return data


class BlueprintForms:
    """The builder's forms together: rules, sections, lines, minima."""

    def __init__(self, exam: Exam, data: Any = None) -> None:
        self.exam = exam
        self.planned_lines: list[forms.Form] = []
        self.planned_minima: list[forms.Form] = []
        self.depths = {topic.pk: depth for topic, depth in queries.topic_tree(exam)}
        self.topics = Topic.objects.filter(pk__in=self.depths).order_by("order", "pk")
        self.competences = sorted({topic.competence for topic in self.topics if topic.competence})
        self.known_sections = list(exam.sections.order_by("order", "pk"))
        self.rules = RulesForm(data, instance=exam, prefix="rules")
        self.sections = self._set(SectionForm, "sections", data, [_of_section(one) for one in self.known_sections])
        self.lines = self._set(LineForm, "lines", data, self._present_lines())
        self.minima = self._set(MinimumForm, "minima", data, [_of_minimum(one) for one in exam.minima.all()])
        for form in (*self.lines, *self.minima):
            form.fields["topic"].queryset = self.topics
            form.fields["topic"].depths = self.depths
        numbers = [(str(number), f"{number + 1}") for number in range(len(self.sections.forms))]
        for form in self.lines:
            form.fields["competence"].choices = [("", _("any")), *((one, one) for one in self.competences)]
            form.fields["section"].choices = [("", "–"), *numbers]

    def _set(self, kind: type[forms.Form], prefix: str, data: Any, initial: list[dict[str, Any]]) -> Any:
        made = forms.formset_factory(kind, extra=SPARE, max_num=200, absolute_max=200)
        return made(data, prefix=prefix, initial=initial)

    def _present_lines(self) -> list[dict[str, Any]]:
        places = {section.pk: str(number) for number, section in enumerate(self.known_sections)}
        return [
            {
                "topic": line.topic_id,
                "difficulty": line.difficulty,
                "competence": line.competence,
                "count": line.count,
                "section": places.get(line.section_id or 0, ""),
            }
            for line in queries.lines(self.exam)
        ]

    def is_valid(self) -> bool:
        """Whether all can be read; every form is looked at, so that all faults are told at once."""
        return all([self.rules.is_valid(), self.sections.is_valid(), self.lines.is_valid(), self.minima.is_valid()])

    def plan(self) -> Plan:
        """What was sent; `planned_lines` and `planned_minima` are then the forms of each line and minimum in it."""
        kept = [(number, form) for number, form in enumerate(self.sections) if form.cleaned_data.get("title_vi")]
        places = {str(number): place for place, (number, _form) in enumerate(kept)}
        own = {section.pk for section in self.known_sections}
        line_forms = [form for form in self.lines if form.cleaned_data.get("count")]
        minimum_forms = [form for form in self.minima if form.cleaned_data.get("value")]
        self.planned_lines, self.planned_minima = line_forms, minimum_forms
        return Plan(
            lines=[
                LinePlan(
                    data["topic"],
                    data["difficulty"],
                    data["count"],
                    data["competence"],
                    places.get(data["section"]) if data["section"] else None,
                )
                for data in (form.cleaned_data for form in line_forms)
            ],
            sections=[
                SectionPlan(
                    data["title_vi"], data["title_en"], data["minutes"], data["pk"] if data["pk"] in own else None
                )
                for data in (form.cleaned_data for _number, form in kept)
            ],
            minima=[
                MinimumPlan(data["topic"], **{data["unit"] or "percent": data["value"]})
                for data in (form.cleaned_data for form in minimum_forms)
            ],
            rules={name: self.rules.cleaned_data[name] for name in RulesForm.Meta.fields},
        )

    def blame(self, fault: Fault) -> None:
        """Bring a fault to its field."""
        if fault.part == "rules":
            self.rules.add_error(str(fault.place), fault.text)
            return
        rows, field = (self.planned_lines, "count") if fault.part == "lines" else (self.planned_minima, "value")
        if isinstance(fault.place, int) and fault.place < len(rows):
            rows[fault.place].add_error(field, fault.text)
        else:
            self.lines.forms[0].add_error("topic", fault.text)

    def blame_sum(self, questions: int) -> bool:
        """Whether the number of questions is another than the one that was said; then it is told."""
        planned = self.rules.cleaned_data.get("planned")
        if planned in (None, questions):
            return False
        self.rules.add_error(
            "planned",
            _("The lines come to %(sum)s questions, not to %(planned)s.") % {"sum": questions, "planned": planned},
        )
        return True


def _of_section(section: Section) -> dict[str, Any]:
    return {
        "pk": section.pk,
        "title_vi": section.title_vi,
        "title_en": section.title_en,
        "minutes": section.minutes,
    }


def _of_minimum(minimum: TopicMinimum) -> dict[str, Any]:
    unit = "points" if minimum.points else "percent"
    return {"topic": minimum.topic_id, "value": minimum.points or minimum.percent, "unit": unit}
