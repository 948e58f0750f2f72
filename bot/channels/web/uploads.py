"""Files on the web chat: sent as the body of a request, had by whoever may read the conversation."""

from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request, Response

from bot.channels.web.desk import WebDesk
from bot.channels.web.errors import EmptyMessage, NoSuchPlace
from bot.channels.web.http import session_of
from bot.channels.web.mailbox import CHANNEL
from bot.channels.web.schemas import ClientId, Cursor, Messages, Sent
from bot.channels.web.tokens import WebSession
from bot.messages import IncomingFile
from knowledge.conversations.files import IMAGES, file_content, may_read
from knowledge.conversations.messages import find_conversation
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.models import Attachment

_BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def add_files(router: APIRouter, desk: WebDesk, database: Database) -> None:
    """Add the files to the protocol's router."""
    known = Annotated[WebSession, Depends(session_of(desk))]

    @router.post("/files", openapi_extra=_BYTES)
    async def send_file(
        request: Request,
        session: known,
        id: Annotated[ClientId, Query(description="As with a message: what is repeated is handled once.")],
        name: Annotated[str, Query(min_length=1, max_length=200, description="The file's name.")],
        after: Annotated[Cursor | None, Query(description="The id of the last message the client has.")] = None,
    ) -> Messages:
        """Send one file, its bytes being the body; what is new in the conversation comes back."""
        content = await request.body()
        if not content:
            raise EmptyMessage
        incoming = desk.check(session, Sent(id=id, text=""), files=(_incoming(name, content),))
        return await desk.answer(session, incoming, after)

    @router.get("/files/{attachment_id}")
    async def fetch_file(session: known, attachment_id: Cursor) -> Response:
        """Return the bytes of a file of one's own conversation or ticket."""
        attachment, content = await run_sync(_content, database, session.address, attachment_id)
        how = "inline" if attachment.media_type in IMAGES else "attachment"
        headers = {
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(attachment.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(content, media_type=attachment.media_type, headers=headers)


def _incoming(name: str, content: bytes) -> IncomingFile:
    async def read() -> bytes:
        return content

    return IncomingFile(name, "application/octet-stream", len(content), read)


def _content(database: Database, address: str, attachment_id: int) -> tuple[Attachment, bytes]:
    with database.reading() as session:
        conversation = find_conversation(session, CHANNEL, address)
        if conversation is None or not may_read(session, attachment_id, conversation.id):
            raise NoSuchPlace
        try:
            return file_content(session, attachment_id)
        except NotFound as error:
            raise NoSuchPlace from error
