"""The trigger on decisions takes accounts that were merged for one person, as `certificates.impartiality` does.

It names `people_user`: on SQLite a later migration that makes that table anew stands
between `lms.lib.remaking.begin` and `end`.
"""

from importlib import import_module

from django.db import migrations

guards = import_module("certificates.migrations.0003_guards")


def same(column):
    """Ids of the accounts that are one person with the account in `column` of the new decision."""
    root = f"(SELECT COALESCE(r.merged_into_id, r.id) FROM people_user r WHERE r.id = NEW.{column})"
    return f"(SELECT u.id FROM people_user u WHERE u.id = {root} OR u.merged_into_id = {root})"


JUDGES, APPLICANTS = same("decided_by_id"), same("applicant_id")
BARS = {
    "taught": f"""
        SELECT 1 FROM enrolments_runinstructor i
        JOIN enrolments_courserun r ON r.id = i.run_id
        JOIN enrolments_enrolment e ON e.run_id = r.id
        WHERE i.person_id IN {JUDGES} AND e.person_id IN {APPLICANTS}
        AND (i.until IS NULL OR i.until > e.enrolled_at)
        AND r.ends_on >= {{date}}
    """,
    "examined": f"""
        SELECT 1 FROM quizzes_sittingexaminer x
        JOIN quizzes_sitting s ON s.id = x.sitting_id
        WHERE x.examiner_id IN {JUDGES} AND s.person_id IN {APPLICANTS}
        AND x.since >= NEW.impartial_since
    """,
    "graded": f"""
        SELECT 1 FROM quizzes_grade g
        JOIN quizzes_attempt a ON a.id = g.attempt_id
        JOIN quizzes_sitting s ON s.id = a.sitting_id
        WHERE g.graded_by_id IN {JUDGES} AND s.person_id IN {APPLICANTS}
        AND g.graded_at >= NEW.impartial_since
    """,
    "proposed": f"""
        SELECT 1 FROM certificates_proposal p
        WHERE p.by_id IN {JUDGES} AND p.application_id = NEW.application_id
    """,
    "applied": f"""
        SELECT 1 FROM certificates_application f
        WHERE f.person_id IN {JUDGES} AND f.id = NEW.application_id
    """,
}


def sqlite(bars):
    """Statements for SQLite: a trigger per bar, made anew."""
    for name, query in bars.items():
        yield f"DROP TRIGGER certificates_decider_{name}"
        found = query.format(date="date(NEW.impartial_since, '+7 hours')")
        yield (
            f"CREATE TRIGGER certificates_decider_{name} BEFORE INSERT ON certificates_decision "
            f"WHEN EXISTS ({found}) BEGIN SELECT RAISE(ABORT, 'the decider is not impartial: {name}'); END"
        )


def postgresql(bars):
    """The statement for PostgreSQL: the function behind the trigger, replaced."""
    day = "(NEW.impartial_since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    checks = " ".join(
        f"IF EXISTS ({query.format(date=day)}) THEN "
        f"RAISE EXCEPTION 'the decider is not impartial: {name}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF;"
        for name, query in bars.items()
    )
    yield (
        "CREATE OR REPLACE FUNCTION nscl_impartial() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {checks} RETURN NEW; END $$"
    )


def _run(schema_editor, bars):
    dialect = sqlite if schema_editor.connection.vendor == "sqlite" else postgresql
    for statement in dialect(bars):
        schema_editor.execute(statement, params=None)


def install(apps, schema_editor):
    """Look at merged accounts too."""
    _run(schema_editor, BARS)


def remove(apps, schema_editor):
    """Look at the accounts named alone."""
    _run(schema_editor, guards.BARS)


class Migration(migrations.Migration):
    """After the last migration that made the people's table anew without minding triggers."""

    dependencies = [
        ("certificates", "0003_guards"),
        ("people", "0002_programme_office"),
    ]
    operations = [migrations.RunPython(install, remove)]
