"""What the buttons of a chat ask for. Pure."""

from bot.dialogue.actions import (
    Action,
    Drop,
    Fix,
    OnDesk,
    OnTicket,
    Plain,
    Rate,
    Redeem,
    Show,
    Speak,
    TicketAct,
)
from bot.dialogue.decisions import (
    Answer,
    AskFor,
    Command,
    Decision,
    Details,
    Gather,
    JoinTicket,
    NoMore,
    OpenTicket,
    Search,
    SmallTalk,
    Verb,
    Wanted,
)
from bot.dialogue.intake import Draft
from bot.dialogue.state import DialogueState, Query
from bot.dialogue.subjects import competence_of
from nlu.understanding import Intent

_DONE: dict[Plain, Decision] = {
    Plain.LANGUAGES: AskFor(Wanted.LANGUAGE), Plain.ASK_DELETE: AskFor(Wanted.CONSENT_TO_DELETE),
    Plain.DELETE: Command(Verb.DELETE), Plain.KEEP: Command(Verb.KEEP), Plain.TICKETS: Command(Verb.TICKETS),
    Plain.UNSUBSCRIBE: Command(Verb.UNSUBSCRIBE), Plain.ASIDE: Command(Verb.ASIDE), Plain.OWN: Command(Verb.ASIDE),
    Plain.NEW: Command(Verb.RESTART), Plain.MINE: Command(Verb.EXPORT), Plain.CANCEL: Command(Verb.CANCEL),
    Plain.START: SmallTalk(Intent.GREET), Plain.HELP: SmallTalk(Intent.HELP),
}  # fmt: skip
"""What asks for the same in whatever state."""

_VERBS = {
    TicketAct.SHOW: Verb.TICKET, TicketAct.FOLLOW: Verb.FOLLOW, TicketAct.UNFOLLOW: Verb.UNFOLLOW,
    TicketAct.REOPEN: Verb.REOPEN, TicketAct.WITHDRAW: Verb.WITHDRAW,
}  # fmt: skip


def press(action: Action, state: DialogueState, about: str = "") -> Decision | Search | None:
    """Return what a button asks for, or None when it makes no sense here.

    `about` is what the asker had written before the message whose button it is, if something else came since.
    """
    match action:
        case Plain():
            return _DONE.get(action) or _of_the_moment(action, state, about)
        case Show(entry_id=entry_id):
            return Details(entry_id)
        case Drop(field=field):
            dropping = state.query is not None and field in state.query.set_fields()
            return Search(state.query.without(field)) if state.query and dropping else None
        case Speak(tag=tag):
            return Command(Verb.LANGUAGE, tag)
        case Fix(step=step):
            return Gather(state.draft.fix(step)) if state.draft else None
        case Redeem(code=code):
            return Command(Verb.REDEEM, code)
        case OnTicket(act=TicketAct.ABOUT, ticket_id=ticket_id):
            return JoinTicket(ticket_id, pressed=True)
        case OnTicket():
            return Command(_VERBS[action.act], ticket_id=action.ticket_id, sure=action.sure)
        case Rate(ticket_id=ticket_id, stars=stars):
            return Command(Verb.RATE_TICKET, ticket_id=ticket_id, stars=stars)
        case OnDesk():
            return None


def takes_its_place(action: Action | None) -> bool:
    """Say whether the reply to a button takes the place of the message that it is on."""
    return isinstance(action, Drop | Speak) or action in (Plain.DELETE, Plain.KEEP)


def _of_the_moment(action: Plain, state: DialogueState, about: str) -> Decision | None:
    match action:
        case Plain.MORE:
            return more(state)
        case Plain.PERSON | Plain.UNHELPFUL:
            return person(state, about, unhelpful=action is Plain.UNHELPFUL)
        case Plain.UP:
            return Command(Verb.RATE, "up")
        case Plain.DOWN:
            enough = state.unrated and state.one_more_is_enough()
            draft = ready(person(state, about, unhelpful=True).draft) if enough else None
            return Command(Verb.RATE, "down", draft=draft)
        case Plain.SUBSCRIBE:
            return Command(Verb.SUBSCRIBE, query=state.query)
        case Plain.SEND | Plain.SKIP if state.draft is None:
            return person(state)
        case Plain.SEND if state.draft:
            return OpenTicket(state.draft.settled()) if state.draft.question else Gather(state.draft)
        case Plain.SKIP if state.draft:
            return Gather(state.draft.settled())
    return None


def person(state: DialogueState, about: str = "", *, unhelpful: bool = False) -> Gather:
    """Return how a person is brought in: with what the pressed message was about, else with the last question."""
    if about:
        reason = "unhelpful" if unhelpful else "asked"
        return Gather(Draft(question=about, reason=reason, competence=competence_of(about)))
    query = state.query or Query()
    return Gather(
        draft_of(query, "unhelpful" if unhelpful else "declined" if query.text and not state.found else "asked")
    )


def draft_of(query: Query, reason: str) -> Draft:
    """Return a question for people with what is known of it."""
    return Draft(
        question=query.asked or query.text,
        reason=reason,
        country=next(iter(query.countries), None),
        sector=next(iter(query.sectors), None),
        competence=query.competence,
    )


def ready(draft: Draft) -> Draft | None:
    """Return a draft to be confirmed at once, whatever it lacks; None without a question."""
    return draft.settled() if draft.question else None


def more(state: DialogueState) -> Decision:
    """Return the next page of what was found."""
    if state.query is None:
        return SmallTalk(Intent.HELP)
    if state.shown >= len(state.found):
        return NoMore()
    return Answer(state.query, state.found, first=state.shown)
