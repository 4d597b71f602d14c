"""Addresses below /admin/banks/."""

from django.urls import path

from quizzes import admin_bank, admin_edit, admin_question, admin_views

# Words of our own come before codes, which are written in capitals.
urlpatterns = [
    path("", admin_views.banks, name="banks"),
    path("new/", admin_views.bank_new, name="bank_new"),
    path("<str:code>/", admin_views.bank, name="bank"),
    path("<str:code>/bulk/", admin_views.bank_bulk, name="bank_bulk"),
    path("<str:code>/new/", admin_edit.question_new, name="question_new"),
    path("<str:code>/keys/", admin_bank.bank_keys, name="bank_keys"),
    path("<str:code>/topics/", admin_bank.bank_topics, name="bank_topics"),
    path("<str:code>/topics/<slug:topic_code>/", admin_bank.bank_topic, name="bank_topic"),
    path("<str:code>/duplicates/", admin_bank.bank_duplicates, name="bank_duplicates"),
    path("<str:code>/<str:question_code>/", admin_question.question, name="question"),
    path("<str:code>/<str:question_code>/key/", admin_question.question_key, name="question_key"),
    path("<str:code>/<str:question_code>/edit/", admin_edit.question_edit, name="question_edit"),
    path("<str:code>/<str:question_code>/step/", admin_question.question_step, name="question_step"),
    path("<str:code>/<str:question_code>/set/", admin_question.question_set, name="question_set"),
    path("<str:code>/<str:question_code>/compare/", admin_question.question_compare, name="question_compare"),
]
