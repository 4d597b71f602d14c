"""Blocks of a lesson: few and stable; docs/lesson-blocks.md tells how to add one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from courses import activities

INLINE = ["bold", "italic", "link"]
PROSE = ["bold", "italic", "ol", "ul", "link"]
TEXT = ["h2", "h3", *PROSE]
WIDE = 560
"""How wide a drawing is shown at most, in CSS pixels; it has no width of its own."""


class FigureBlock(blocks.StructBlock):
    """A picture with its words for those who cannot see it."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(label=_("What the picture shows"), max_length=500)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "courses/blocks/figure.html"
        description = _("A picture; describe it for those who cannot see it.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """With the size that keeps the place of the picture until it has come."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        image = value["image"]
        if image is not None:
            drawn = image.is_svg() and image.width
            context["width"] = WIDE if drawn else image.width
            context["height"] = round(image.height * WIDE / image.width) if drawn else image.height
        return context


class TableBlock(blocks.StructBlock):
    """A table that also reads on a phone."""

    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    layout = blocks.ChoiceBlock(
        label=_("On a phone"),
        choices=[
            ("records", _("each row becomes a card")),
            ("compare", _("scrolls sideways, first column stays")),
            ("plain", _("two narrow columns, as it is")),
        ],
        default="records",
    )
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(label=_("Text"), required=False)),
            ("number", blocks.CharBlock(label=_("Number"), required=False)),
        ],
        label=_("Table"),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "courses/blocks/table.html"
        description = _("Rows and columns; choose how a phone shows them.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """With the headings beside the cells, for phones show them side by side."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        table = value["table"]
        context["heads"] = [
            {"text": column["heading"], "number": column["block"].name == "number"} for column in table.columns
        ]
        context["rows"] = [
            [{**head, "cell": cell} for head, cell in zip(context["heads"], row["values"], strict=False)]
            for row in table.row_data
        ]
        others = context["heads"][1:]
        # Fits a phone as it is: few columns, or a few numbers beside a name.
        context["slim"] = len(others) < 3 or (len(others) == 3 and all(head["number"] for head in others))
        return context


class CalloutBlock(blocks.StructBlock):
    """A box beside the flow of the text."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("mistake", _("common mistake")),
            ("warning", _("warning")),
            ("tip", _("tip")),
            ("note", _("note")),
        ],
        default="note",
    )
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=200)
    text = blocks.RichTextBlock(label=_("Text"), features=PROSE)

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "courses/blocks/callout.html"
        description = _("A common mistake, a warning, a tip or a note.")


class ExampleBlock(blocks.StructBlock):
    """A worked example."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    text = blocks.RichTextBlock(label=_("Text"), features=PROSE)

    class Meta:
        icon = "form"
        label = _("Worked example")
        template = "courses/blocks/example.html"
        description = _("An example with numbers, from a real line.")


class DefinitionBlock(blocks.StructBlock):
    """A term and what it means."""

    term = blocks.CharBlock(label=_("Term"), max_length=200)
    text = blocks.RichTextBlock(label=_("Meaning, in own words"), features=INLINE)

    class Meta:
        icon = "openquote"
        label = _("Definition")
        template = "courses/blocks/definition.html"
        description = _("A term of the standard, told in own words.")


class ItemsBlock(blocks.StructBlock):
    """A titled list of one-line items."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE, label=_("Item")), label=_("Items"))


class ChecklistBlock(ItemsBlock):
    """Things to tick at work."""

    class Meta:
        icon = "tasks"
        label = _("Checklist")
        template = "courses/blocks/checklist.html"
        description = _("Things to tick at work; printed well.")


class StepsBlock(ItemsBlock):
    """Things to do in order."""

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "courses/blocks/steps.html"
        description = _("What to do, in order.")


class PracticeBlock(blocks.StructBlock):
    """A practice question out of a bank; the app above that holds banks renders it."""

    code = blocks.CharBlock(label=_("Code of the practice question"), max_length=40)

    class Meta:
        icon = "help"
        label = _("Practice question")
        template = "courses/blocks/practice.html"
        description = _("A question to try, with feedback; never counted.")

    def clean(self, value: Any) -> Any:
        """Refuse the code of a question that is not there."""
        cleaned = super().clean(value)
        activity = activities.get("practice")
        if activity is not None and not activity.exists(cleaned["code"]):
            message = _("There is no practice question “%(code)s”. Look it up in the question bank.")
            raise blocks.StructBlockValidationError(
                {"code": ValidationError(message, params={"code": cleaned["code"]})}
            )
        return cleaned


class LessonBody(blocks.StreamBlock):
    """What a lesson is made of."""

    text = blocks.RichTextBlock(label=_("Text"), features=TEXT, template="courses/blocks/text.html", icon="pilcrow")
    figure = FigureBlock()
    table = TableBlock()
    callout = CalloutBlock()
    example = ExampleBlock()
    definition = DefinitionBlock()
    checklist = ChecklistBlock()
    steps = StepsBlock()
    practice = PracticeBlock()

    class Meta:
        label = _("Content")
        template = "courses/blocks/body.html"


class OutcomeBlock(blocks.StructBlock):
    """What a trainee can do afterwards, by level."""

    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[("knows", _("knows")), ("applies", _("applies")), ("leads", _("can lead"))],
        default="applies",
    )
    text = blocks.CharBlock(label=_("Outcome"), max_length=300)

    class Meta:
        icon = "success"
