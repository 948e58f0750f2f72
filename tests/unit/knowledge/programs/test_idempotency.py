"""A request that is sent again under its key comes to what it came to."""

from datetime import timedelta

import pytest

from knowledge.database import Database
from knowledge.errors import Conflict
from knowledge.models import Role, Staff, now
from knowledge.programs.idempotency import drop_keys, keep, take


def test_a_request_sent_again_comes_to_the_same(database: Database) -> None:
    with database.transaction() as session:
        ana = Staff(email="a@b.c", name="Ana", role=Role.EXPERT, password_hash="x")
        session.add(ana)
        session.flush()
        assert take(session, ana.id, "k", "h") is None
        keep(session, ana.id, "k", "h", 201, {"id": 7})
        assert take(session, ana.id, "k", "h") == (201, {"id": 7})
        with pytest.raises(Conflict, match="Idempotency-Key"):
            take(session, ana.id, "k", "other")
    with database.transaction() as session:
        assert drop_keys(session, now() + timedelta(seconds=1)) == 1
