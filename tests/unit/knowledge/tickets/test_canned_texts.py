"""Ready texts are one's own or everybody's."""

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Role, Staff
from knowledge.tickets.canned_texts import canned_for, delete_canned, save_canned


def test_ready_texts_are_ones_own_or_everybodys(session: Session, ana: Staff, boris: Staff) -> None:
    boris.role = Role.CURATOR
    mine = save_canned(session, ana, "Hello", "Dear …", language="en")
    shared = save_canned(session, boris, "Thanks", "Thank you.", for_all=True)
    save_canned(session, boris, "His", "…")
    assert canned_for(session, ana) == [mine, shared]
    assert canned_for(session, ana, language="bg", competence="export") == [shared]
    with pytest.raises(InvalidInput):
        save_canned(session, ana, "All", "…", for_all=True)
    with pytest.raises(InvalidInput):
        save_canned(session, ana, " ", "…")
    for wrong in (shared.id, 4711):
        with pytest.raises(NotFound):
            delete_canned(session, ana, wrong)
    save_canned(session, ana, "Hello!", "Dear …", canned_id=mine.id)
    delete_canned(session, ana, mine.id)
    assert canned_for(session, ana) == [shared]
