"""Attempts keep where they were sat: those from before know it by their sitting."""

from django.db import migrations


def keep(apps, schema_editor):
    """The session and seat of its sitting for every attempt that was begun in it."""
    attempts = apps.get_model("quizzes", "Attempt").objects
    before = attempts.filter(session=None, sitting__session__isnull=False)
    for pk, rules, session, seat in list(before.values_list("pk", "rules", "sitting__session", "sitting__seat")):
        attempts.filter(pk=pk).update(session=session, rules={**rules, "seat": seat})


class Migration(migrations.Migration):
    """Data only; there is nothing to take back."""

    dependencies = [("quizzes", "0004_attempts_keep_their_session")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
