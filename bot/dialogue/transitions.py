"""What a conversation remembers once a decision was carried out. Pure."""

from bot.dialogue.decisions import (
    Answer,
    AskFor,
    AskWhich,
    Clarify,
    Command,
    Decision,
    Decline,
    Gather,
    NoMore,
    OpenTicket,
    SmallTalk,
    Verb,
    Wanted,
)
from bot.dialogue.intake import Draft
from bot.dialogue.state import PAGE, DialogueState, Query


def after(state: DialogueState, decision: Decision) -> DialogueState:
    """Return the state once a decision was carried out."""
    base = state.model_copy(update={"awaiting": None, "aside": False})
    match decision:
        case Answer(query=query, found=found, first=first):
            cards = found[first : first + PAGE]
            answered = base.going_on().model_copy(update={"unrated": True}) if first == 0 else base
            return answered.model_copy(
                update={"query": query, "found": found, "shown": first + len(cards), "cards": cards}
            )
        case Clarify(query=query, found=found):
            cards = found[:PAGE]
            return _poorer(base).model_copy(
                update={"query": query, "found": found, "shown": len(cards), "cards": cards}
            )
        case Decline(query=query, draft=offered):
            return _poorer(base, offered).model_copy(update={"query": query, "found": (), "shown": 0, "cards": ()})
        case AskFor(what=Wanted.WORDS) | NoMore():
            return state
        case SmallTalk(about=about) if about:
            return base.model_copy(update={"query": Query(text=about), "found": (), "shown": 0, "cards": ()})
        case AskFor(what=Wanted.ABOUT_FILE):
            return base.model_copy(update={"awaiting": "intake", "draft": Draft()})
        case Gather(draft=draft):
            return base.model_copy(update={"awaiting": "intake", "draft": draft})
        case OpenTicket():
            # What was asked before is with people now: a button of before must not open it once more.
            return DialogueState()
        case Command(verb=Verb.CANCEL):
            return base.model_copy(update={"draft": None})
        case Command(verb=Verb.REOPEN, ticket_id=ticket_id):
            return base.model_copy(update={"awaiting": f"join:{ticket_id}"})
        case Command(verb=Verb.RATE_TICKET, ticket_id=ticket_id):
            return base.model_copy(update={"awaiting": f"comment:{ticket_id}"})
        case AskWhich(query=query):
            return base.model_copy(update={"query": query, "found": (), "shown": 0, "cards": ()})
        case Command(verb=Verb.RESTART):
            return DialogueState()
        case Command(verb=Verb.ASIDE):
            return base.model_copy(update={"aside": True})
        case Command(verb=Verb.RATE, argument="up"):
            return base.going_on()
        case Command(verb=Verb.RATE, argument="down", draft=offered) if state.unrated:
            return _poorer(base.model_copy(update={"unrated": False}), offered)
    return base


def _poorer(state: DialogueState, offered: Draft | None = None) -> DialogueState:
    """Return the state after one more poor answer, at which a question was perhaps offered to people."""
    state = state.going_on()
    state = state.model_copy(update={"poor_answers": state.poor_answers + 1})
    if offered is None:
        return state
    return state.model_copy(update={"offered": True, "awaiting": "intake", "draft": offered})
