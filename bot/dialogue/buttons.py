"""What the buttons and the commands of a chat ask for. Pure."""

import re

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
from bot.dialogue.intake import FIELDS, Draft, Step
from bot.dialogue.state import DialogueState, Query
from nlu.gazetteer import competence_of
from nlu.understanding import Intent

_COMMANDS = {
    "start": "start", "help": "help", "language": "languages", "lang": "languages", "ticket": "tickets",
    "tickets": "tickets", "person": "person", "delete": "ask_delete", "new": "new", "subscribe": "subscribe",
    "more": "more", "export": "mine", "mydata": "mine", "follow": "tickets", "unfollow": "tickets",
    "skip": "sum:skip", "cancel": "sum:no",
}  # fmt: skip

_CODE = re.compile(r"f-(?=\S{1,30}$)|(?=[2-9A-HJ-NP-Z]{10}$)")
"""What a link that leads here carries: the code to follow a ticket by."""


def press(action: str, state: DialogueState, about: str = "") -> Decision | Search | None:
    """Return what a button's action asks for, or None when no button of ours says that.

    `about` is what the asker had written before the message whose button it is, if something else came since.
    """
    verb, _, argument = action.partition(":")
    match verb:
        case "more":
            return more(state)
        case "card" if _is_id(argument):
            return Details(int(argument))
        case "drop" if state.query and argument in Query.model_fields and argument in state.query.set_fields():
            return Search(state.query.without(argument))
        case "person":
            return person(state, about, unhelpful=argument == "unhelpful")
        case "sum":
            return _summary(argument, state)
        case "up" | "down":
            enough = verb == "down" and state.unrated and state.one_more_is_enough()
            return Command(Verb.RATE, verb, draft=ready(person(state, about, unhelpful=True).draft) if enough else None)
        case "languages":
            return AskFor(Wanted.LANGUAGE)
        case "language":
            return Command(Verb.LANGUAGE, argument)
        case "ask_delete":
            return AskFor(Wanted.CONSENT_TO_DELETE)
        case "delete":
            return Command(Verb.DELETE) if argument == "yes" else Command(Verb.KEEP)
        case "tickets":
            return Command(Verb.TICKETS)
        case "subscribe":
            return Command(Verb.SUBSCRIBE, query=state.query)
        case "unsubscribe":
            return Command(Verb.UNSUBSCRIBE)
        case "aside" | "own":
            return Command(Verb.ASIDE)
        case "new":
            return Command(Verb.RESTART)
        case "start":
            return SmallTalk(Intent.GREET)
        case "help":
            return SmallTalk(Intent.HELP)
    return _about_a_ticket(verb, argument)


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


def slash(text: str) -> str | None:
    """Return the action that a `/command` stands for, or None when `text` is not one we know."""
    if not text.startswith("/") or len(text) < 2:
        return None
    name, *rest = text.split()
    name = name.partition("@")[0].removeprefix("/").lower()
    if name == "follow" and rest:
        return f"redeem:{''.join(rest)[:30]}"
    if name == "unfollow" and (number := "".join(filter(str.isdecimal, "".join(rest)))[:15]):
        return f"unfollow:{number}"
    if name == "start" and rest and (code := _CODE.match(rest[0])):
        return f"redeem:{rest[0][code.end() :]}"
    if name.startswith("reopen_") and _is_id(number := name.removeprefix("reopen_")):
        return f"reopen:{number}"
    return _COMMANDS.get(name)


def _about_a_ticket(verb: str, argument: str) -> Decision | None:
    number, _, word = argument.partition(":")
    if verb == "redeem" and argument:
        return Command(Verb.REDEEM, argument)
    if verb == "mine":
        return Command(Verb.EXPORT)
    if not _is_id(number):
        return None
    match verb:
        case "about" if not word:
            return JoinTicket(int(number), pressed=True)
        case "ticket" | "follow" | "unfollow" | "reopen" if not word:
            return Command(Verb(verb), number)
        case "withdraw" if word in ("", "yes"):
            return Command(Verb.WITHDRAW, argument)
        case "rate" if word in ("1", "2", "3", "4", "5"):
            return Command(Verb.RATE_TICKET, argument)
    return None


def _summary(argument: str, state: DialogueState) -> Decision | None:
    draft = state.draft
    if argument == "no":
        return Command(Verb.CANCEL)
    if draft is None:
        return person(state) if argument in ("ok", "skip") else None
    if argument == "ok":
        return OpenTicket(draft.settled()) if draft.question else Gather(draft)
    if argument == "skip":
        return Gather(draft.settled())
    verb, _, field = argument.partition(":")
    return Gather(draft.fix(Step(field))) if verb == "fix" and field in FIELDS else None


def _is_id(argument: str) -> bool:
    return argument.isascii() and argument.isdigit() and len(argument) < 16
