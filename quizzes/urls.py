"""Addresses below /vi/learn/: exams and attempts."""

from django.urls import path

from quizzes import views, views_appeals, views_files, views_live, views_result, views_taker, views_work

app_name = "quizzes"
urlpatterns = [
    path("exams/", views_taker.exams, name="exams"),
    path("exams/<int:sitting_id>/", views.before, name="before"),
    path("attempts/<str:code>/", views.attempt, name="attempt"),
    path("attempts/<str:code>/answers/", views_live.answers, name="answers"),
    path("attempts/<str:code>/flag/", views_live.flag, name="flag"),
    path("attempts/<str:code>/device/", views_live.device, name="device"),
    path("attempts/<str:code>/presence/", views_live.presence, name="presence"),
    path("attempts/<str:code>/paused/", views_taker.paused, name="paused"),
    path("exam-look/", views_taker.comfort, name="comfort"),
    path("attempts/<str:code>/files/<int:position>/", views_files.answer_file, name="answer_file"),
    path("attempts/<str:code>/review/", views.review, name="review"),
    path("attempts/<str:code>/submit/", views.submit, name="submit"),
    path("attempts/<str:code>/result/", views_result.result, name="result"),
    path("attempts/<str:code>/appeal/", views_appeals.appeal, name="appeal"),
    path("attempts/<str:code>/outcome/", views_result.outcome, name="outcome"),
    path("work/<slug:run_code>/", views_work.work, name="work"),
    path("work/<slug:run_code>/<slug:key>/", views_work.work, name="work_of"),
    path("work-file/<int:pk>/", views_work.work_file, name="work_file"),
]
