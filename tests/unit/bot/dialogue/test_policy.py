"""What the desk does next, as tables: it is pure, so every case is a call."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import buttons
from bot.dialogue.actions import parse
from bot.dialogue.awaited import QUESTIONS
from bot.dialogue.buttons import more, person
from bot.dialogue.decisions import (
    Answer,
    AskFor,
    AskWhich,
    Clarify,
    Command,
    Decision,
    Decline,
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
from bot.dialogue.intake import Draft, Step
from bot.dialogue.policy import Thresholds, decide, read, wider_is_better, with_files, with_kind
from bot.dialogue.slash_commands import slash
from bot.dialogue.state import PAGE, DialogueState, Query
from bot.dialogue.subjects import named_in
from bot.dialogue.transitions import after
from index.model import Hit, SearchResult
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind, TicketState
from knowledge.tickets.for_asker import InHand
from nlu.understanding import Entity, EntityKind, Intent, Understanding

LIMITS = Thresholds(answer=0.7, clarify=0.4)
FRESH = DialogueState()
QUERY = Query(text="grants for tourism", countries=("RS",), spoken={"countries": ("Serbia",)})
ANSWERED = DialogueState(query=QUERY, found=(11, 12, 13, 14), shown=3, cards=(11, 12, 13))
EXPORT = Entity(EntityKind.COMPETENCE, "export", "export", 21, 27)
BULGARIA = Entity(EntityKind.COUNTRY, "BG", "Bulgaria", 3, 11)


def press(action: str, state: DialogueState) -> Decision | Search | None:
    known = parse(action)
    return buttons.press(known, state) if known else None


def meant(intent: Intent, *entities: Entity, sure: float = 0.9) -> Understanding:
    return Understanding(intent, sure, entities)


def reading(
    text: str,
    understanding: Understanding,
    state: DialogueState = FRESH,
    ticket: InHand | None = None,
    meant: int | None = None,
) -> Decision | Search:
    return read(text, understanding, state, ticket, LIMITS, meant=meant)


def in_hand(state: TicketState, number: int = 7) -> InHand:
    return InHand(number, f"P-{number}", state, "how do I label honey?", "Elena", 0, "how do I label honey?", None)


def found(*ids: int, probability: float = 0.9) -> SearchResult:
    hits = tuple(Hit(entry_id, f"e{entry_id}", "en", entry_id * 10, 1.0, 1.0, 1.0) for entry_id in ids)
    return SearchResult(hits, probability, len(ids))


@pytest.mark.parametrize("text", ["", "?", "…", "👍", "   ", "!!!"])
def test_without_words_the_desk_asks_for_words(text: str) -> None:
    assert reading(text, meant(Intent.ASK)) == AskFor(Wanted.WORDS)


@pytest.mark.parametrize(
    ("intent", "kind"),
    [
        (Intent.ASK, None),
        (Intent.FIND_CALL, Kind.FUNDING_CALL),
        (Intent.FIND_PRACTICE, Kind.BEST_PRACTICE),
        (Intent.FIND_PARTNER, Kind.ORGANISATION),
        (Intent.FIND_EXPERT, Kind.EXPERT),
    ],
)
@pytest.mark.parametrize("sure", [0.0, 0.5, 1.0])
def test_a_question_is_searched_however_sure_its_intent_is(intent: Intent, kind: Kind | None, sure: float) -> None:
    assert reading("grants?", meant(intent, sure=sure)) == Search(Query(text="grants?"), kind)


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent not in QUESTIONS])
def test_doubtful_small_talk_and_commands_are_questions(intent: Intent) -> None:
    assert reading("who can help me", meant(intent, sure=0.59)) == Search(Query(text="who can help me"))


@pytest.mark.parametrize(
    ("intent", "decision"),
    [
        (Intent.GREET, SmallTalk(Intent.GREET)),
        (Intent.THANKS, SmallTalk(Intent.THANKS)),
        (Intent.HELP, SmallTalk(Intent.HELP)),
        (Intent.TICKET, Command(Verb.TICKETS)),
        (Intent.SUBSCRIBE, Command(Verb.SUBSCRIBE, query=None)),
        (Intent.LANGUAGE, AskFor(Wanted.LANGUAGE)),
        (Intent.FEEDBACK, Command(Verb.RATE, "words")),
        (Intent.RESTART, Command(Verb.RESTART)),
        (Intent.DELETE, AskFor(Wanted.CONSENT_TO_DELETE)),
        (Intent.PERSON, Gather(Draft())),
    ],
)
def test_sure_commands_are_followed(intent: Intent, decision: Decision) -> None:
    assert reading("some words", meant(intent, sure=0.6)) == decision


def test_a_question_taken_for_a_command_is_answered_when_there_is_an_answer() -> None:
    text = "Как да защитя фирмата си от кибератаки?"
    search = reading(text, meant(Intent.DELETE, sure=0.99))
    assert isinstance(search, Search)
    assert isinstance(decide(search, found(1), FRESH, None, LIMITS), Answer)
    for unanswered in (found(1, probability=0.5), found(probability=0.0)):
        assert decide(search, unanswered, FRESH, None, LIMITS) == AskFor(Wanted.CONSENT_TO_DELETE)
    for plain in ("delete my data?", "please delete everything you know about me"):
        assert reading(plain, meant(Intent.DELETE)) == AskFor(Wanted.CONSENT_TO_DELETE)


def test_what_seems_off_topic_is_answered_when_there_is_an_answer() -> None:
    search = reading("a song about taxes", meant(Intent.OUT_OF_SCOPE))
    assert isinstance(search, Search)
    assert search.off_topic
    assert isinstance(decide(search, found(7, probability=0.9), DialogueState(), None, LIMITS), Answer)
    declined = decide(search, found(7, probability=0.1), DialogueState(), None, LIMITS)
    assert declined == SmallTalk(Intent.OUT_OF_SCOPE, about="a song about taxes")
    query = after(DialogueState(), declined).query
    assert query is not None
    assert query.text == "a song about taxes", "an expert who is asked next gets this question, not the one before"


def test_a_list_is_shown_whatever_the_probability() -> None:
    bulgaria = Entity(EntityKind.COUNTRY, "BG", "Bulgaria", 14, 22)
    search = reading("open calls in Bulgaria", meant(Intent.FIND_CALL, bulgaria))
    assert isinstance(search, Search)
    assert search.query.listing
    assert decide(search, found(7, probability=0.01), DialogueState(), None, LIMITS) == Answer(search.query, (7,))
    assert not wider_is_better(search, found(7, probability=0.01), found(8, probability=0.2), LIMITS)


def test_a_language_is_changed_to_the_one_that_is_named() -> None:
    named = Entity(EntityKind.LANGUAGE, "bg", "Bulgarian", 3, 12)
    assert reading("in Bulgarian", meant(Intent.LANGUAGE, named)) == Command(Verb.LANGUAGE, "bg")
    assert reading("in Bulgarian", meant(Intent.LANGUAGE, named), ANSWERED) == Command(Verb.LANGUAGE, "bg")


def test_a_subscription_is_to_what_is_named_or_to_what_was_asked_last() -> None:
    named = reading("in Bulgaria", meant(Intent.SUBSCRIBE, BULGARIA))
    assert isinstance(named, Command)
    assert named.query is not None
    assert named.query.countries == ("BG",)
    listing = QUERY.model_copy(update={"listing": True})
    listed = ANSWERED.model_copy(update={"query": listing})
    assert reading("tell me of new ones", meant(Intent.SUBSCRIBE), listed) == Command(Verb.SUBSCRIBE, query=listing)
    assert reading("tell me of new ones", meant(Intent.SUBSCRIBE), ANSWERED) == Command(Verb.SUBSCRIBE)


@pytest.mark.parametrize("intent", [Intent.SUBSCRIBE, Intent.ASK, Intent.FEEDBACK])
def test_news_are_stopped_in_words_whatever_the_words_are_taken_for(intent: Intent) -> None:
    assert reading("stop the news", meant(intent), ANSWERED) == Command(Verb.UNSUBSCRIBE)


def test_a_wish_for_a_person_holds_the_question_when_it_names_one() -> None:
    subject = Entity(EntityKind.SECTOR, "tourism", "tourism", 30, 37)
    text = "let me talk to somebody about tourism"
    assert reading(text, meant(Intent.PERSON, subject)) == Gather(Draft(question=text, sector="tourism"))
    long = "I would like to talk to a person because my bank refused the loan"
    assert reading(long, meant(Intent.PERSON)) == Gather(Draft(question=long))
    asked = Draft(question="grants for tourism", country="RS")
    assert reading("a human please", meant(Intent.PERSON), ANSWERED) == Gather(asked)
    declined = DialogueState(query=QUERY, poor_answers=1)
    unanswered = asked.model_copy(update={"reason": "declined"})
    assert reading("a human please", meant(Intent.PERSON), declined) == Gather(unanswered)


@pytest.mark.parametrize(
    "text",
    [
        "who can help me with export", "кой може да ми помогне с износ", "Cine mă poate ajuta cu exportul?",
        "Ko mi može pomoći oko izvoza?", "Хто допоможе мені з експортом?", "Kdo mi lahko pomaga pri izvozu?",
    ],
)  # fmt: skip
@pytest.mark.parametrize("intent", [Intent.PERSON, Intent.FIND_EXPERT])
def test_who_asks_who_knows_a_subject_is_shown_who_does(text: str, intent: Intent) -> None:
    search = reading(text, meant(intent, EXPORT))
    assert isinstance(search, Search)
    assert (search.query.listing, search.query.kinds) == (True, (Kind.EXPERT, Kind.ORGANISATION))
    answered = decide(search, found(1, probability=0.01), FRESH, None, LIMITS)
    assert isinstance(answered, Answer)


def test_the_competence_of_a_question_goes_with_it_to_people() -> None:
    search = reading("who checks a label for export", meant(Intent.ASK, EXPORT))
    assert isinstance(search, Search)
    assert search.query.set_fields() == []
    declined = after(FRESH, decide(search, found(), FRESH, None, LIMITS))
    assert person(declined).draft.competence == "export"


ASKED = DialogueState(awaiting="intake", draft=Draft())


@pytest.mark.parametrize(
    "intent", [intent for intent in Intent if intent not in (Intent.RESTART, Intent.DELETE, Intent.HELP)]
)
def test_the_question_for_a_person_is_taken_as_it_is(intent: Intent) -> None:
    assert reading("How do I start?", meant(intent), ASKED) == Gather(Draft(question="How do I start?"))


def test_while_a_question_is_awaited_one_may_still_turn_back() -> None:
    assert reading("start over", meant(Intent.RESTART), ASKED) == Command(Verb.RESTART)
    assert reading("delete my data", meant(Intent.DELETE), ASKED) == AskFor(Wanted.CONSENT_TO_DELETE)
    assert reading("help", meant(Intent.HELP), ASKED) == SmallTalk(Intent.HELP)
    assert reading("Не", meant(Intent.ASK), ASKED) == Command(Verb.CANCEL)
    text = "help me with my VAT"
    assert reading(text, meant(Intent.HELP, sure=0.3), ASKED) == Gather(Draft(question=text))


def test_the_summary_is_confirmed_by_a_word_too() -> None:
    ready = Draft(question="VAT?", asked=True)
    state = DialogueState(awaiting="intake", draft=ready)
    assert reading("Yes!", meant(Intent.ASK), state) == OpenTicket(ready)
    assert isinstance(reading("what is a grant?", meant(Intent.ASK), state), Search)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Bulgaria, tourism, by the end of the month", "BG"), ("Ελλάδα, τουρισμός, μέχρι το τέλος του μήνα", "GR"),
        ("Србија, туризам, до 15. децембра", "RS"), ("Hrvatska, turizam, do kraja godine", "HR"),
        ("Türkiye, turizm, ay sonuna kadar", "TR"), ("România, turism, până la sfârșitul lunii", "RO"),
        ("България, туризъм, до края на месеца", "BG"), ("Україна, туризм, до кінця місяця", "UA"),
        ("Slovenija, turizem, do konca meseca", "SI"), ("Shqipëri, turizëm, deri në fund të muajit", "AL"),
    ],
)  # fmt: skip
def test_particulars_alone_go_into_the_summary(text: str, country: str) -> None:
    state = DialogueState(awaiting="intake", draft=Draft(question="VAT?", asked=True))
    gathered = reading(text, meant(Intent.FIND_CALL, *named_in(text)), state)
    assert isinstance(gathered, Gather)
    draft = gathered.draft
    assert (draft.question, draft.country, draft.sector) == ("VAT?", country, "tourism")
    assert draft.wanted_by is not None
    assert draft.step() is Step.CONFIRM
    asked = "which calls are there for tourism in Bulgaria?"
    assert isinstance(reading(asked, meant(Intent.FIND_CALL, *named_in(asked)), state), Search)


@pytest.mark.parametrize(("text", "tag", "country"), [("Bulgaria", "bg", "BG"), ("Hrvatska", "hr", "HR")])
def test_a_country_that_was_asked_for_is_no_wish_for_its_language(text: str, tag: str, country: str) -> None:
    state = DialogueState(awaiting="intake", draft=Draft(question="VAT?"))
    wish = Entity(EntityKind.LANGUAGE, tag, text, 0, len(text))
    gathered = reading(text, meant(Intent.LANGUAGE, wish), state)
    assert isinstance(gathered, Gather)
    assert (gathered.draft.country, gathered.draft.question) == (country, "VAT?")


IN_HAND = [TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING, TicketState.ANSWERED]
APART = [TicketState.OPEN, TicketState.CLAIMED, TicketState.ANSWERED]
OTHER = "which grants are there for hotels in the mountains?"


@pytest.mark.parametrize("state", IN_HAND)
def test_thanks_disturb_nobody(state: TicketState) -> None:
    assert reading("thank you", meant(Intent.THANKS), FRESH, in_hand(state)) == JoinTicket(7, quiet=True)


@pytest.mark.parametrize("intent", [*sorted(QUESTIONS), Intent.OUT_OF_SCOPE])
def test_what_an_expert_asked_for_joins_unsearched(intent: Intent) -> None:
    assert reading("about ten people", meant(intent), FRESH, in_hand(TicketState.WAITING)) == JoinTicket(7)


@pytest.mark.parametrize("intent", [*sorted(QUESTIONS), Intent.OUT_OF_SCOPE, Intent.FEEDBACK])
def test_a_message_joins_the_ticket_that_it_names_or_replies_to(intent: Intent) -> None:
    assert reading("P-3: it is acacia honey", meant(intent), FRESH, in_hand(TicketState.OPEN), 3) == JoinTicket(3)


@pytest.mark.parametrize("text", ["P-12", "p12?", "П-12", "P 12"])
def test_the_number_of_a_ticket_alone_shows_it(text: str) -> None:
    assert reading(text, meant(Intent.ASK)) == Command(Verb.TICKET, ticket_id=12)


@pytest.mark.parametrize("state", APART)
@pytest.mark.parametrize("text", ["it is acacia honey from my own bees", "2026", "and in Serbia?"])
def test_what_is_near_a_ticket_or_says_nothing_by_itself_joins_it(state: TicketState, text: str) -> None:
    search = reading(text, meant(Intent.ASK), FRESH, in_hand(state))
    assert isinstance(search, Search)
    likeness = 0.8 if "honey" in text else 0.0
    assert decide(search, found(1), FRESH, in_hand(state), LIMITS, likeness) == JoinTicket(7)


@pytest.mark.parametrize("state", APART)
def test_a_question_of_its_own_is_answered_beside_a_ticket(state: TicketState) -> None:
    search = reading(OTHER, meant(Intent.ASK), FRESH, in_hand(state))
    assert isinstance(search, Search)
    answer = decide(search, found(1), FRESH, in_hand(state), LIMITS, 0.1)
    assert isinstance(answer, Answer)
    assert answer.beside == ("" if state is TicketState.ANSWERED else "P-7")


@pytest.mark.parametrize("state", APART)
@pytest.mark.parametrize(
    ("text", "probability"), [(OTHER, 0.0), (OTHER, 0.5), ("my firm was founded in two thousand and four", 0.9)]
)
def test_where_neither_is_plain_the_asker_is_asked(state: TicketState, text: str, probability: float) -> None:
    search = Search(Query(text=text))
    ticket = in_hand(state)
    which = AskWhich(search.query, 7, "P-7", ticket.question)
    assert decide(search, found(1, probability=probability), FRESH, ticket, LIMITS, 0.1) == which


@pytest.mark.parametrize("state", APART)
def test_what_asks_nothing_and_has_no_answer_is_told_to_the_expert(state: TicketState) -> None:
    told = Search(Query(text="my firm was founded in two thousand and four"))
    for result in (found(1, probability=0.5), found(probability=0.0)):
        assert decide(told, result, FRESH, in_hand(state), LIMITS, 0.1) == JoinTicket(7)


def test_after_closing_only_what_is_about_the_ticket_may_open_it_again() -> None:
    closed = in_hand(TicketState.CLOSED)
    search = Search(Query(text="the honey label was refused by the inspector"))
    which = AskWhich(search.query, 7, "P-7", closed.question, closed=True)
    assert decide(search, found(1, probability=0.1), FRESH, closed, LIMITS, 0.8) == which
    assert isinstance(decide(search, found(1), FRESH, closed, LIMITS, 0.8), Answer)
    assert isinstance(decide(search, found(1, probability=0.1), FRESH, closed, LIMITS, 0.1), Decline)


def test_who_goes_on_with_an_answer_of_the_desk_is_not_taken_for_the_ticket() -> None:
    search = reading("in Bulgaria", meant(Intent.ASK, BULGARIA), ANSWERED, in_hand(TicketState.CLAIMED))
    assert isinstance(search, Search)
    assert search.goes_on
    assert isinstance(decide(search, found(1), ANSWERED, in_hand(TicketState.CLAIMED), LIMITS, 0.9), Answer)


@pytest.mark.parametrize(
    ("intent", "decision"),
    [
        (Intent.TICKET, Command(Verb.TICKETS)),
        (Intent.DELETE, AskFor(Wanted.CONSENT_TO_DELETE)),
        (Intent.LANGUAGE, AskFor(Wanted.LANGUAGE)),
    ],
)
def test_commands_are_followed_beside_a_ticket(intent: Intent, decision: Decision) -> None:
    assert reading("words", meant(intent), FRESH, in_hand(TicketState.CLAIMED)) == decision


@pytest.mark.parametrize(
    ("text", "intent", "sure", "told"),
    [
        ("We want to sell two tons a year", Intent.DELETE, 0.88, True),
        ("We would like to begin the export next month", Intent.RESTART, 0.98, True),
        ("Two tons of it every year", Intent.THANKS, 0.7, True),
        ("start over", Intent.RESTART, 0.98, False),
        ("please delete everything you know about me", Intent.DELETE, 1.0, False),
        ("thank you very much for all your help", Intent.THANKS, 1.0, False),
    ],
)
def test_what_may_tell_of_a_ticket_is_not_taken_for_a_command(
    text: str, intent: Intent, sure: float, told: bool
) -> None:
    beside = reading(text, meant(intent, sure=sure), ticket=in_hand(TicketState.CLAIMED))
    assert isinstance(beside, Search) == told
    assert not isinstance(reading(text, meant(intent, sure=sure)), Search), "without a ticket it is the command"


def test_an_aside_goes_to_the_desk_although_a_person_has_the_ticket() -> None:
    aside = DialogueState(aside=True)
    claimed = in_hand(TicketState.CLAIMED)
    assert reading("grants?", meant(Intent.ASK), aside, claimed) == Search(Query(text="grants?"))
    assert isinstance(decide(Search(QUERY), found(probability=0.1), aside, claimed, LIMITS), Decline)


def test_files_join_a_ticket_or_wait_for_a_question() -> None:
    assert with_files("look", in_hand(TicketState.OPEN), None) == JoinTicket(7)
    assert with_files("look", in_hand(TicketState.OPEN), 3) == JoinTicket(3)
    assert with_files("", None, None) == AskFor(Wanted.ABOUT_FILE)
    assert with_files("what is this?", None, None) is None
    assert after(FRESH, AskFor(Wanted.ABOUT_FILE)).draft == Draft()


def test_a_comment_is_what_is_told_after_a_rating() -> None:
    rated = after(FRESH, Command(Verb.RATE_TICKET, ticket_id=7, stars=2))
    assert reading("it came too late", meant(Intent.ASK), rated) == Command(
        Verb.COMMENT, ticket_id=7, text="it came too late"
    )
    assert isinstance(reading("which grants are open?", meant(Intent.ASK), rated), Search)


def test_what_is_still_open_joins_the_ticket_that_was_pressed() -> None:
    pressed = after(FRESH, Command(Verb.REOPEN, ticket_id=7))
    assert reading("the price is missing", meant(Intent.ASK), pressed) == JoinTicket(7)


@pytest.mark.parametrize(
    ("text", "entity", "field", "values"),
    [
        ("and for tourism?", ("tourism", EntityKind.SECTOR, "tourism"), "sectors", ("tourism",)),
        ("само отворените", ("отворените", EntityKind.STATUS, "open"), "statuses", (CallStatus.OPEN,)),
        ("in Bulgaria instead", ("Bulgaria", EntityKind.COUNTRY, "BG"), "countries", ("BG",)),
        ("în Bulgaria în schimb", ("Bulgaria", EntityKind.COUNTRY, "BG"), "countries", ("BG",)),
        ("στη Βουλγαρία", ("Βουλγαρία", EntityKind.COUNTRY, "BG"), "countries", ("BG",)),
        ("Bulgaristan'da", ("Bulgaristan", EntityKind.COUNTRY, "BG"), "countries", ("BG",)),
        ("а у Болгарії?", ("Болгарії", EntityKind.COUNTRY, "BG"), "countries", ("BG",)),
    ],
)
def test_a_follow_up_refines_the_last_question(
    text: str, entity: tuple[str, EntityKind, str], field: str, values: tuple[str, ...]
) -> None:
    words, kind, value = entity
    start = text.index(words)
    understanding = meant(Intent.ASK, Entity(kind, value, words, start, start + len(words)))
    search = reading(text, understanding, ANSWERED)
    assert isinstance(search, Search)
    assert (search.query.text, search.kind) == ("grants for tourism", None)
    assert getattr(search.query, field) == values


def test_the_same_words_ask_for_a_list_when_nothing_was_asked_before() -> None:
    query = Query.new("in Bulgaria", (BULGARIA,)).model_copy(update={"listing": True})
    assert reading("in Bulgaria", meant(Intent.ASK, BULGARIA)) == Search(query)


def test_a_new_question_forgets_the_filters_of_the_last() -> None:
    search = reading("how do I register a company?", meant(Intent.ASK), ANSWERED)
    assert search == Search(Query(text="how do I register a company?"))


@pytest.mark.parametrize("text", ["more", "още", "mai multe", "περισσότερα", "daha fazla", "show me more"])
def test_more_shows_the_next_page(text: str) -> None:
    assert reading(text, meant(Intent.ASK), ANSWERED) == Answer(QUERY, ANSWERED.found, first=3)


def test_at_the_end_of_the_pages_nothing_is_forgotten() -> None:
    state = after(ANSWERED, more(ANSWERED))
    assert state.shown == 4
    assert more(state) == NoMore()
    assert after(state, NoMore()) == state
    assert more(FRESH) == SmallTalk(Intent.HELP)


@pytest.mark.parametrize(
    ("text", "entry"), [("the second one", 12), ("втората", 12), ("1", 11), ("third", 13), ("al doilea", 12)]
)
def test_a_card_is_opened_by_its_number(text: str, entry: int) -> None:
    assert reading(text, meant(Intent.ASK), ANSWERED) == Details(entry)


def test_a_number_beyond_the_cards_opens_what_was_found() -> None:
    assert reading("4", meant(Intent.ASK), ANSWERED) == Details(14)
    assert reading("5", meant(Intent.ASK), ANSWERED) == NoMore()
    assert isinstance(reading("the second one", meant(Intent.ASK), FRESH), Search)


@pytest.mark.parametrize(
    ("probability", "decision"),
    [
        (1.0, Answer(QUERY, (1, 2), passage_id=10)),
        (0.7, Answer(QUERY, (1, 2), passage_id=10)),
        (0.69, Clarify(QUERY, (1, 2))),
        (0.4, Clarify(QUERY, (1, 2))),
        (0.39, Decline(QUERY, nothing_within=False)),
        (0.0, Decline(QUERY, nothing_within=False)),
    ],
)
def test_the_probability_of_the_answer_decides(probability: float, decision: Decision) -> None:
    assert decide(Search(QUERY), found(1, 2, probability=probability), FRESH, None, LIMITS) == decision


def test_a_type_of_organisation_begins_a_new_list_after_another_kind() -> None:
    clusters = Entity(EntityKind.ORGANISATION_TYPE, "cluster", "clusters", 0, 8)
    calls = DialogueState(query=QUERY.model_copy(update={"kinds": (Kind.FUNDING_CALL,)}), found=(1,), shown=1)
    anew = reading("clusters", meant(Intent.FIND_PARTNER, clusters), calls)
    assert anew == Search(Query.new("clusters", (clusters,)).model_copy(update={"listing": True}))
    partners = DialogueState(query=QUERY.model_copy(update={"kinds": (Kind.ORGANISATION,)}), found=(1,), shown=1)
    search = reading("clusters", meant(Intent.FIND_PARTNER, clusters), partners)
    assert isinstance(search, Search)
    assert search.query.countries == ("RS",)


def test_people_read_all_that_was_asked() -> None:
    asked = Query(text="grants in Serbia", countries=("RS",), spoken={"countries": ("Serbia",)})
    search = reading("in Bulgaria", meant(Intent.ASK, BULGARIA), DialogueState(query=asked))
    assert isinstance(search, Search)
    draft = person(DialogueState(query=search.query)).draft
    assert (draft.question, draft.reason, draft.country) == ("grants in Serbia / in Bulgaria", "declined", "BG")


def test_filters_that_leave_nothing_are_told() -> None:
    assert decide(Search(QUERY), found(), FRESH, None, LIMITS) == Decline(QUERY, nothing_within=True)
    plain = Query(text="grants")
    assert decide(Search(plain), found(), FRESH, None, LIMITS) == Decline(plain, nothing_within=False)


def test_after_poor_answers_a_person_is_offered_with_the_next_one() -> None:
    state = FRESH
    for _ in range(2):
        state = after(state, decide(Search(QUERY), found(1, probability=0.5), state, None, LIMITS))
    answer = decide(Search(QUERY), found(1), state, None, LIMITS)
    assert isinstance(answer, Answer)
    assert answer.offer_person
    once = after(FRESH, Clarify(QUERY, (1,)))
    assert decide(Search(QUERY), found(1, probability=0.5), once, None, LIMITS) == Clarify(QUERY, (1,), True)
    answered = after(state, answer)
    assert answered.going_on().poor_answers == 0


def test_after_two_poor_answers_in_a_row_the_question_is_made_ready_for_a_person_once() -> None:
    def declined(state: DialogueState) -> Decline:
        decision = decide(Search(QUERY), found(1, probability=0.1), state, None, LIMITS)
        assert isinstance(decision, Decline)
        return decision

    def answered(state: DialogueState) -> DialogueState:
        return after(state, decide(Search(QUERY), found(1), state, None, LIMITS))

    def thumb(state: DialogueState) -> Command:
        decision = press("down", state)
        assert isinstance(decision, Command)
        return decision

    draft = Draft(question="grants for tourism", reason="declined", country="RS", asked=True)
    once = after(FRESH, declined(FRESH))
    assert (declined(FRESH).draft, declined(once).draft) == (None, draft)
    twice = after(once, declined(once))
    assert (twice.awaiting, twice.draft) == ("intake", draft)
    refused = after(twice, Command(Verb.CANCEL))
    assert declined(refused).draft is None

    good = answered(answered(refused))
    assert declined(good).draft is None
    assert declined(after(good, declined(good))).draft == draft

    rated = answered(FRESH)
    rated = after(rated, thumb(rated))
    assert after(rated, thumb(rated)).poor_answers == 1
    assert thumb(answered(rated)).draft == draft.model_copy(update={"reason": "unhelpful"})
    assert press("up", answered(rated)) == Command(Verb.RATE, "up")
    assert after(answered(rated), Command(Verb.RATE, "up")).poor_answers == 0
    assert declined(rated).draft == draft


@pytest.mark.parametrize(
    ("action", "decision"),
    [
        ("more", Answer(QUERY, ANSWERED.found, first=3)),
        ("card:12", Details(12)),
        ("person", Gather(Draft(question="grants for tourism", country="RS"))),
        ("person:unhelpful", Gather(Draft(question="grants for tourism", country="RS", reason="unhelpful"))),
        ("about:7", JoinTicket(7, pressed=True)),
        ("ticket:7", Command(Verb.TICKET, ticket_id=7)),
        ("reopen:7", Command(Verb.REOPEN, ticket_id=7)),
        ("withdraw:7", Command(Verb.WITHDRAW, ticket_id=7)),
        ("withdraw:7:yes", Command(Verb.WITHDRAW, ticket_id=7, sure=True)),
        ("rate:7:4", Command(Verb.RATE_TICKET, ticket_id=7, stars=4)),
        ("follow:7", Command(Verb.FOLLOW, ticket_id=7)),
        ("unfollow:7", Command(Verb.UNFOLLOW, ticket_id=7)),
        ("redeem:ABCDE", Command(Verb.REDEEM, "ABCDE")),
        ("mine", Command(Verb.EXPORT)),
        ("own", Command(Verb.ASIDE)),
        ("sum:no", Command(Verb.CANCEL)),
        ("up", Command(Verb.RATE, "up")),
        ("down", Command(Verb.RATE, "down")),
        ("languages", AskFor(Wanted.LANGUAGE)),
        ("language:bg", Command(Verb.LANGUAGE, "bg")),
        ("ask_delete", AskFor(Wanted.CONSENT_TO_DELETE)),
        ("delete:yes", Command(Verb.DELETE)),
        ("delete:no", Command(Verb.KEEP)),
        ("delete", Command(Verb.KEEP)),
        ("delete:YES", Command(Verb.KEEP)),
        ("tickets", Command(Verb.TICKETS)),
        ("subscribe", Command(Verb.SUBSCRIBE, query=QUERY)),
        ("unsubscribe", Command(Verb.UNSUBSCRIBE)),
        ("aside", Command(Verb.ASIDE)),
        ("new", Command(Verb.RESTART)),
        ("start", SmallTalk(Intent.GREET)),
        ("help", SmallTalk(Intent.HELP)),
        ("drop:countries", Search(QUERY.without("countries"))),
    ],
)
def test_buttons_do_what_they_say(action: str, decision: Decision | Search) -> None:
    assert press(action, ANSWERED) == decision


@pytest.mark.parametrize(
    "action",
    [
        "", ":", "nothing", "MORE", "card", "card:", "card:x", "card:-1", "card:1.5", "card:²", "card:٣",
        "card:" + "9" * 16, "card: 1", "drop", "drop:", "drop:text", "drop:spoken", "drop:model_config",
        "about:x", "about:7:1", "rate:7", "rate:7:6", "rate:7:0", "withdraw:7:no", "ticket:", "redeem:",
        "sum:", "sum:fix:reason",
        "drop:__class__", "drop:sectors", "drop:countries:x", "__init__", "read", "\0", "card:1\0",
    ],
)  # fmt: skip
def test_forged_actions_do_nothing(action: str) -> None:
    assert press(action, ANSWERED) is None


def test_buttons_of_a_conversation_that_began_anew_do_no_harm() -> None:
    assert press("more", FRESH) == SmallTalk(Intent.HELP)
    assert press("person", FRESH) == Gather(Draft()) == person(FRESH)
    assert press("sum:ok", FRESH) == Gather(Draft())
    assert press("drop:countries", FRESH) is None
    assert press("subscribe", FRESH) == Command(Verb.SUBSCRIBE, query=None)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("/start", "start"), ("/START", "start"), ("/start deep-link", "start"), ("/help@punte_bot", "help"),
        ("/lang", "languages"), ("/delete", "ask_delete"), ("/more now", "more"),
        ("/follow ABCDE-FGHIJ", "redeem:ABCDE-FGHIJ"), ("/start f-ABCDE", "redeem:ABCDE"), ("/export", "mine"),
        ("/start 23456ABCDE", "redeem:23456ABCDE"), ("/start newsletter", "start"), ("/start f-", "start"),
        ("/unfollow P-7", "unfollow:7"), ("/unfollow", "tickets"), ("/follow", "tickets"), ("/", None), ("//", None),
        ("/nothing", None), ("start", None), (" /start", None), ("", None), ("/ start", None), ("/@bot", None),
    ],
)  # fmt: skip
def test_slash_commands_are_actions(text: str, action: str | None) -> None:
    found = slash(text)
    assert (found.encode() if found else None) == action
    if action:
        assert press(action, ANSWERED) is not None


def test_the_state_after_an_answer_knows_its_cards() -> None:
    state = after(DialogueState(aside=True, awaiting="intake"), Answer(QUERY, (1, 2, 3, 4, 5)))
    assert state == DialogueState(query=QUERY, found=(1, 2, 3, 4, 5), shown=PAGE, cards=(1, 2, 3), unrated=True)
    assert after(state, more(state)).cards == (4, 5)


def test_the_state_after_a_decline_has_nothing_to_point_at() -> None:
    state = after(ANSWERED, Decline(QUERY, nothing_within=True))
    assert (state.query, state.found, state.cards, state.poor_answers) == (QUERY, (), (), 1)


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Gather(Draft()), ANSWERED.model_copy(update={"awaiting": "intake", "draft": Draft()})),
        (AskFor(Wanted.LANGUAGE), ANSWERED),
        (Command(Verb.ASIDE), ANSWERED.model_copy(update={"aside": True})),
        (Command(Verb.RATE, "down"), ANSWERED),
        (Command(Verb.RATE, "up"), ANSWERED),
        (Command(Verb.RESTART), FRESH),
        (Details(11), ANSWERED),
        (SmallTalk(Intent.THANKS), ANSWERED),
        (OpenTicket(Draft(question="?")), FRESH),
        (JoinTicket(7), ANSWERED),
        (AskWhich(QUERY, 7, "P-7", "?"), DialogueState(query=QUERY)),
    ],
)
def test_the_state_after_the_rest(decision: Decision, state: DialogueState) -> None:
    assert after(ANSWERED, decision) == state


@pytest.mark.parametrize("state", [ASKED, DialogueState(aside=True)])
def test_a_message_without_words_uses_up_nothing(state: DialogueState) -> None:
    assert after(state, AskFor(Wanted.WORDS)) == state


def test_a_guessed_kind_narrows_and_can_be_left_out() -> None:
    search = Search(Query(text="grants"), Kind.FUNDING_CALL)
    assert with_kind(search) == Search(Query(text="grants", kinds=(Kind.FUNDING_CALL,)))
    assert with_kind(Search(QUERY)) == Search(QUERY)


words = st.text(max_size=60) | st.sampled_from(["more", "the second one", "2", "само отворените", "9" * 5000, "/more"])
entities = st.lists(
    st.builds(
        Entity, st.sampled_from(EntityKind), st.sampled_from(["RS", "open", "bg", ""]) | st.text(max_size=4),
        st.text(max_size=6), st.integers(-5, 70), st.integers(-5, 70),
    ),
    max_size=3,
).map(tuple)  # fmt: skip
understandings = st.builds(Understanding, st.sampled_from(Intent), st.floats(0, 1), entities)
numbers = st.lists(st.integers(0, 50), max_size=8).map(tuple)
queries = st.builds(Query.new, st.text(max_size=30), entities)
states = st.builds(
    DialogueState,
    query=st.none() | queries,
    found=numbers,
    shown=st.integers(0, 10),
    cards=numbers,
    poor_answers=st.integers(0, 5),
    awaiting=st.none() | st.sampled_from(["intake", "comment:7", "join:7"]) | st.text(max_size=3),
    aside=st.booleans(),
    draft=st.none() | st.builds(Draft, question=st.text(max_size=5), asked=st.booleans()),
)
tickets = st.none() | st.sampled_from(TicketState).map(in_hand)
results = st.builds(lambda ids, probability: found(*ids, probability=probability), numbers, st.floats(0, 1))


@given(words, understandings, states, tickets, results)
def test_whatever_is_typed_leads_to_a_decision_and_to_a_state_that_can_be_stored(
    text: str, understanding: Understanding, state: DialogueState, ticket: InHand | None, result: SearchResult
) -> None:
    decision: Any = read(text, understanding, state, ticket, LIMITS)
    if isinstance(decision, Search):
        decision = decide(with_kind(decision), result, state, ticket, LIMITS)
    following = after(state, decision)
    assert DialogueState.model_validate(following.model_dump(mode="json", exclude_defaults=True)) == following
    assert set(following.cards) <= {*following.found, *state.cards}


actions = st.text(max_size=20) | st.builds(
    "{}:{}".format,
    st.sampled_from(
        [
            "sum",
            "rate",
            "about",
            "withdraw",
            "more",
            "card",
            "drop",
            "language",
            "delete",
            "person",
            "up",
            "subscribe",
            "new",
            "aside",
        ]
    ),
    st.sampled_from([*Query.model_fields, "yes", "1"]) | st.text(max_size=10),
)


@given(actions, states, tickets, results)
def test_whatever_is_pressed_leads_to_a_decision_or_to_nothing(
    action: str, state: DialogueState, ticket: InHand | None, result: SearchResult
) -> None:
    decision: Any = press(action, state)
    if isinstance(decision, Search):
        decision = decide(decision, result, state, ticket, LIMITS)
    if decision is not None:
        after(state, decision)


@given(words)
def test_any_text_is_a_slash_command_or_none(text: str) -> None:
    assert slash(text) is None or text.startswith("/")
