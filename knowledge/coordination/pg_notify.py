"""A wire between the processes of a desk on PostgreSQL: one says that something was written, the others hear it.

It may break, and on SQLite there is none: nobody relies on it who does not look from time to time, too.
"""

from collections.abc import AsyncGenerator

import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

_CHANNEL = "punte"


def wired(url: str) -> bool:
    """Say whether processes on the database at `url` can hear each other."""
    return make_url(url).get_backend_name() == "postgresql"


def say(session: Session, name: str) -> None:
    """Let the other processes hear, at the commit, that process `name` has written something."""
    session.execute(select(func.pg_notify(_CHANNEL, name)))


async def hear(url: str, name: str) -> AsyncGenerator[None]:
    """Yield whenever another process than `name` says something, first when the connection stands.

    Raises `OSError` when it breaks.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            await connection.execute(f"listen {_CHANNEL}")
            yield
            async for said in connection.notifies():
                if said.payload != name:
                    yield
    except psycopg.Error as error:
        raise OSError(str(error)) from error
