"""What was done is kept, with who did it."""

from sqlalchemy import select

from knowledge.database import Database
from knowledge.models import AuditRecord
from knowledge.staff.audit import record


def test_the_trail_keeps_who_did_what(database: Database) -> None:
    with database.transaction() as session:
        record(session, "ana@punte.test", "publish", "ж" * 500, {"from": "draft"})
    with database.reading() as session:
        (line,) = session.scalars(select(AuditRecord))
    assert (line.actor, line.action, line.data) == ("ana@punte.test", "publish", {"from": "draft"})
    assert line.subject == "ж" * 250
