"""Lengths of time on the screen."""

from django import template

from enrolments.hours import clock

register = template.Library()
register.filter("clock", clock)
