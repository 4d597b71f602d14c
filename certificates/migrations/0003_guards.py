"""Triggers: what the register, certificates and decisions refuse, whatever road is taken.

On both databases: lines, events and decisions are never changed or deleted,
certificates keep their facts, and nobody decides about someone whom they
taught or examined within the look-back, or whose file they proposed.
"""

from django.db import migrations

# What may never be changed or deleted.
APPEND_ONLY = (
    "certificates_registerline",
    "certificates_certificateevent",
    "certificates_applicationevent",
    "certificates_decision",
    "certificates_proposal",
)
# Facts of a certificate; its state, its end and the mark of rendering may move on.
FROZEN = (
    "kind",
    "code",
    "number",
    "number_key",
    "person_id",
    "enrolment_id",
    "decision_id",
    "holder",
    "holder_key",
    "facts",
    "issued_at",
    "issued_on",
    "expires_on",
)
# Each names a fact that bars NEW.decided_by_id from deciding.
BARS = {
    "taught": """
        SELECT 1 FROM enrolments_runinstructor i
        JOIN enrolments_courserun r ON r.id = i.run_id
        JOIN enrolments_enrolment e ON e.run_id = r.id
        WHERE i.person_id = NEW.decided_by_id AND e.person_id = NEW.applicant_id
        AND (i.until IS NULL OR i.until > e.enrolled_at)
        AND r.ends_on >= {date}
    """,
    "examined": """
        SELECT 1 FROM quizzes_sittingexaminer x
        JOIN quizzes_sitting s ON s.id = x.sitting_id
        WHERE x.examiner_id = NEW.decided_by_id AND s.person_id = NEW.applicant_id
        AND x.since >= NEW.impartial_since
    """,
    "graded": """
        SELECT 1 FROM quizzes_grade g
        JOIN quizzes_attempt a ON a.id = g.attempt_id
        JOIN quizzes_sitting s ON s.id = a.sitting_id
        WHERE g.graded_by_id = NEW.decided_by_id AND s.person_id = NEW.applicant_id
        AND g.graded_at >= NEW.impartial_since
    """,
    "proposed": """
        SELECT 1 FROM certificates_proposal p
        WHERE p.by_id = NEW.decided_by_id AND p.application_id = NEW.application_id
    """,
    "applied": """
        SELECT 1 FROM certificates_application f
        WHERE f.person_id = NEW.decided_by_id AND f.id = NEW.application_id
    """,
}
# Of a new certificate: it stands on a decision, but not on one that grants it to its holder.
UNGRANTED = (
    "NEW.decision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificates_decision d "
    "WHERE d.id = NEW.decision_id AND d.outcome = 'grant' AND d.applicant_id = NEW.person_id)"
)


def sqlite() -> list[str]:
    """Statements for SQLite."""
    made = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FROZEN)
    made.append(
        "CREATE TRIGGER certificates_certificate_frozen BEFORE UPDATE ON certificates_certificate "
        f"WHEN {changed} BEGIN SELECT RAISE(ABORT, 'the facts of a certificate are frozen'); END"
    )
    made.append(
        "CREATE TRIGGER certificates_certificate_no_delete BEFORE DELETE ON certificates_certificate "
        "BEGIN SELECT RAISE(ABORT, 'a certificate is never deleted'); END"
    )
    for name, query in BARS.items():
        # Moments are stored in UTC as text; the look-back's day is Vietnam's.
        found = query.format(date="date(NEW.impartial_since, '+7 hours')")
        made.append(
            f"CREATE TRIGGER certificates_decider_{name} BEFORE INSERT ON certificates_decision "
            f"WHEN EXISTS ({found}) BEGIN SELECT RAISE(ABORT, 'the decider is not impartial: {name}'); END"
        )
    made.append(
        "CREATE TRIGGER certificates_certificate_granted BEFORE INSERT ON certificates_certificate "
        f"WHEN {UNGRANTED} BEGIN SELECT RAISE(ABORT, 'no decision grants this certificate'); END"
    )
    return made


def postgresql() -> list[str]:
    """Statements for PostgreSQL."""
    made = [
        _function("nscl_append_only", _raise("% is append-only", "TG_TABLE_NAME")),
        _function("nscl_never_deleted", _raise("a certificate is never deleted")),
        *(_trigger(f"{table}_append_only", "UPDATE OR DELETE", table, "nscl_append_only") for table in APPEND_ONLY),
    ]
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FROZEN)
    made += [
        _function(
            "nscl_certificate_frozen",
            f"IF {changed} THEN {_raise('the facts of a certificate are frozen')} END IF; RETURN NEW;",
        ),
        _trigger("certificates_certificate_frozen", "UPDATE", "certificates_certificate", "nscl_certificate_frozen"),
        _trigger("certificates_certificate_no_delete", "DELETE", "certificates_certificate", "nscl_never_deleted"),
    ]
    day = "(NEW.impartial_since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    checks = " ".join(
        f"IF EXISTS ({query.format(date=day)}) THEN {_raise(f'the decider is not impartial: {name}')} END IF;"
        for name, query in BARS.items()
    )
    granted = f"IF {UNGRANTED} THEN {_raise('no decision grants this certificate')} END IF; RETURN NEW;"
    made += [
        _function("nscl_impartial", f"{checks} RETURN NEW;"),
        _trigger("certificates_decision_impartial", "INSERT", "certificates_decision", "nscl_impartial"),
        _function("nscl_granted", granted),
        _trigger("certificates_certificate_granted", "INSERT", "certificates_certificate", "nscl_granted"),
    ]
    return made


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _raise(message: str, *filled: str) -> str:
    values = "".join(f", {value}" for value in filled)
    return f"RAISE EXCEPTION '{message}'{values} USING ERRCODE = 'integrity_constraint_violation';"


def _trigger(name: str, verbs: str, table: str, function: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


def sqlite_triggers() -> list[str]:
    """Names of the triggers that `sqlite` makes."""
    return [statement.split()[2] for statement in sqlite()]


def install(apps, schema_editor):
    """Make the guards."""
    statements = sqlite() if schema_editor.connection.vendor == "sqlite" else postgresql()
    for statement in statements:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    """Take the guards away, for going back to 0002."""
    if schema_editor.connection.vendor == "sqlite":
        for name in sqlite_triggers():
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        return
    tables = {
        "nscl_append_only": [(table, f"{table}_append_only") for table in APPEND_ONLY],
        "nscl_certificate_frozen": [("certificates_certificate", "certificates_certificate_frozen")],
        "nscl_never_deleted": [("certificates_certificate", "certificates_certificate_no_delete")],
        "nscl_impartial": [("certificates_decision", "certificates_decision_impartial")],
        "nscl_granted": [("certificates_certificate", "certificates_certificate_granted")],
    }
    for function, triggers in tables.items():
        for table, trigger in triggers:
            schema_editor.execute(f"DROP TRIGGER {trigger} ON {table}", params=None)
        schema_editor.execute(f"DROP FUNCTION {function}()", params=None)


class Migration(migrations.Migration):
    """Needs the tables that the bars look into."""

    dependencies = [
        ("certificates", "0002_initial"),
        ("quizzes", "0001_initial"),
        ("enrolments", "0002_initial"),
    ]
    operations = [migrations.RunPython(install, remove)]
