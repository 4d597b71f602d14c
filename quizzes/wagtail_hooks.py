"""The lines of the back office's menu about questions and exams, and their addresses."""

from functools import partial
from typing import Any

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from people.back_office import Line
from quizzes import (
    admin_analysis,
    admin_appeals,
    admin_attempts,
    admin_blueprint,
    admin_corrections,
    admin_exams,
    admin_integrity,
    admin_marking,
    admin_paper,
    admin_scans,
    admin_sessions,
    admin_sittings,
    urls_banks,
    urls_imports,
    views_work,
)
from quizzes.access import TABLE

_patterns = [*urls_banks.urlpatterns]

_analyses = [
    path("", admin_analysis.analyses, name="analyses"),
    path("<int:pk>/", admin_analysis.analysis, name="analysis"),
    path("<int:pk>/file/", admin_analysis.analysis_file, name="analysis_file"),
    path("<int:pk>/questions/<int:version>/", admin_analysis.analysis_item, name="analysis_item"),
    path("warnings/<int:pk>/", admin_analysis.flag_settle, name="flag_settle"),
]

_exams = [
    path("", admin_exams.exams, name="exams"),
    path("new/", admin_exams.exam_new, name="exam_new"),
    path("<int:pk>/", admin_exams.exam, name="exam"),
    path("<int:pk>/blueprint/", admin_blueprint.blueprint, name="blueprint"),
    path("<int:pk>/forms/", admin_blueprint.exam_forms, name="exam_forms"),
    path("forms/<int:pk>/", admin_blueprint.exam_form, name="exam_form"),
    path("<int:pk>/password/", admin_exams.exam_password, name="exam_password"),
    path("<int:pk>/release/", admin_exams.exam_release, name="exam_release"),
    path("<int:pk>/sittings/", admin_sittings.sittings, name="sittings"),
    path("<int:pk>/sittings/give/", admin_sittings.sitting_give, name="sitting_give"),
    path("<int:pk>/integrity/", admin_integrity.integrity, name="integrity"),
    path("sittings/<int:pk>/", admin_sittings.sitting, name="sitting"),
    path("sittings/<int:pk>/back/", admin_sittings.sitting_take_back, name="sitting_take_back"),
]

_halls = [
    path("sessions/", admin_sessions.sessions, name="sessions"),
    path("sessions/new/", admin_sessions.session_new, name="session_new"),
    path("sessions/<int:pk>/", admin_sessions.session, name="session"),
    path("sessions/<int:pk>/people/", admin_sessions.session_people, name="session_people"),
    path("sessions/<int:pk>/invigilators/", admin_sessions.session_invigilators, name="session_invigilators"),
    path("sessions/<int:pk>/cancel/", admin_sessions.session_cancel, name="session_cancel"),
    path("attempts/", admin_attempts.attempts, name="attempts"),
    path("attempts/<str:code>/", admin_attempts.attempt, name="attempt"),
    path("attempts/<str:code>/file/", admin_attempts.attempt_file, name="attempt_file"),
    path("attempts/<str:code>/late/<int:pk>/", admin_attempts.late_decide, name="late_decide"),
]

_papers = [
    path("paper/", admin_paper.papers, name="papers"),
    path("paper/exams/<int:pk>/", admin_paper.paper_exam, name="paper_exam"),
    path("paper/forms/<int:pk>/", admin_paper.paper_print, name="paper_print"),
    path("paper/sessions/<int:pk>/", admin_paper.paper_session, name="paper_session"),
    path("paper/sessions/<int:pk>/template/", admin_paper.paper_template, name="paper_template"),
    path("paper/sessions/<int:pk>/answers/", admin_paper.paper_upload, name="paper_upload"),
    path("paper/sessions/<int:pk>/type/<int:sitting_id>/", admin_paper.paper_type, name="paper_type"),
    path("paper/answers/<int:pk>/", admin_paper.paper_batch, name="paper_batch"),
    path("paper/answers/<int:pk>/<int:order>/", admin_scans.paper_scan_look, name="paper_scan"),
    path("paper/answers/<int:pk>/<int:order>/<int:number>/", admin_scans.paper_cut, name="paper_cut"),
]

_grading = [
    path("marking/", admin_marking.marking, name="marking"),
    path("marking/<int:exam_id>/<int:version_id>/", admin_marking.marking_question, name="marking_question"),
    path("marking/files/<int:pk>/", admin_marking.marking_file, name="marking_file"),
    path("appeals/", admin_appeals.appeals, name="appeals"),
    path("appeals/<int:pk>/", admin_appeals.appeal, name="appeal"),
    path("exam-corrections/", admin_corrections.corrections, name="corrections"),
    path("exam-corrections/<int:pk>/", admin_corrections.correction, name="correction"),
    path("exam-corrections/exams/<int:exam_id>/", admin_corrections.correction_exam, name="correction_exam"),
    path(
        "exam-corrections/exams/<int:exam_id>/<int:version_id>/",
        admin_corrections.correction_new,
        name="correction_new",
    ),
]


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Below /admin/banks/."""
    works = [
        path("works/", views_work.works, name="works"),
        path("works/<int:pk>/", views_work.work_look, name="work"),
    ]
    banks = [path("banks/", include(_patterns)), path("analysis/", include(_analyses)), path("exams/", include(_exams))]
    files = [path("question-files/", include(urls_imports))]
    return [path("", include(([*works, *files, *banks, *_halls, *_papers, *_grading], "quizzes_admin")))]


MENU = (
    (_("Question banks"), "banks", "question-banks", "help", 350),
    (_("Exams"), "exams", "exams", "tasks", 352),
    (_("Exam sessions"), "sessions", "exam-sessions", "date", 353),
    (_("Attempts"), "attempts", "attempts", "history", 354),
    (_("Exams on paper"), "papers", "exam-papers", "clipboard-list", 354),
    (_("Item analysis"), "analyses", "analyses", "list-ul", 355),
    (_("Work handed in"), "works", "works", "doc-full", 360),
    (_("Marking"), "marking", "marking", "edit", 365),
    (_("Appeals"), "appeals", "exam-appeals", "comment", 366),
    (_("Corrections after exams"), "corrections", "corrections", "warning", 367),
)
"""Lines of the back office's menu: label, view, name, icon, place."""


def _line(label: Any, view: str, name: str, icon: str, order: int) -> MenuItem:
    view = f"quizzes_admin:{view}"
    return Line(label, view, rule=TABLE[view], name=name, icon_name=icon, order=order)


for _row in MENU:
    hooks.register("register_admin_menu_item", partial(_line, *_row))
