"""What changes courses: packs taken in, courses and lessons copied."""

from courses.actions.copies import copy_course, copy_lesson, take_up
from courses.actions.packs import Imported, import_pack
from courses.actions.reference import refresh_search
from courses.actions.systems import add_system, change_system, end_system

__all__ = [
    "Imported",
    "add_system",
    "change_system",
    "copy_course",
    "copy_lesson",
    "end_system",
    "import_pack",
    "refresh_search",
    "take_up",
]
