"""Who may do what at the addresses of cms: its pages are Wagtail's."""

from lms.lib.access import Table

TABLE: Table = {}
