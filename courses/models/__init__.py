"""Subjects and their editions; courses and lessons; the pages that hold their content."""

from courses.models.course import Course, Lesson, Part
from courses.models.pages import CataloguePage, CoursePage, LessonPage
from courses.models.starter import StarterFile
from courses.models.subject import Edition, Family, Subject
from courses.models.system import AppliedSystem

__all__ = [
    "AppliedSystem",
    "CataloguePage",
    "Course",
    "CoursePage",
    "Edition",
    "Family",
    "Lesson",
    "LessonPage",
    "Part",
    "StarterFile",
    "Subject",
]
