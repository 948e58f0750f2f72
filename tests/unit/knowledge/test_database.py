"""The way to SQL: addresses, transactions, reading, migrations, and errors that say what to do."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import knowledge
from knowledge.conversations.messages import find_conversation, open_conversation
from knowledge.database import Database
from knowledge.entries.store import current_revision
from knowledge.errors import DatabaseOutdated, DatabaseUnavailable
from knowledge.models import Base, Facet, FacetName

MIGRATIONS = Path(knowledge.__file__ or "").parent / "migrations"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "desk.db",
        "mysql://root@localhost/desk",
        "http://example.org",
        "postgresql://localhost:port/desk",
        "postgresql://nobody@127.0.0.1:1/desk",
        "sqlite+nothing:///desk.db",
        "sqlite:////proc/nowhere/desk.db",
        "sqlite:////tmp",
        "sqlite:////tmp/nul\0/desk.db",
    ],
)
@pytest.mark.parametrize("act", [Database.check, Database.upgrade])
def test_a_database_that_cannot_be_reached_is_told_in_one_line(url: str, act: Any) -> None:
    with pytest.raises(DatabaseUnavailable) as error:
        act(Database(url))
    assert "PUNTE_DATABASE_URL" in str(error.value)
    assert error.value.detail
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("act", [Database.check, Database.upgrade])
def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path, act: Any) -> None:
    (tmp_path / "desk.db").write_text("these are notes, not tables\n" * 50)
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        act(database)
    database.close()


def test_a_password_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as error:
        Database("postgresql://desk:s3cret@127.0.0.1:1/desk").check()
    assert "s3cret" not in str(error.value)


def test_an_empty_database_is_outdated_until_it_is_upgraded(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DatabaseOutdated, match="punte db upgrade"):
        database.check()
    database.upgrade()
    database.upgrade()
    database.check()
    database.close()


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DatabaseOutdated):
        database.check()
    with pytest.raises(DatabaseOutdated, match="9999"):
        database.upgrade()


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        difference = compare_metadata(context, Base.metadata)
    assert difference == [], "run `alembic revision --autogenerate` or mend the migration"


def test_the_migrations_are_one_row() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_the_folder_of_a_database_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'down' / 'desk.db'}")
    database.upgrade()
    database.check()
    database.close()


def test_sqlite_is_set_up_for_many_readers_and_whole_references(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        assert session.scalar(text("pragma journal_mode")) == "wal"
        assert session.scalar(text("pragma foreign_keys")) == 1


def test_references_are_held(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Facet(entry_id=4711, name=FacetName.COUNTRY, value="RO"))


def test_a_transaction_is_kept_when_it_ends_well_and_only_then(database: Database) -> None:
    with database.transaction() as session:
        open_conversation(session, "web", "kept")
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        session.add(open_conversation(session, "web", f"lost {1 / 0}"))
    with database.reading() as session:
        assert find_conversation(session, "web", "kept") is not None
        assert find_conversation(session, "web", "lost") is None


def test_reading_writes_nothing(database: Database) -> None:
    with database.reading() as session:
        open_conversation(session, "web", "asker")
    with database.reading() as session:
        assert find_conversation(session, "web", "asker") is None


def test_readers_are_not_stopped_by_a_writer_nor_by_each_other(database: Database) -> None:
    with database.transaction() as writer:
        open_conversation(writer, "web", "asker")
        with database.reading() as one, database.reading() as other:
            assert find_conversation(one, "web", "asker") is None
            assert current_revision(other) == 0


def test_capitals_of_all_scripts_are_known(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        assert session.scalar(text("select lower('ЖΩŞ')")) == "жωş"
        assert session.scalar(text("select lower(null)")) is None
        assert session.scalar(text("select lower(5)")) in (5, "5")


def test_a_database_file_is_plain_sqlite(sqlite_database: Database, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "desk.db")
    assert connection.execute("select count(*) from knowledge_revision").fetchone() == (1,)
    connection.close()
