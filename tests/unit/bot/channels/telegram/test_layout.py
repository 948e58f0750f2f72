from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.layout import Run, parts, units
from bot.channels.telegram.rendering import keyboard_of, parts_of
from bot.messages import Button, Card, OutgoingMessage, Quote
from knowledge.cleaning import clean_text, safe_url
from tests.support.bot_api_server.markup import read_html

HOSTILE = """<b>&"' </a> <script>&amp; &#60; \u200f\u202eעברית\u202c 🧑🏽‍🌾 ]]> <!-- </blockquote>"""


def shown(outgoing: OutgoingMessage) -> list[str]:
    return [read_html(part)[0] for part in parts_of(outgoing)]


def test_everything_hostile_arrives_as_text() -> None:
    outgoing = OutgoingMessage(
        text=HOSTILE,
        language="en",
        quotes=(Quote(text=HOSTILE, title=HOSTILE, url='https://example.org/?a=1&b="><b>', language="he"),),
        cards=(Card(number=1, reference="FC-1", title=HOSTILE, language="he", kind="<i>Call</i>"),),
    )
    (part,) = parts_of(outgoing)
    text, entities = read_html(part)
    assert text.count("</a> <script>&amp; &#60;") == 4
    assert {entity["type"] for entity in entities} == {"blockquote", "text_link", "bold"}
    assert next(each["url"] for each in entities if each["type"] == "text_link") == 'https://example.org/?a=1&b="><b>'
    assert "\u202e" not in text
    assert "\u200f" in text
    assert "🧑🏽‍🌾" in text


def test_a_quote_names_its_source_and_a_card_its_facts() -> None:
    outgoing = OutgoingMessage(
        text="Here.",
        language="en",
        quotes=(
            Quote(text="Grants pay 70 %.", title="Guide", url="https://a.eu", language="en", as_of=date(2026, 3, 12)),
        ),
        cards=(
            Card(
                number=2,
                reference="FC-2",
                title="Call",
                language="en",
                kind="Funding call",
                countries="Serbia",
                status="open",
                deadline="1 May 2026",
                url="https://b.eu",
            ),
        ),
    )
    assert shown(outgoing) == [
        "Here.\n\nGrants pay 70 %.\n— Guide · 12 March 2026\n\n2. Call\nFunding call · Serbia · open · 1 May 2026"
    ]
    assert "<b>" in parts_of(outgoing)[0]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=1", "data:text/html,x", "http://", "https:// x", "ftp://a", "//a", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) is None


def test_the_limit_is_counted_in_utf_16_units() -> None:
    assert units("a🧑🏽‍🌾") == 1 + 7
    assert len(parts([[Run("😀" * 2048)]])) == 1
    assert [units(read_html(part)[0]) for part in parts([[Run("😀" * 2049)]])] == [4096, 2]


def test_markup_does_not_count_towards_the_limit() -> None:
    assert len(parts([[Run("<&>" * 1365, bold=True, url="https://example.org")]])) == 1


def test_long_messages_part_between_paragraphs() -> None:
    paragraphs = [f"{number} " + "word " * 300 for number in range(6)]
    messages = shown(OutgoingMessage(text="\n\n".join(paragraphs), language="en"))
    assert len(messages) == 3
    assert all(message[0].isdigit() and message.endswith("word") for message in messages)
    assert "\n\n".join(messages) == "\n\n".join(paragraph.strip() for paragraph in paragraphs)


def test_a_long_paragraph_parts_at_a_sentence_and_a_long_word_between_its_letters() -> None:
    text = "Sentence number one is here. " * 300
    assert all(message.endswith(".") for message in shown(OutgoingMessage(text=text, language="en")))
    family = "👩‍👩‍👧"
    messages = shown(OutgoingMessage(text=family * 700, language="en"))
    assert "".join(messages) == family * 700
    assert all(message.startswith("👩") and message.endswith("👧") for message in messages)


def test_each_part_of_a_long_quote_is_a_quote() -> None:
    quote = Quote(text="Long words here. " * 400, title="T", url="https://a.eu", language="en")
    for part in parts_of(OutgoingMessage(text="", language="en", quotes=(quote,))):
        text, entities = read_html(part)
        assert (entities[0]["type"], entities[0]["length"]) == ("blockquote", units(text))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.builds(Run, text=st.text(max_size=60), bold=st.booleans(), quoted=st.booleans()), max_size=4),
        max_size=6,
    ),
    st.integers(min_value=20, max_value=200),
)
def test_parts_are_well_formed_short_and_lose_nothing_but_white_space(blocks: list[list[Run]], limit: int) -> None:
    messages = [read_html(part)[0] for part in parts(blocks, limit)]
    assert all(0 < units(message) <= limit for message in messages if message)

    def letters(text: str) -> str:
        return "".join(clean_text(text).split())

    assert letters("".join(messages)) == letters("".join(run.text for block in blocks for run in block))


def test_nothing_to_say_is_no_message() -> None:
    assert parts_of(OutgoingMessage(text=" \n\n \u202e", language="en")) == []


def test_buttons_carry_our_message_and_their_action() -> None:
    rows = ((Button(label="👍", action="up"), Button(label="Да", action="delete:yes")), ())
    keyboard = keyboard_of(2**31 - 1, OutgoingMessage(text="x", language="en", buttons=rows))
    assert keyboard
    assert [[each.callback_data for each in row] for row in keyboard.inline_keyboard] == [
        ["2147483647:up", "2147483647:delete:yes"]
    ]
    assert keyboard_of(1, OutgoingMessage(text="x", language="en")) is None


def test_the_longest_callback_data_fits_telegram() -> None:
    button = Button(label="x", action="a" * 40)
    keyboard = keyboard_of(2**31 - 1, OutgoingMessage(text="x", language="en", buttons=((button,),)))
    assert keyboard
    assert len(str(keyboard.inline_keyboard[0][0].callback_data).encode()) <= 64
