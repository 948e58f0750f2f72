"""What channels look up in the database, off the event loop."""

import asyncio

from knowledge.database import Database
from knowledge.deliveries import message_of
from knowledge.files import file_content


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
