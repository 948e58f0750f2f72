"""Puts decisions into words: what the desk says, in the asker's language, with its buttons."""

from collections.abc import Sequence
from datetime import date

from bot.dialogue.actions import Drop, Plain, Show, Speak, button
from bot.dialogue.decisions import Answer, Clarify, Decline, Verb, Wanted
from bot.dialogue.intake import Draft
from bot.dialogue.state import PAGE, Query
from bot.messages import Button, OutgoingMessage, Quote
from bot.wording import intake_replies
from bot.wording.entries import card, facts, filter_labels, quote
from bot.wording.texts import language_name, texts
from knowledge.entries.markdown import parse, plain_line
from knowledge.entries.rich_text import Block, Span, shortened
from knowledge.languages import TAGS
from knowledge.models import Entry, Kind
from nlu.understanding import Intent

MAX_DETAILS_CHARS = 1_500

_READ_CHARS = 4 * MAX_DETAILS_CHARS
"""Of a text that is shown whole or as its beginning; the marks and addresses in it are not counted as shown."""


def answer(
    decision: Answer, entries: Sequence[Entry], quotes: Sequence[Quote], tag: str, today: date
) -> OutgoingMessage:
    """Return the answer: best sentences, cards, the filters that were understood, and what can be done next."""
    _ = texts(tag).gettext
    labels = " · ".join(filter_labels(decision.query, tag).values())
    lines = [_("{number} stays with our experts. This is from me:").format(number=decision.beside)]
    lines = lines if decision.beside else []
    lines.append(_("Here is what I found.") if decision.first == 0 else _("More results:"))
    if labels:
        lines.append(_("Only: {filters}").format(filters=labels))
    if decision.offer_person:
        lines.append(_("If this does not help, an expert can answer you."))
    shown = decision.first + len(entries)
    rows = [
        _numbers(entries, decision.first, tag),
        (button(_("More"), Plain.MORE),) if shown < len(decision.found) else (),
        (button("👍", Plain.UP), button("👎", Plain.DOWN), _person(tag)),
        (_news(tag),) if decision.query.listing else (),
        *_filter_rows(decision.query, tag),
    ]
    return OutgoingMessage(
        text="\n".join(lines),
        language=tag,
        quotes=tuple(quotes),
        cards=tuple(card(entry, decision.first + n, tag, today) for n, entry in enumerate(entries, 1)),
        buttons=tuple(row for row in rows if row),
    )


def clarify(decision: Clarify, entries: Sequence[Entry], tag: str, today: date) -> OutgoingMessage:
    """Return the question back: the nearest entries, none of them claimed to be the answer."""
    _ = texts(tag).gettext
    lines = [_("I am not sure what answers this. Is it one of these? You can also say it in other words.")]
    if labels := filter_labels(decision.query, tag):
        lines.append(_("Only: {filters}").format(filters=" · ".join(labels.values())))
    if decision.offer_person:
        lines.append(_("If this does not help, an expert can answer you."))
    rows = [
        _numbers(entries, 0, tag),
        (button(_("More"), Plain.MORE),) if len(decision.found) > PAGE else (),
        (_person(tag),),
        *_filter_rows(decision.query, tag),
    ]
    return OutgoingMessage(
        text="\n".join(lines),
        language=tag,
        cards=tuple(card(entry, n, tag, today) for n, entry in enumerate(entries, 1)),
        buttons=tuple(row for row in rows if row),
    )


def decline(decision: Decline, tag: str) -> OutgoingMessage:
    """Return that the desk does not know, and the ways on from there."""
    _ = texts(tag).gettext
    labels = filter_labels(decision.query, tag)
    if decision.draft is not None:
        lead = _("I could not answer you twice now, but an expert can. Shall I send this?")
        offered = intake_replies.offer(decision.draft, lead, tag)
        return offered.model_copy(update={"buttons": (*offered.buttons, *_filter_rows(decision.query, tag))})
    if decision.nothing_within:
        text = _("I have nothing within: {filters}. Take a filter off, or ask an expert.").format(
            filters=" · ".join(labels.values())
        )
    else:
        text = _("I do not know the answer to this. An expert can answer it: shall I pass your question on?")
    ask = button(_("Yes, ask an expert"), Plain.PERSON)
    return OutgoingMessage(text=text, language=tag, buttons=((ask,), *_filter_rows(decision.query, tag)))


def no_more(tag: str) -> OutgoingMessage:
    """Return that all that was found has been shown."""
    _ = texts(tag).gettext
    return OutgoingMessage(text=_("That is all that I have on this."), language=tag, buttons=((_person(tag),),))


def details(entry: Entry, tag: str, today: date) -> OutgoingMessage:
    """Return one entry whole: its facts in the asker's language, its text in its own."""
    _ = texts(tag).gettext
    title = plain_line(entry.title)
    read = parse(entry.text[:_READ_CHARS]) or (Block((Span(title),)),)
    words = shortened(read, MAX_DETAILS_CHARS)
    cut = words != read or len(entry.text) > _READ_CHARS
    source = _("The full text is at the source.") if cut and entry.url else ""
    shown = card(entry, 1, tag, today)
    head = " · ".join(filter(None, (shown.kind, "" if entry.kind is Kind.FUNDING_CALL else shown.countries)))
    lines = [title, head, *facts(entry, tag, today), source]
    return OutgoingMessage(
        text="\n".join(line for line in lines if line),
        language=tag,
        quotes=(quote(entry, words, as_of=entry.verified_on),),
        buttons=((button("👍", Plain.UP), button("👎", Plain.DOWN), _person(tag)),),
    )


def gone(tag: str) -> OutgoingMessage:
    """Return that what a button pointed at is no longer there."""
    _ = texts(tag).gettext
    return OutgoingMessage(text=_("This is no longer available. Please ask again."), language=tag)


def ask_for(what: Wanted, tag: str) -> OutgoingMessage:
    """Return the request for what is missing."""
    _ = texts(tag).gettext
    match what:
        case Wanted.LANGUAGE:
            names = [button(language_name(each), Speak(each)) for each in TAGS]
            rows = tuple(tuple(names[start : start + 3]) for start in range(0, len(names), 3))
            return OutgoingMessage(text=_("Which language shall I speak?"), language=tag, buttons=rows)
        case Wanted.CONSENT_TO_DELETE:
            yes = button(_("Yes, delete everything"), Plain.DELETE)
            no = button(_("No, keep it"), Plain.KEEP)
            text = _(
                "This deletes our whole conversation and your subscriptions, and it cannot be undone. Are you sure?"
            )
            return OutgoingMessage(text=text, language=tag, buttons=((yes, no),))
        case Wanted.WORDS:
            text = _("I can read text only. Please write your question in a few words.")
            return OutgoingMessage(text=text, language=tag)
        case Wanted.ABOUT_FILE:
            text = _("I cannot read files, but an expert can. Write your question, and I pass both on.")
            return OutgoingMessage(text=text, language=tag)


def small_talk(intent: Intent, tag: str) -> OutgoingMessage:
    """Return a greeting, thanks, help, or what the desk is not for."""
    _ = texts(tag).gettext
    languages = button("🌐 " + language_name(tag), Plain.LANGUAGES)
    person = _person(tag)
    match intent:
        case Intent.THANKS:
            return OutgoingMessage(text=_("You are welcome. Ask me anything else at any time."), language=tag)
        case Intent.OUT_OF_SCOPE:
            text = _(
                "This is beyond what I know. I answer questions about funding, best practice, partners and doing"
                " business in the region."
            )
            return OutgoingMessage(text=text, language=tag, buttons=((person,),))
        case Intent.GREET:
            text = _("Hello! I am Punte, a support desk for small companies. What would you like to know?")
            return OutgoingMessage(text=text, language=tag, buttons=((languages,),))
    text = _(
        "I answer questions about funding calls, best practice, guides, events, companies, clusters and experts in"
        " the Balkans, the Black Sea and the Danube region, always with the source. Write in your own words, for"
        " example: calls for tourism in Bulgaria. If I do not know, an expert answers you here."
    )
    tickets = button(_("My tickets"), Plain.TICKETS)
    mine = button(_("My data"), Plain.MINE)
    return OutgoingMessage(text=text, language=tag, buttons=((languages, person), (tickets, mine)))


def rated(verdict: str, draft: Draft | None, tag: str) -> OutgoingMessage:
    """Return thanks for a verdict (`up`, `down`, or said in `words`), and with a thumb down the offer of a person.

    With `draft` the question is ready to go to people.
    """
    _ = texts(tag).gettext
    if draft is not None:
        lead = _("Thank you for saying so. An expert can help you better. Shall I send this?")
        return intake_replies.offer(draft, lead, tag)
    if verdict == "down":
        text = _("Thank you for saying so. Shall an expert look at it?")
        return OutgoingMessage(text=text, language=tag, buttons=((_person(tag, Plain.UNHELPFUL),),))
    rows = ((_person(tag),),) if verdict == "words" else ()
    return OutgoingMessage(text=_("Thank you for your feedback."), language=tag, buttons=rows)


def done(verb: Verb, tag: str, query: Query | None = None) -> OutgoingMessage:
    """Return that a command was carried out."""
    _ = texts(tag).gettext
    match verb:
        case Verb.LANGUAGE:
            return OutgoingMessage(text=_("I speak English now. What would you like to know?"), language=tag)
        case Verb.RESTART:
            return OutgoingMessage(text=_("Let us begin anew. What would you like to know?"), language=tag)
        case Verb.DELETE:
            return OutgoingMessage(text=_("Everything was deleted. Goodbye!"), language=tag)
        case Verb.KEEP:
            return OutgoingMessage(text=_("Nothing was deleted."), language=tag)
        case Verb.CANCEL:
            return OutgoingMessage(text=_("All right, nothing was sent."), language=tag)
        case Verb.ASIDE:
            return OutgoingMessage(text=_("I am listening. What would you like to know?"), language=tag)
        case Verb.UNSUBSCRIBE:
            return OutgoingMessage(text=_("You will get no more news from me."), language=tag)
        case Verb.SUBSCRIBE:
            labels = filter_labels(query, tag) if query else {}
            text = _("I will tell you here about new entries: {filters}.").format(filters=" · ".join(labels.values()))
            stop = button(_("Stop the news"), Plain.UNSUBSCRIBE)
            return OutgoingMessage(text=text, language=tag, buttons=((stop,),))
    raise ValueError(verb)


def news(entries: Sequence[Entry], tag: str, today: date) -> OutgoingMessage:
    """Return what is new for a subscriber."""
    _ = texts(tag).gettext
    stop = button(_("Stop the news"), Plain.UNSUBSCRIBE)
    return OutgoingMessage(
        text=_("New for you:"),
        language=tag,
        cards=tuple(card(entry, n, tag, today) for n, entry in enumerate(entries, 1)),
        buttons=(tuple(button(str(n), Show(entry.id)) for n, entry in enumerate(entries, 1)), (stop,)),
    )


def refused(names: Sequence[str], tag: str) -> str:
    """Return the line that says which files could not be taken."""
    _ = texts(tag).gettext
    return _("I could not take {files}: only pictures, documents and texts of up to 10 MB.").format(
        files=", ".join(names)
    )


def cut_short(tag: str) -> str:
    """Return the line that says that a message was too long to be read whole."""
    _ = texts(tag).gettext
    return _("Your message was very long, so I read only its beginning.")


def _numbers(entries: Sequence[Entry], first: int, tag: str) -> tuple[Button, ...]:
    return tuple(button(str(first + n), Show(entry.id)) for n, entry in enumerate(entries, 1))


def _person(tag: str, action: Plain = Plain.PERSON) -> Button:
    return button(texts(tag).gettext("Ask an expert"), action)


def _news(tag: str) -> Button:
    return button(texts(tag).gettext("Tell me about new ones"), Plain.SUBSCRIBE)


def _filter_rows(query: Query, tag: str) -> list[tuple[Button, ...]]:
    buttons = [button(f"✕ {label}", Drop(field)) for field, label in filter_labels(query, tag).items()]
    return [tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
