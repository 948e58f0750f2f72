"""What channels look up in the database, off the event loop."""

import asyncio

from knowledge.conversations.deliveries import message_of
from knowledge.conversations.files import file_content, remote_id_of, set_remote_id
from knowledge.database import Database


async def content(database: Database, attachment_id: int) -> bytes:
    """Return the bytes of an attachment; raises `NotFound`."""

    def read() -> bytes:
        with database.reading() as session:
            return file_content(session, attachment_id)[1]

    return await asyncio.to_thread(read)


async def message_named(database: Database, channel: str, address: str, name: str) -> int | None:
    """Return the id of our message that has this name in a channel's chat, or None."""

    def read() -> int | None:
        with database.reading() as session:
            message = message_of(session, channel, address, name)
            return message.id if message else None

    return await asyncio.to_thread(read)


class SentFiles:
    """The files that a channel sends: their bytes, and the channel's own names of those that it has already."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, attachment_id: int) -> bytes:
        """Return the bytes of an attachment; raises `NotFound`."""
        return await content(self._database, attachment_id)

    async def name(self, attachment_id: int, prefix: str) -> str | None:
        """Return the channel's name of a file, of those that begin with `prefix`, or None."""

        def find() -> str | None:
            with self._database.reading() as session:
                return remote_id_of(session, attachment_id, prefix)

        return await asyncio.to_thread(find)

    async def remember(self, attachment_id: int, name: str) -> None:
        """Keep the channel's name of a file that was sent."""

        def keep() -> None:
            with self._database.transaction() as session:
                set_remote_id(session, attachment_id, name)

        await asyncio.to_thread(keep)
