"""What a reply is to what the desk has just asked for. Pure."""

from bot.dialogue.decisions import Command, Decision, Gather, JoinTicket, OpenTicket, Search, Verb
from bot.dialogue.followups import only_details
from bot.dialogue.intake import Step, says_no, says_yes, take
from bot.dialogue.state import DialogueState, Query
from bot.dialogue.subjects import named_in
from bot.dialogue.ticket_relevance import asks
from nlu.understanding import EntityKind, Intent, Understanding

QUESTIONS = frozenset({Intent.ASK, Intent.FIND_CALL, Intent.FIND_PRACTICE, Intent.FIND_PARTNER, Intent.FIND_EXPERT})
TOLD = QUESTIONS | {Intent.OUT_OF_SCOPE, Intent.FEEDBACK, Intent.PERSON, Intent.TICKET, Intent.THANKS}
"""The intents of what may be told to people: an expert who is thanked, a comment that praises."""


def gathering(text: str, understanding: Understanding, intent: Intent, state: DialogueState) -> Decision | None:
    """Return what a reply to what the desk asked for makes of the question that goes to people."""
    if state.awaiting != "intake" or state.draft is None or intent in (Intent.RESTART, Intent.DELETE, Intent.HELP):
        return None
    if says_no(text):
        return Command(Verb.CANCEL)
    entities = understanding.entities
    named = named_in(text) if any(entity.kind is EntityKind.LANGUAGE for entity in entities) else entities
    if state.draft.step() is not Step.CONFIRM:
        return Gather(take(state.draft, text, named))
    if says_yes(text):
        return OpenTicket(state.draft)
    told = state.draft.knowing(named, anew=True)
    return Gather(told.settled()) if told != state.draft and only_details(text, named) else None


def commenting(text: str, intent: Intent, state: DialogueState) -> Decision | None:
    """Return what was asked for on a ticket: what is still open, or how it went, which no question tells."""
    verb, _, ticket_id = (state.awaiting or "").partition(":")
    if verb == "join" and intent in TOLD:
        return JoinTicket(int(ticket_id))
    if verb != "comment" or intent not in TOLD or asks(Search(Query(text=text))):
        return None
    return Command(Verb.COMMENT, ticket_id=int(ticket_id), text=text)
