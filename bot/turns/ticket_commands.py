"""Carries out what askers do with their tickets: open, join, look, withdraw, rate, follow."""

import json

from bot.dialogue.decisions import Command, JoinTicket, OpenTicket, Verb
from bot.dialogue.intake import Draft
from bot.messages import OutgoingFile, OutgoingMessage
from bot.turns.turn import Outcome, Turn, asked_before
from bot.wording import ticket_replies
from knowledge.conversations import files
from knowledge.entries.store import get_entries
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Ticket, TicketState
from knowledge.privacy.export import export_of
from knowledge.tickets import by_asker, following, for_asker

EXPORT = "punte.txt"


def open_ticket(turn: Turn, decision: OpenTicket) -> Outcome:
    """Hand the question of a draft to people; one that waits already is not handed over twice."""
    draft = decision.draft
    waiting = for_asker.ticket_with_people(turn.session, turn.conversation.id)
    if waiting is None or waiting.question != draft.question:
        waiting = by_asker.open_ticket(
            turn.session,
            turn.conversation,
            draft.question,
            reason=draft.reason,
            language=turn.tag,
            intake=_intake(draft),
            findings=_findings(turn, draft.question),
            files=(*turn.state.files, *turn.files),
        )
        turn.received.ticket_id = waiting.id
    expected = for_asker.expectation(turn.session, waiting, turn.moment)
    return Outcome(turn.conversation, ticket_replies.opened(waiting, expected, turn.tag), waiting.id)


def join(turn: Turn, decision: JoinTicket) -> Outcome:
    """Let a message join a ticket of the asker; thanks disturb nobody."""
    message = turn.received
    if decision.pressed:
        message = asked_before(turn.session, turn.conversation.id, turn.on_message) or message
    try:
        ticket = for_asker.own_ticket(turn.session, turn.conversation.id, decision.ticket_id)
        if decision.quiet:
            by_asker.add_asker_message(turn.session, ticket, message, quiet=True)
            return Outcome(turn.conversation, ticket_replies.thanked(turn.tag), ticket.id)
        closed = ticket.state is TicketState.CLOSED
        ticket = by_asker.reopen_by_asker(turn.session, turn.conversation, ticket.id, message, files=turn.files)
    except NotFound:
        return Outcome(turn.conversation, ticket_replies.unknown(f"P-{decision.ticket_id}", turn.tag))
    return Outcome(turn.conversation, ticket_replies.joined(ticket, turn.tag, anew=closed), ticket.id)


def command(turn: Turn, decision: Command) -> Outcome:
    """Carry out a verb on one ticket."""
    if decision.verb is Verb.REDEEM:
        return _redeemed(turn, decision.argument)
    try:
        ticket = for_asker.own_ticket(turn.session, turn.conversation.id, decision.ticket_id)
        reply = _said(turn, decision, ticket)
    except NotFound:
        return Outcome(turn.conversation, ticket_replies.unknown(f"P-{decision.ticket_id}", turn.tag))
    except InvalidInput:
        return Outcome(turn.conversation, ticket_replies.not_answered_yet(turn.tag))
    return Outcome(turn.conversation, reply, ticket.id)


def export(turn: Turn) -> Outcome:
    """Give the asker all that the desk keeps of them, as a file."""
    content = json.dumps(export_of(turn.session, turn.conversation), ensure_ascii=False, indent=1, default=str)
    kept = files.keep_file(turn.session, EXPORT, content.encode())
    reply = ticket_replies.export(OutgoingFile.of(kept), turn.tag)
    return Outcome(turn.conversation, reply, files=(kept.id,))


def _said(turn: Turn, decision: Command, ticket: Ticket) -> OutgoingMessage:
    session, conversation, tag = turn.session, turn.conversation, turn.tag
    match decision.verb:
        case Verb.WITHDRAW if decision.sure:
            return ticket_replies.withdrawn(by_asker.withdraw_ticket(session, conversation, ticket.id), tag)
        case Verb.WITHDRAW:
            return ticket_replies.really_withdraw(ticket, tag)
        case Verb.REOPEN:
            return ticket_replies.what_is_open(ticket, tag)
        case Verb.RATE_TICKET:
            rated = by_asker.rate_ticket(session, conversation, ticket.id, decision.stars, None)
            return ticket_replies.rated(rated, tag)
        case Verb.COMMENT:
            by_asker.rate_ticket(session, conversation, ticket.id, None, decision.text)
            turn.received.ticket_id = ticket.id
            return ticket_replies.commented(tag)
        case Verb.FOLLOW:
            code = following.follow_code(session, ticket.id, conversation)
            return ticket_replies.follow(code, ticket, turn.follow_links.links(conversation.channel, code), tag)
        case Verb.UNFOLLOW:
            return ticket_replies.unfollowed(following.unfollow(session, ticket.id, conversation), tag)
    hand = for_asker.ticket_in_hand(session, conversation.id, ticket_id=ticket.id)
    return ticket_replies.view(ticket, hand, tag, followed=ticket.conversation_id != conversation.id)


def _redeemed(turn: Turn, code: str) -> Outcome:
    try:
        ticket = following.redeem_follow(turn.session, code, turn.conversation)
    except NotFound:
        return Outcome(turn.conversation, ticket_replies.code_refused(turn.tag))
    return Outcome(turn.conversation, ticket_replies.followed(ticket, turn.tag), ticket.id)


def _intake(draft: Draft) -> by_asker.Intake:
    return by_asker.Intake(
        country=draft.country,
        sector=draft.sector,
        competence=draft.competence,
        wanted_by=draft.wanted_by,
        email=draft.email,
        phone=draft.phone,
        consent=bool(draft.email or draft.phone),
    )


def _findings(turn: Turn, question: str) -> by_asker.Findings | None:
    """Return what was found for a question, unless the last search was for another one."""
    found, query = turn.state.findings, turn.state.query
    if found is None or query is None or not question.startswith(query.asked or query.text):
        return None
    entries = get_entries(turn.session, [entry_id for entry_id, _ in found.hits])
    shown = [(entries[entry_id], score) for entry_id, score in found.hits if entry_id in entries]
    return by_asker.Findings(
        decision=found.decision,
        intent=found.intent,
        confidence=found.confidence,
        probability=found.probability,
        filters={field: list(values) for field, values in found.filters.items()},
        entries=tuple((entry.reference, entry.title, score) for entry, score in shown),
    )
