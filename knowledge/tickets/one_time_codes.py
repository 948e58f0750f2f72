"""One-time codes: made, kept as hashes, and used once. Each flushes."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from knowledge.errors import NotFound
from knowledge.models import (
    CodePurpose,
    OneTimeCode,
    now,
)

CODE_LIFE = timedelta(minutes=30)
CODE_LENGTH = 10

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No letter that is taken for a figure: 32 of them, so that ten are 50 bits."""


def keep_code(session: Session, code: OneTimeCode) -> str:
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    code.code_hash, code.expires_at = _hash(plain), now() + CODE_LIFE
    session.add(code)
    session.flush()
    return plain


def use_code(session: Session, code: str, purpose: CodePurpose) -> OneTimeCode:
    moment = now()
    used = session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.code_hash == _hash(code),
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(OneTimeCode)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise NotFound("code")
    return used


def _hash(code: str) -> str:
    plain = code.strip().upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
