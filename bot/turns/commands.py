"""Carries out what changes the desk's records: tickets, ratings, language, subscriptions, deletion."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.dialogue.decisions import Command, Decision, Gather, JoinTicket, OpenTicket, Verb, Wanted
from bot.dialogue.intake import Draft
from bot.dialogue.state import Query
from bot.messages import OutgoingMessage
from bot.turns import ticket_commands
from bot.turns.turn import Outcome, Turn
from bot.wording import intake_replies, replies, ticket_replies
from knowledge.conversations import messages, subscriptions
from knowledge.errors import NotFound
from knowledge.languages import parse_tag
from knowledge.models import Author, Conversation, Kind, Message, MessageKind
from knowledge.privacy.erasure import forget_conversation
from knowledge.tickets import for_asker

_ON_A_TICKET = frozenset(
    {Verb.TICKET, Verb.WITHDRAW, Verb.REOPEN, Verb.RATE_TICKET, Verb.COMMENT, Verb.FOLLOW, Verb.UNFOLLOW, Verb.REDEEM}
)


def carry_out(turn: Turn, decision: Decision) -> Outcome:
    """Do what `decision` says within the caller's transaction; a deletion goes on in a new conversation."""
    match decision:
        case Gather(draft=draft):
            return Outcome(turn.conversation, intake_replies.gather(draft, turn.tag))
        case OpenTicket():
            return ticket_commands.open_ticket(turn, decision)
        case JoinTicket():
            return ticket_commands.join(turn, decision)
        case Command(verb=Verb.DELETE):
            fresh = _begun_anew(turn.session, turn.conversation, turn.received)
            return Outcome(fresh, replies.done(Verb.DELETE, turn.tag))
        case Command(verb=Verb.EXPORT):
            return ticket_commands.export(turn)
        case Command(verb=verb) if verb in _ON_A_TICKET:
            return ticket_commands.command(turn, decision)
        case Command():
            return _command(turn, decision)
    raise ValueError(decision)


def _begun_anew(session: Session, conversation: Conversation, received: Message) -> Conversation:
    """Delete a conversation; return an empty one that holds only the press of the button.

    It keeps its id: clients read by growing ids, and a database may give the ids of what was deleted once more.
    """
    channel, address = conversation.channel, conversation.address
    id_, text, external_id = received.id, received.text, received.external_id
    forget_conversation(session, conversation)
    fresh = messages.open_conversation(session, channel, address)
    session.expunge(received)
    session.add(
        Message(
            id=id_,
            conversation_id=fresh.id,
            author=Author.ASKER,
            external_id=external_id,
            text=text,
            kind=MessageKind.ACTION,
        )
    )
    session.flush()
    return fresh


def _command(turn: Turn, command: Command) -> Outcome:
    session, conversation, tag = turn.session, turn.conversation, turn.tag
    reply: OutgoingMessage | None = None
    match command.verb:
        case Verb.LANGUAGE:
            chosen = parse_tag(command.argument)
            if chosen is not None:
                conversation.language, conversation.language_chosen = chosen, True
            reply = replies.done(Verb.LANGUAGE, chosen) if chosen else replies.ask_for(Wanted.LANGUAGE, tag)
        case Verb.TICKETS:
            reply = ticket_replies.tickets(for_asker.tickets_of(session, conversation.id), tag)
        case Verb.RATE:
            return _rate(turn, command.argument, command.draft)
        case Verb.SUBSCRIBE:
            reply = _subscribe(session, conversation, command.query, tag)
        case Verb.UNSUBSCRIBE:
            subscriptions.unsubscribe(session, conversation)
    return Outcome(conversation, reply or replies.done(command.verb, tag))


def _rate(turn: Turn, verdict: str, draft: Draft | None) -> Outcome:
    """Keep a thumb; one on an expert's answer is about its ticket, and what is missing is asked for."""
    said = Outcome(turn.conversation, replies.rated(verdict, draft, turn.tag))
    if turn.on_message is None or verdict not in ("up", "down"):
        return said
    try:
        rating = 1 if verdict == "up" else -1
        rated = messages.rate_message(turn.session, turn.conversation, turn.on_message, rating)
    except NotFound:
        return said  # The message was deleted meanwhile, so there is nothing left to rate.
    if verdict == "up" or rated.ticket_id is None or not rated.kind.is_of_ticket:
        return said
    asked = ticket_commands.command(turn, Command(Verb.REOPEN, ticket_id=rated.ticket_id))
    return replace(asked, awaiting=f"join:{rated.ticket_id}")


def _subscribe(session: Session, conversation: Conversation, query: Query | None, tag: str) -> OutgoingMessage:
    # A call is news while it is not open yet, so its status does not limit the news.
    wanted = (query or Query()).without("statuses")
    if not wanted.set_fields():
        wanted = wanted.model_copy(update={"kinds": (Kind.FUNDING_CALL,)})
    said = {"text", "asked", "listing", "competence", "spoken"}
    filters = wanted.model_dump(mode="json", exclude_defaults=True, exclude=said)
    subscriptions.subscribe(session, conversation, filters)
    return replies.done(Verb.SUBSCRIBE, tag, query=wanted)
