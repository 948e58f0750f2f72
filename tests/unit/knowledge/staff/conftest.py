"""An admin with a password, whom the tests of accounts and sessions start from."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from knowledge.models import Role, Staff

PASSWORD = "correct horse battery"
# As `create_staff` would write it, but for the work that makes guessing slow.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def admin(session: Session) -> Staff:
    staff = Staff(email="admin@punte.test", name="Admin", role=Role.ADMIN, password_hash=PASSWORD_HASH)
    session.add(staff)
    session.flush()
    return staff
