"""Turns an outgoing message into what Telegram shows: parts of HTML, and buttons under the last one.

Telegram opens the keyboard for a reply only under a message without buttons, so where words are awaited the buttons
become commands in the text, which are pressed as well.
"""

import re
from collections.abc import Iterator

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.layout import Block, Run, parts
from bot.dialogue.actions import parse
from bot.dialogue.slash_commands import spelled
from bot.messages import Button, Card, OutgoingMessage, Quote
from bot.wording.texts import day
from knowledge.cleaning import safe_url
from knowledge.entries.rich_text import leads, with_addresses

LONGEST_PLACEHOLDER = 64

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def parts_of(outgoing: OutgoingMessage, *, buttons_as_commands: bool = False) -> list[str]:
    """Return the HTML of the one or more messages that `outgoing` becomes: text, quotes, cards, perhaps commands."""
    blocks: list[Block] = [[Run(paragraph)] for paragraph in _PARAGRAPH.split(outgoing.text)]
    blocks += [_quote(quote, outgoing.language) for quote in outgoing.quotes]
    blocks += [_card(card) for card in outgoing.cards]
    if buttons_as_commands:
        lines = [f"/{_command(button)} – {button.label}" for row in outgoing.buttons for button in row]
        blocks.append([Run("\n".join(lines))])
    return parts(blocks)


def prompt_of(outgoing: OutgoingMessage) -> ForceReply | None:
    """Return what opens the keyboard for the words that are awaited; None unless all buttons can be commands."""
    if outgoing.placeholder is None or not all(_command(button) for row in outgoing.buttons for button in row):
        return None
    placeholder = outgoing.placeholder[:LONGEST_PLACEHOLDER]
    return ForceReply(selective=True, input_field_placeholder=placeholder or None)


def keyboard_of(message_id: int, outgoing: OutgoingMessage) -> InlineKeyboardMarkup | None:
    """Return the buttons of our message `message_id`; pressed, one gives back `message_id:action`."""
    rows = [[_button(message_id, button) for button in row] for row in outgoing.buttons if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _command(button: Button) -> str | None:
    """Return the command that does what a button does, or None when there is none."""
    action = parse(button.action)
    return spelled(action) if action else None


def _button(message_id: int, button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=f"{message_id}:{button.action}")


def _quote(quote: Quote, tag: str) -> Block:
    source = Run(_PARAGRAPH.sub("\n", quote.title), url=safe_url(quote.url), quoted=True)
    date = [Run(f" · {day(quote.as_of, tag)}", quoted=True)] if quote.as_of else []
    whose = [Run(" · " + _PARAGRAPH.sub("\n", quote.by), quoted=True)] if quote.by else []
    return [*_words(quote), Run("\n— ", quoted=True), source, *whose, *date]


def _words(quote: Quote) -> Iterator[Run]:
    if not quote.blocks:
        yield Run(quote.text.strip(), quoted=True)
    for lead, block in leads(quote.blocks, bullet="•"):
        if lead:
            yield Run(lead, quoted=True)
        for span in with_addresses(block.spans, linkable=lambda url: safe_url(url) is not None):
            yield Run(span.text, span.bold, span.italic, span.code, span.url, quoted=True)


def _card(card: Card) -> Block:
    facts = " · ".join(fact for fact in (card.kind, card.countries, card.status, card.deadline) if fact)
    title = Run(_PARAGRAPH.sub("\n", card.title), bold=True, url=safe_url(card.url))
    return [Run(f"{card.number}. "), title, *([Run(f"\n{facts}")] if facts else [])]
