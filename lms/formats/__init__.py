"""Own formats: Django's Vietnamese ones read 03/06/2026 as 6 March and do not group thousands."""
