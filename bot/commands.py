"""Carries out what changes the desk's records: tickets, ratings, language, subscriptions, deletion."""

from sqlalchemy.orm import Session

from bot import replies
from bot.decisions import Command, Decision, JoinTicket, OpenTicket, Verb, Wanted
from bot.messages import OutgoingMessage
from bot.state import Query
from knowledge import conversations, subscriptions, tickets
from knowledge.errors import NotFound
from knowledge.languages import parse_tag
from knowledge.models import Author, Conversation, Kind, Message
from knowledge.privacy import forget_conversation


def carry_out(
    session: Session,
    conversation: Conversation,
    decision: Decision,
    received: Message,
    on_message: int | None,
    tag: str,
) -> tuple[Conversation, OutgoingMessage]:
    """Do what `decision` says within the caller's transaction.

    Returns the reply and the conversation that it belongs to: a new one after the old was deleted.
    """
    match decision:
        case OpenTicket(question=question, reason=reason):
            return conversation, _open_ticket(session, conversation, question, reason, received, tag)
        case JoinTicket():
            ticket = tickets.ticket_with_people(session, conversation.id)
            if ticket is None:
                return conversation, _open_ticket(session, conversation, received.text, "asked", received, tag)
            tickets.add_asker_message(session, ticket, received)
            return conversation, replies.ticket_joined(ticket, tag)
        case Command(verb=Verb.DELETE):
            return _begun_anew(session, conversation, received), replies.done(Verb.DELETE, tag)
        case Command():
            return conversation, _command(session, conversation, decision, on_message, tag)
    raise ValueError(decision)


def _begun_anew(session: Session, conversation: Conversation, received: Message) -> Conversation:
    """Delete a conversation; return an empty one that holds only the press of the button.

    It keeps its id: clients read by growing ids, and a database may give the ids of what was deleted once more.
    """
    channel, address = conversation.channel, conversation.address
    id_, text, external_id = received.id, received.text, received.external_id
    forget_conversation(session, conversation)
    fresh = conversations.open_conversation(session, channel, address)
    session.expunge(received)
    session.add(
        Message(
            id=id_, conversation_id=fresh.id, author=Author.ASKER, external_id=external_id, text=text, kind="action"
        )
    )
    session.flush()
    return fresh


def _open_ticket(
    session: Session, conversation: Conversation, question: str, reason: str, received: Message, tag: str
) -> OutgoingMessage:
    waiting = tickets.ticket_with_people(session, conversation.id)
    if waiting is not None and waiting.question == question:
        return replies.ticket_opened(waiting, tag)
    ticket = tickets.open_ticket(session, conversation, question, reason=reason, language=tag)
    received.ticket_id = ticket.id
    return replies.ticket_opened(ticket, tag)


def _command(
    session: Session, conversation: Conversation, command: Command, on_message: int | None, tag: str
) -> OutgoingMessage:
    match command.verb:
        case Verb.LANGUAGE:
            chosen = parse_tag(command.argument)
            if chosen is None:
                return replies.ask_for(Wanted.LANGUAGE, tag)
            conversation.language, conversation.language_chosen = chosen, True
            return replies.done(Verb.LANGUAGE, chosen)
        case Verb.TICKETS:
            return replies.tickets(tickets.tickets_of(session, conversation.id), tag)
        case Verb.RATE:
            _rate(session, conversation, command.argument, on_message)
            return replies.done(Verb.RATE, tag, command.argument)
        case Verb.SUBSCRIBE:
            return _subscribe(session, conversation, command.query, tag)
        case Verb.UNSUBSCRIBE:
            subscriptions.unsubscribe(session, conversation)
    return replies.done(command.verb, tag)


def _rate(session: Session, conversation: Conversation, verdict: str, on_message: int | None) -> None:
    if on_message is None or verdict not in ("up", "down"):
        return
    try:
        conversations.rate_message(session, conversation, on_message, 1 if verdict == "up" else -1)
    except NotFound:
        return  # The message was deleted meanwhile, so there is nothing left to rate.


def _subscribe(session: Session, conversation: Conversation, query: Query | None, tag: str) -> OutgoingMessage:
    # A call is news while it is not open yet, so its status does not limit the news.
    wanted = (query or Query()).without("statuses")
    if not wanted.set_fields():
        wanted = wanted.model_copy(update={"kinds": (Kind.FUNDING_CALL,)})
    filters = wanted.model_dump(mode="json", exclude_defaults=True, exclude={"text", "asked", "listing", "spoken"})
    subscriptions.subscribe(session, conversation, filters)
    return replies.done(Verb.SUBSCRIBE, tag, query=wanted)
