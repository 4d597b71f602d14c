"""The trigger on decisions takes accounts that were merged for one person, as `certificates.impartiality` does.

It names `people_user`: on SQLite a later migration that makes that table anew stands
between `lms.lib.remaking.begin` and `end`.
"""

from importlib import import_module

from django.db import migrations

guards = import_module("certificates.migrations.0003_guards")


# Ids of the accounts that are one person with the account in a column of the new decision.
SAME = """(SELECT u.id FROM people_user u JOIN people_user r ON r.id = NEW.{column}
    WHERE u.id = COALESCE(r.merged_into_id, r.id) OR u.merged_into_id = COALESCE(r.merged_into_id, r.id))"""
JUDGES, APPLICANTS = SAME.format(column="decided_by_id"), SAME.format(column="applicant_id")
BARS = {
    "taught": """
        SELECT 1 FROM enrolments_runinstructor i
        JOIN enrolments_courserun r ON r.id = i.run_id
        JOIN enrolments_enrolment e ON e.run_id = r.id
        WHERE i.person_id IN {judges} AND e.person_id IN {applicants}
        AND (i.until IS NULL OR i.until > e.enrolled_at)
        AND r.ends_on >= {date}
    """,
    "examined": """
        SELECT 1 FROM quizzes_sittingexaminer x
        JOIN quizzes_sitting s ON s.id = x.sitting_id
        WHERE x.examiner_id IN {judges} AND s.person_id IN {applicants}
        AND x.since >= NEW.impartial_since
    """,
    "graded": """
        SELECT 1 FROM quizzes_grade g
        JOIN quizzes_attempt a ON a.id = g.attempt_id
        JOIN quizzes_sitting s ON s.id = a.sitting_id
        WHERE g.graded_by_id IN {judges} AND s.person_id IN {applicants}
        AND g.graded_at >= NEW.impartial_since
    """,
    "proposed": """
        SELECT 1 FROM certificates_proposal p
        WHERE p.by_id IN {judges} AND p.application_id = NEW.application_id
    """,
    "applied": """
        SELECT 1 FROM certificates_application f
        WHERE f.person_id IN {judges} AND f.id = NEW.application_id
    """,
}


def sqlite(bars):
    """Statements for SQLite: a trigger per bar, made anew."""
    for name, query in bars.items():
        yield f"DROP TRIGGER certificates_decider_{name}"
        found = query.format(date="date(NEW.impartial_since, '+7 hours')", judges=JUDGES, applicants=APPLICANTS)
        yield (
            f"CREATE TRIGGER certificates_decider_{name} BEFORE INSERT ON certificates_decision "
            f"WHEN EXISTS ({found}) BEGIN SELECT RAISE(ABORT, 'the decider is not impartial: {name}'); END"
        )


def postgresql(bars):
    """The statement for PostgreSQL: the function behind the trigger, replaced."""
    day = "(NEW.impartial_since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    checks = " ".join(
        f"IF EXISTS ({query.format(date=day, judges=JUDGES, applicants=APPLICANTS)}) THEN "
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
