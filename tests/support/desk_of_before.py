"""A desk that an earlier version filled by its own verbs, brought to either kind of database as it was.

The file beside it has that version's head and what its people know (a password, a token), then every row of it.
"""

import json
from base64 import b64decode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, LargeBinary, MetaData, Table, insert, text

from knowledge.database import Database

FILE = Path(__file__).with_suffix(".jsonl")
_FIRST, *_LINES = FILE.read_text().splitlines()
KNOWN: dict[str, Any] = json.loads(_FIRST)
ROWS: list[tuple[str, dict[str, Any]]] = [json.loads(line) for line in _LINES]
TABLES = sorted({name for name, _ in ROWS})


def fill(database: Database) -> None:
    """Make the tables of before in an empty database, with all their rows."""
    command.upgrade(database._alembic(), KNOWN["head"])
    with database.engine.begin() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text("delete from knowledge_revision"))  # the migration writes the first one
        # Rows refer to later ones; all are there at the end.
        connection.execute(
            text("pragma defer_foreign_keys = on" if on_sqlite else "set local session_replication_role = replica")
        )
        tables = MetaData()
        tables.reflect(connection)
        for name, row in ROWS:
            connection.execute(insert(tables.tables[name]), _typed(tables.tables[name], row))
        if not on_sqlite:
            _count_on(connection, tables)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the Python values of its columns' types."""
    typed: dict[str, Any] = {}
    for name, value in row.items():
        match table.c[name].type:
            case DateTime():
                typed[name] = datetime.fromisoformat(value).replace(tzinfo=UTC)
            case Date():
                typed[name] = date.fromisoformat(value)
            case JSON():
                typed[name] = json.loads(value)
            case Boolean():
                typed[name] = bool(value)
            case LargeBinary():
                typed[name] = b64decode(value["base64"])
            case _:
                typed[name] = value
    return typed


def _count_on(connection: Connection, tables: MetaData) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers along."""
    for table in tables.tables.values():
        if "id" in table.c and table.c["id"].autoincrement is not False and table.c["id"].type.python_type is int:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(text(f'select setval({sequence}, (select max(id) from "{table.name}"))'))
