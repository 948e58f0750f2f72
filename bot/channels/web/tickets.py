"""One's own tickets on the web chat: how each stands, and which message told its last news."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends

from bot.channels.web.desk import WebDesk
from bot.channels.web.http import session_of
from bot.channels.web.mailbox import CHANNEL
from bot.channels.web.schemas import OwnTicket, OwnTickets
from bot.channels.web.tokens import WebSession
from bot.wording import ticket_replies
from knowledge.conversations.messages import find_conversation
from knowledge.database import Database
from knowledge.tickets.for_asker import news_of, tickets_of

_LISTED = 50


def add_tickets(router: APIRouter, desk: WebDesk, database: Database) -> None:
    """Add the list of tickets to the protocol's router."""
    known = Annotated[WebSession, Depends(session_of(desk))]

    @router.get("/tickets")
    async def tickets(session: known) -> OwnTickets:
        """Return the tickets that this conversation opened or follows, newest first."""
        return await run_sync(_tickets, database, session)


def _tickets(database: Database, web: WebSession) -> OwnTickets:
    with database.reading() as session:
        conversation = find_conversation(session, CHANNEL, web.address)
        if conversation is None:
            return OwnTickets(tickets=())
        tag = conversation.language or web.language or "en"
        news = news_of(session, conversation.id)
        return OwnTickets(
            tickets=tuple(
                OwnTicket(
                    id=ticket.id,
                    number=ticket.number,
                    question=ticket.question,
                    state=ticket.state,
                    stands=ticket_replies.stands(ticket, tag),
                    opened_at=ticket.opened_at,
                    news=news.get(ticket.id),
                )
                for ticket in tickets_of(session, conversation.id, limit=_LISTED)
            )
        )
