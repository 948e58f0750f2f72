"""What every channel makes of an entry's words: no marks, every link's address, lists line by line, nothing run."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from bot.channels.console import show
from bot.channels.email.rendering import email_of
from bot.channels.telegram.layout import LIMIT, units
from bot.channels.telegram.rendering import parts_of
from bot.channels.web.schemas import ChatMessage
from bot.messages import OutgoingMessage, Quote
from bot.wording.entries import quote
from knowledge.entries.markdown import parse
from knowledge.entries.rich_text import plain
from knowledge.models import Author, Entry, Kind
from tests.support.bot_api_server.markup import read_html

RICH = """## Prijava & rok

Use **Odoo _free_**, `a<b>` or [the портал](https://a.eu/x_y?a=1&b="2"), see https://b.eu/_c_ (HORIZON_EU_2025, 5 * 3).

1. Ask [Ana](mailto:ana@a.eu).
2. Write 🧑🏽‍🌾.
   - with *care*

<script>alert(1)</script> [x](javascript:alert(2)) <b>& **half"""
SAID = "Prijava & rok"
WORDS = "Use Odoo free, a<b> or the портал"
HARMLESS = "<script>alert(1)</script> x <b>& half"


def quoting(text: str) -> OutgoingMessage:
    entry = Entry(
        kind=Kind.GUIDE, reference="g", language="sr-Latn", title="**Vodič** <i>", text=text, url="https://a.eu/guide"
    )
    return OutgoingMessage(text="*Asked* _so_", language="en", quotes=(quote(entry, parse(text), as_of=None),))


class RenderingContract:
    """Subclass it with `shown`: the words of a message as people read them there, links as `text (address)`."""

    bullet = "-"

    def shown(self, outgoing: OutgoingMessage) -> str:
        raise NotImplementedError

    def lines(self, text: str) -> list[str]:
        return [line.lstrip("> ").rstrip() for line in self.shown(quoting(text)).splitlines()]

    def test_marks_are_not_shown_and_words_are(self) -> None:
        shown = self.shown(quoting(RICH))
        for words in (SAID, WORDS, "HORIZON_EU_2025, 5 * 3", "https://b.eu/_c_", HARMLESS, "🧑🏽‍🌾"):
            assert words in shown
        for mark in ("##", "**", "`", "_free_", "](", "*care*", "javascript"):
            assert mark not in shown

    def test_links_lead_to_their_addresses(self) -> None:
        shown = self.shown(quoting(RICH))
        assert 'the портал (https://a.eu/x_y?a=1&b="2")' in shown
        assert "Ana (ana@a.eu)" in shown

    def test_a_list_keeps_its_lines_and_numbers(self) -> None:
        lines = [line.strip() for line in self.lines(RICH)]
        assert any(line.startswith("1. Ask") for line in lines)
        assert "2. Write 🧑🏽‍🌾." in lines
        assert f"{self.bullet} with care" in lines

    def test_a_title_is_plain(self) -> None:
        assert "Vodič <i>" in self.shown(quoting("Words."))

    def test_what_is_not_an_entrys_is_not_read(self) -> None:
        assert "*Asked* _so_" in self.shown(quoting("Words."))

    def test_a_long_text_is_whole(self) -> None:
        text = "**" + "реч 🧑🏽‍🌾 & " * 1000 + "крај** *и [веза](https://a.eu)*."
        assert "крај и веза (https://a.eu)." in self.shown(quoting(text))


class TestTelegram(RenderingContract):
    bullet = "•"

    def shown(self, outgoing: OutgoingMessage) -> str:
        read = [read_html(part) for part in parts_of(outgoing)]
        assert all(units(text) <= LIMIT for text, _ in read)
        return "\n\n".join(_with_links(text, entities) for text, entities in read)

    def test_looks_are_entities(self) -> None:
        (part,) = parts_of(quoting("**Odoo _free_** `a*b` ***[x](https://a.eu)***."))
        text, entities = read_html(part)
        looks = {(each["type"], text[each["offset"] : each["offset"] + each["length"]]) for each in entities}
        assert looks >= {("bold", "Odoo "), ("bold", "free"), ("italic", "free"), ("code", "a*b"), ("text_link", "x")}

    def test_a_look_that_is_cut_goes_on_in_the_next_message(self) -> None:
        first, second = parts_of(quoting("**" + "word " * 1500 + "end.**"))[1:]
        assert all("<b>" in part for part in (first, second))


class TestEmail(RenderingContract):
    def shown(self, outgoing: OutgoingMessage) -> str:
        letter = email_of(outgoing, sender="a@b.eu", address="c@d.eu", message_id="<1@b.eu>", thread="<2@b.eu>")
        return str(letter.get_content())


class TestTerminal(RenderingContract):
    def shown(self, outgoing: OutgoingMessage) -> str:
        written = StringIO()
        show(Console(file=written, width=100_000, color_system=None), outgoing)
        return written.getvalue()


class TestWeb(RenderingContract):
    """What the page is sent; `tests/e2e/test_web_page.py` looks at what it draws."""

    def shown(self, outgoing: OutgoingMessage) -> str:
        sent = ChatMessage(id=1, author=Author.BOT, created_at=datetime(2026, 1, 1, tzinfo=UTC), **dict(outgoing))
        read = json.loads(sent.model_dump_json())
        (quote,) = (Quote.model_validate(each) for each in read["quotes"])
        return "\n".join([read["text"], plain(quote.blocks) or quote.text, quote.title])

    def test_the_looks_are_in_the_message(self) -> None:
        (quote,) = quoting("**b** [x](https://a.eu)").quotes
        (block,) = quote.model_dump(mode="json")["blocks"]
        assert block["spans"][0] == {"text": "b", "bold": True, "italic": False, "code": False, "url": None}
        assert block["spans"][2]["url"] == "https://a.eu"

    def test_a_plain_text_is_sent_once(self) -> None:
        assert quoting("Words.\n\nAnd words.").quotes[0].blocks == ()


def _with_links(text: str, entities: Sequence[dict[str, object]]) -> str:
    raw = text.encode("utf-16-le")
    for each in sorted(entities, key=lambda entity: -int(str(entity["offset"]))):
        if each["type"] == "text_link":
            end = 2 * (int(str(each["offset"])) + int(str(each["length"])))
            raw = raw[:end] + f" ({each['url']})".encode("utf-16-le") + raw[end:]
    return raw.decode("utf-16-le")
