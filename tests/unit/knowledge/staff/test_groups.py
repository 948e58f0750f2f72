"""Groups have names of their own and active members."""

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound, Taken
from knowledge.models import Staff
from knowledge.staff.groups import list_groups, save_group
from knowledge.staff.profiles import profile_of


def test_groups_have_names_of_their_own_and_active_members(session: Session, ana: Staff, boris: Staff) -> None:
    group = save_group(session, "Tax", [ana.id, boris.id])
    boris.active = False
    session.flush()
    assert list_groups(session) == [(group, [ana.id])]
    assert profile_of(session, ana.id).groups == [group.id]
    save_group(session, "Tax and law", [boris.id], group_id=group.id, active=False)
    assert group.name == "Tax and law"
    save_group(session, "Tax", [])
    with pytest.raises(Taken):
        save_group(session, "Tax", [], group_id=group.id)
    for wrong in ({"name": " ", "staff_ids": []}, {"name": "x", "staff_ids": [4711]}):
        with pytest.raises((InvalidInput, NotFound)):
            save_group(session, **wrong)  # type: ignore[arg-type]
