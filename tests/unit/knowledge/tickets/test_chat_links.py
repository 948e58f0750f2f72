"""A chat belongs to the member of staff whose code it gave last, and hears what they want of it."""

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import NoticeKind, Staff
from knowledge.tickets.chat_links import link_staff, links_of, set_wants, staff_at, staff_code, unlink
from knowledge.tickets.leaving import set_active


def test_a_chat_belongs_to_whose_code_it_gave(session: Session, ana: Staff, boris: Staff) -> None:
    first = staff_code(session, ana)
    second = staff_code(session, ana)
    with pytest.raises(NotFound):
        link_staff(session, first, "telegram", "7")
    assert link_staff(session, second, "telegram", "7") is ana
    link_staff(session, staff_code(session, boris), "telegram", "7")
    assert staff_at(session, "telegram", "7") is boris
    assert (links_of(session, ana.id), len(links_of(session, boris.id))) == ([], 1)
    for staff, address in ((boris, "8"), (ana, "7")):
        with pytest.raises(NotFound):
            set_wants(session, staff.id, "telegram", address, [])
    with pytest.raises(InvalidInput, match="askers"):
        set_wants(session, boris.id, "telegram", "7", [NoticeKind.NEW, NoticeKind.CLOSED])
    assert set_wants(session, boris.id, "telegram", "7", [NoticeKind.NEW, NoticeKind.HANDED]).wants == ["handed", "new"]
    set_active(session, boris.id, False)
    assert staff_at(session, "telegram", "7") is None
    unlink(session, "telegram", "7")
    assert links_of(session, boris.id) == []
