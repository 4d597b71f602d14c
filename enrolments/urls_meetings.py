"""Addresses below /admin/classes/ about meetings and attendance."""

from django.urls import path

from enrolments import views_attendance, views_attendance_files, views_timetable

PATHS = [
    path("<slug:code>/meetings/", views_timetable.meetings, name="meetings"),
    path("<slug:code>/meetings/add/", views_timetable.meeting_add, name="meeting_add"),
    path("<slug:code>/meetings/series/", views_timetable.meeting_series, name="meeting_series"),
    path("<slug:code>/meetings/calendar/", views_timetable.meeting_calendar, name="meeting_calendar"),
    path("<slug:code>/meetings/attendance/", views_timetable.attendance_table, name="attendance_table"),
    path("<slug:code>/meetings/<int:pk>/edit/", views_timetable.meeting_edit, name="meeting_edit"),
    path("<slug:code>/meetings/<int:pk>/cancel/", views_timetable.meeting_cancel, name="meeting_cancel"),
    path("<slug:code>/meetings/<int:pk>/restore/", views_timetable.meeting_restore, name="meeting_restore"),
    path("<slug:code>/meetings/<int:pk>/attendance/", views_attendance.attendance, name="attendance"),
    path("<slug:code>/meetings/<int:pk>/attendance/mark/", views_attendance.attendance_mark, name="attendance_mark"),
    path("<slug:code>/meetings/<int:pk>/attendance/close/", views_attendance.attendance_close, name="attendance_close"),
    path("<slug:code>/meetings/<int:pk>/attendance/trace/", views_attendance.attendance_trace, name="attendance_trace"),
    path("<slug:code>/meetings/<int:pk>/screen/", views_attendance.screen, name="screen"),
    path("<slug:code>/meetings/<int:pk>/screen/state/", views_attendance.screen_state, name="screen_state"),
    path("<slug:code>/meetings/<int:pk>/sheet.pdf", views_attendance_files.sheet_pdf, name="sheet_pdf"),
    path("<slug:code>/meetings/<int:pk>/sheet/", views_attendance_files.attendance_sheet, name="attendance_sheet"),
    path("<slug:code>/meetings/<int:pk>/sheet/<int:scan>/", views_attendance_files.sheet_scan, name="sheet_scan"),
    path(
        "<slug:code>/meetings/<int:pk>/table.csv",
        views_attendance_files.attendance_template,
        name="attendance_template",
    ),
    path("<slug:code>/meetings/<int:pk>/upload/", views_attendance_files.attendance_upload, name="attendance_upload"),
]
