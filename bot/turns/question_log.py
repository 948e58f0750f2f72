"""Notes what became of each question, for the desk's figures and for the expert who gets it next."""

from sqlalchemy.orm import Session

from bot.dialogue.decisions import Answer, AskWhich, Clarify, Decision, Decline, OpenTicket, SmallTalk
from bot.dialogue.state import DialogueState, Findings
from bot.turns.turn import Outcome
from index.model import SearchResult
from knowledge.models import QuestionOutcome
from knowledge.tickets.by_asker import note_question
from nlu.understanding import Intent, Understanding

KEPT_HITS = 10

_FOUND = {Answer: "answered", Clarify: "clarified", Decline: "declined", AskWhich: "declined"}


def noted(
    state: DialogueState, decision: Decision, understanding: Understanding | None, result: SearchResult | None
) -> DialogueState:
    """Return the state with what was found for a question; an expert will be told if the question goes to people."""
    name = _FOUND.get(type(decision))
    if name is None or result is None or not isinstance(decision, Answer | Clarify | Decline | AskWhich):
        return state
    query = decision.query
    findings = Findings(
        decision=name,
        intent=str(understanding.intent if understanding else Intent.ASK),
        confidence=understanding.confidence if understanding else 0.0,
        probability=result.probability,
        filters={field: tuple(str(value) for value in getattr(query, field)) for field in query.set_fields()},
        hits=tuple((hit.entry_id, hit.score) for hit in result.hits[:KEPT_HITS]),
    )
    return state.model_copy(update={"findings": findings})


def note(session: Session, outcome: Outcome, decision: Decision, result: SearchResult | None) -> None:
    """Count a question by what became of it; buttons, thanks, further pages and more about a ticket are none."""
    became = _became(decision, result)
    if became is None:
        return
    entry_id = decision.found[0] if isinstance(decision, Answer) and decision.found else None
    note_question(
        session,
        outcome.conversation,
        outcome=became,
        probability=result.probability if result else 0.0,
        entry_id=entry_id,
        ticket_id=outcome.ticket_id,
    )


def _became(decision: Decision, result: SearchResult | None) -> QuestionOutcome | None:
    match decision:
        case Answer() if result is not None:
            return QuestionOutcome.ANSWERED
        case Clarify():
            return QuestionOutcome.CLARIFIED
        case Decline():
            return QuestionOutcome.DECLINED
        case SmallTalk():
            return QuestionOutcome.SMALL_TALK
        case OpenTicket():
            return QuestionOutcome.HANDED
    return None
