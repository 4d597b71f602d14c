"""Screens of the back office for courses, subjects and editions."""

from typing import Any

from django.db import models
from django.template.defaultfilters import floatformat
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from courses.access import KEEPERS, READERS
from courses.actions import refresh_search
from courses.models import Course, Edition, Family, Subject
from courses.policies import RolePolicy

_KEPT = {"view": KEEPERS, "add": KEEPERS, "change": KEEPERS}


class _Create(generic.CreateView):
    """Keeps the catalogue's search in step."""

    def save_instance(self) -> models.Model:
        """Store the row, then what is derived of it."""
        instance: models.Model = super().save_instance()
        refresh_search()
        return instance


class _Edit(generic.EditView):
    """Keeps the catalogue's search in step."""

    def save_instance(self) -> models.Model:
        """Store the row, then what is derived of it."""
        instance: models.Model = super().save_instance()
        refresh_search()
        return instance


class _PagesColumn(Column):
    """Links to a course's pages, one per language."""

    cell_template_name = "courses/admin/_pages_cell.html"


class _Index(generic.IndexView):
    """A list whose first column is headed by what its rows are."""

    @cached_property
    def columns(self) -> list[Any]:
        """Wagtail’s columns; it would head a property with the property’s English name."""
        columns: list[Any] = super().columns
        for column in columns:
            if column.name in ("title", "name"):
                column.label = capfirst(self.model._meta.verbose_name)
        return columns


class CourseIndex(_Index):
    """Courses that the person may work on."""

    def get_base_queryset(self) -> models.QuerySet[Course]:
        """All for administrators and reviewers; an instructor's own."""
        rows: models.QuerySet[Course] = Course.objects.editable_by(self.request.user)
        return rows.select_related("edition", "subject").prefetch_related("pages", "instructors")


class CourseViewSet(ModelViewSet):
    """Courses: their plain rows, with the way to their pages."""

    model = Course
    name = "courses_course"
    icon = "doc-full"
    menu_label = _("All courses")
    add_to_admin_menu = False
    index_view_class = CourseIndex
    edit_view_class = _Edit
    copy_view_enabled = False
    permission_policy = RolePolicy(Course, {"view": READERS, "change": KEEPERS})
    list_display = [
        "title",
        Column("code", label=_("Code"), sort_key="code"),
        Column("edition", label=_("Edition")),
        Column("hours", label=_("Learning hours"), accessor=lambda course: floatformat(course.hours, -1)),
        _PagesColumn("pages", label=_("Pages"), accessor=lambda course: list(course.pages.all())),
        Column(
            "instructors",
            label=_("Instructors"),
            accessor=lambda course: ", ".join(person.full_name for person in course.instructors.all()),
        ),
    ]
    search_fields = ["code", "title_vi", "title_en"]
    panels = [
        FieldPanel("code", read_only=True),
        FieldPanel("title_vi"),
        FieldPanel("title_en"),
        FieldPanel("edition"),
        FieldPanel("version"),
        FieldPanel("hours"),
        FieldPanel("licence"),
        FieldPanel("instructors"),
    ]


class SubjectViewSet(ModelViewSet):
    """Standards, tools and topics."""

    model = Subject
    name = "courses_subject"
    icon = "tag"
    menu_label = _("Subjects")
    add_view_class = _Create
    edit_view_class = _Edit
    index_view_class = _Index
    copy_view_enabled = False
    permission_policy = RolePolicy(Subject, _KEPT)
    list_display = ["name", "code", "family", "kind"]
    search_fields = ["code", "name_vi", "name_en"]
    form_fields = [
        "code",
        "name_vi",
        "name_en",
        "family",
        "kind",
        "description_vi",
        "description_en",
        "order",
    ]


class EditionViewSet(ModelViewSet):
    """Editions of the standards."""

    model = Edition
    name = "courses_edition"
    icon = "history"
    menu_label = _("Editions")
    add_view_class = _Create
    edit_view_class = _Edit
    index_view_class = _Index
    copy_view_enabled = False
    permission_policy = RolePolicy(Edition, _KEPT)
    list_display = ["name", "subject", "tcvn", "published", "withdrawn"]
    search_fields = ["code", "name_vi", "name_en", "tcvn"]
    form_fields = [
        "subject",
        "code",
        "name_vi",
        "name_en",
        "tcvn",
        "published",
        "withdrawn",
        "note_vi",
        "note_en",
        "order",
    ]


class FamilyViewSet(ModelViewSet):
    """Families of subjects."""

    model = Family
    name = "courses_family"
    icon = "folder-open-inverse"
    menu_label = _("Families of subjects")
    add_view_class = _Create
    edit_view_class = _Edit
    index_view_class = _Index
    copy_view_enabled = False
    permission_policy = RolePolicy(Family, _KEPT)
    list_display = ["name", "code", "order"]
    form_fields = ["code", "name_vi", "name_en", "order"]


class CoursesGroup(ModelViewSetGroup):
    """“Khóa học” in the menu."""

    menu_label = _("Courses")
    menu_icon = "doc-full"
    menu_order = 150
    items = (CourseViewSet(), SubjectViewSet(), EditionViewSet(), FamilyViewSet())
