"""What the form of a signed sheet shows again after it was refused."""

from collections.abc import Mapping

from django import template

from enrolments.timetables import Person

register = template.Library()


@register.simple_tag
def chosen(person: Person, typed: Mapping[str, str]) -> str:
    """The choice made in the form, or what is marked."""
    return typed.get(f"status-{person.pk}", person.status)


@register.simple_tag
def noted(person: Person, typed: Mapping[str, str]) -> str:
    """The note written in the form."""
    return typed.get(f"note-{person.pk}", "")
