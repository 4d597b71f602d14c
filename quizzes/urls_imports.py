"""Addresses below /admin/question-files/: questions from files and into files."""

from django.urls import path

from quizzes import admin_imports

urlpatterns = [
    path("import/<int:pk>/", admin_imports.bank_import, name="bank_import"),
    path("import/<int:pk>/choices/", admin_imports.import_choices, name="import_choices"),
    path("import/<int:pk>/take/", admin_imports.import_take, name="import_take"),
    path("import/<int:pk>/drop/", admin_imports.import_drop, name="import_drop"),
    path("bank/<str:code>/", admin_imports.bank_imports, name="bank_imports"),
    path("bank/<str:code>/template/", admin_imports.import_template, name="import_template"),
    path("bank/<str:code>/export/", admin_imports.bank_export, name="bank_export"),
]
