"""Pages hold the content, one per language, and point down to the plain rows."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from courses import activities, catalogue
from courses.blocks import LessonBody, OutcomeBlock
from courses.models.course import Course, Lesson
from lms.lib.bilingual import of
from lms.lib.text import fold
from people.models import Province


def is_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of the page; going back in history asks for the whole."""
    headers = request.headers
    return bool(headers.get("HX-Request")) and not headers.get("HX-History-Restore-Request")


def keep_apart(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let no cache give a fragment for a page or the other way round."""
    patch_vary_headers(response, ["HX-Request"])
    if request.headers.get("HX-Request"):
        response["Cache-Control"] = "private, no-store"
    return response


class CataloguePage(Page):
    """The catalogue: one per language, below the home page."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The courses found, with facets and their counts."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context.update(catalogue.found(self, request.GET))
        context["fragment"] = is_fragment(request)
        context["crumbs"] = [(self.get_parent().title, self.get_parent().get_url(request)), (self.title, "")]
        return context

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """HTMX asks the same address and gets the list alone."""
        return "courses/_catalogue_results.html" if is_fragment(request) else "courses/catalogue_page.html"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The catalogue, or its list alone."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return keep_apart(request, response)


class CoursePage(Page):
    """A course in one language."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="pages", verbose_name=_("course"))
    language = models.CharField(max_length=5, editable=False)
    summary = models.TextField(_("summary"))
    keywords = StreamField([("word", blocks.CharBlock())], blank=True, verbose_name=_("keywords"))
    audience = StreamField([("line", blocks.CharBlock(label=_("For whom")))], blank=True, verbose_name=_("for whom"))
    needs = StreamField(
        [("line", blocks.CharBlock(label=_("What is needed")))], blank=True, verbose_name=_("what is needed before")
    )
    outcomes = StreamField([("outcome", OutcomeBlock())], blank=True, verbose_name=_("outcomes"))
    result = models.TextField(_("what the trainee has made at the end"), blank=True)
    search_key_folded = models.TextField(editable=False, default="")

    # Made by copying, or from a pack: a page needs its row of the course first.
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["courses.CataloguePage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("course", read_only=True),
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        FieldPanel("audience"),
        FieldPanel("needs"),
        FieldPanel("result"),
        FieldPanel("keywords"),
    ]

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")
        constraints = [
            models.UniqueConstraint(fields=["course", "language"], name="a_course_has_one_page_per_language")
        ]

    def clean(self) -> None:
        """Keep the language and the search key in step with the page."""
        super().clean()
        self.language = self.locale.language_code
        self.search_key_folded = self.search_key()

    def search_key(self) -> str:
        """What the catalogue's search looks into: words of the page, its subject and its edition, folded."""
        subject = self.course.subject
        words = [
            self.title,
            self.summary,
            self.course.code,
            subject.name_vi,
            subject.name_en,
            subject.family.name_vi,
            subject.family.name_en,
            self.course.edition.name_vi,
            self.course.edition.tcvn,
            *(str(block.value) for block in self.keywords),
            *(str(block.value["text"]) for block in self.outcomes),
        ]
        return fold(" ".join(words))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The outline with the lessons' titles in this page's language."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        parent = self.get_parent()
        family = self.course.subject.family
        outline = catalogue.outline(self.course, self.language)
        lessons = [item for part in outline for item in part.lessons]
        context |= {
            "outline": outline,
            "lesson_count": len(lessons),
            "first_lesson": lessons[0] if lessons else None,
            "outcomes": catalogue.outcomes(self),
            "paper": of(Province.current().document("completion")["title"]),
            "instructors": list(self.course.instructors.all()),
            "crumbs": [
                (parent.title, parent.get_url(request)),
                (family.name, f"{parent.get_url(request)}?family={family.code}"),
                (self.title, ""),
            ],
        }
        return context


class LessonPage(Page):
    """A lesson in one language."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="pages", verbose_name=_("lesson"))
    language = models.CharField(max_length=5, editable=False)
    question = models.CharField(_("the question that it answers"), max_length=300, blank=True)
    summary = models.TextField(_("opening lines"), blank=True)
    body = StreamField(LessonBody(), verbose_name=_("content"))
    pack_hash = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of what the course pack said when it was last read."),
    )

    # Made by copying, or from a pack: a page needs its row of the lesson first.
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("question"), FieldPanel("summary")], heading=_("Opening")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("lesson page")
        verbose_name_plural = _("lesson pages")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "language"], name="a_lesson_has_one_page_per_language")
        ]

    def clean(self) -> None:
        """Keep the language in step with the page's locale."""
        super().clean()
        self.language = self.locale.language_code

    @cached_property
    def is_open(self) -> bool:
        """Whether visitors may read it without an account: the first lesson of each course."""
        first = Lesson.objects.taught().filter(course=self.lesson.course_id).first()
        return first is not None and first.pk == self.lesson_id

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The first lesson for everybody; the others lead to the course, where one enrols.

        People who are enrolled read in the player (`enrolments`), which knows
        their progress. HTMX sends the answer to a practice question (`p`) and gets
        that question back with feedback.
        """
        preview = getattr(request, "is_preview", False)
        if not preview and not self.is_open:
            return redirect(self.get_parent().get_url(request))
        if is_fragment(request) and "p" in request.GET:
            return keep_apart(request, HttpResponse(self.practice(request.GET["p"], request)))
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return keep_apart(request, response)

    def practice(self, code: str, request: HttpRequest) -> str:
        """The practice question `code` with feedback on the answer in `request`.

        Raises Http404 unless the question stands in this lesson.
        """
        activity = activities.get("practice")
        codes = [block.value["code"] for block in self.body if block.block_type == "practice"]
        if activity is None or code not in codes:
            raise Http404
        return activity.render(code, self.language, request)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page with its course's outline around it."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        outline = catalogue.outline(self.lesson.course, self.language)
        context["course_page"] = self.get_parent().specific
        context["outline"] = outline
        context["here"] = catalogue.place(outline, self.lesson)
        return context
