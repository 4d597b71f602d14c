"""What changes courses: packs taken in, courses and lessons copied."""

from courses.actions.copies import copy_course, copy_lesson, take_up
from courses.actions.packs import Imported, import_pack
from courses.actions.reference import refresh_search

__all__ = ["Imported", "copy_course", "copy_lesson", "import_pack", "refresh_search", "take_up"]
