"""The Markdown of entries: what is a mark is read, and nothing else is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries.markdown import parse, plain_line, plain_text
from knowledge.entries.rich_text import Block, Span, lines


def spans(text: str) -> tuple[Span, ...]:
    (block,) = parse(text)
    return block.spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold**", Span("bold", bold=True)),
        ("__bold__", Span("bold", bold=True)),
        ("*italic*", Span("italic", italic=True)),
        ("_курзив_", Span("курзив", italic=True)),
        ("***both***", Span("both", bold=True, italic=True)),
        ("`a *b* c`", Span("a *b* c", code=True)),
        ("[портал](https://a.eu/x_y_z)", Span("портал", url="https://a.eu/x_y_z")),
        ("**[Odoo](http://odoo.com)**", Span("Odoo", bold=True, url="http://odoo.com")),
        ("<https://a.eu>", Span("https://a.eu", url="https://a.eu")),
        ("[write](mailto:ana@a.eu)", Span("write", url="mailto:ana@a.eu")),
        ("## Heading ##", Span("Heading", bold=True)),
        ("```\npunte chat\n```", Span("punte chat", code=True)),
    ],
)
def test_each_mark_is_a_look(text: str, expected: Span) -> None:
    assert spans(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "HORIZON_EU_2025 and DIGITAL_2026_AI_09", "5 * 3 * 2 = 30", "5*3*2", "C#", "#1 in Europe",
        "It costs $5 or ~5 %.", "Price* and terms*", "*Prices without VAT", "Hotel Danube ****",
        "> 50 employees", "+ 5 % of the costs", "<script>", "https://a.eu/_b_/c_d_", "R&amp;D & more",
        "C:\\temp", "a ** b", "**", "[not a link]", "2026. godine počinje.", "— 🧑🏽‍🌾 ферма\nВторой ряд",
        "(a) b", "tom*", "x < y > z", "|a|b|", "=====",
    ],
)  # fmt: skip
def test_what_is_no_mark_stays(text: str) -> None:
    assert plain_text(text) == text
    assert lines(parse(text)) == text
    assert plain_line(text) == text
    assert not any(span.bold or span.italic or span.code or span.url for block in parse(text) for span in block.spans)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "/admin", "#a", "https:x",
        "mailto:", "MAILTO:a@b@c",
    ],
)  # fmt: skip
def test_a_link_to_nowhere_good_is_its_words(address: str) -> None:
    assert spans(f"See [this]({address}).") == (Span("See this."),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Odoo is free. It", "Odoo is free. It"),
        ("is free** and open", "is free and open"),
        ("free.** See [**it](https://a.eu)", "free. See it (https://a.eu)"),
        ("__Odoo is", "Odoo is"),
    ],
)
def test_half_a_mark_is_dropped(text: str, expected: str) -> None:
    assert plain_text(text) == expected


def test_lists_are_items_with_their_own_numbers() -> None:
    text = "Steps:\n1. Ask\n3. Write\n   more\n   - inner **b**\n\nEnd\n* x\n* y"
    assert parse(text) == (
        Block((Span("Steps:"),)),
        Block((Span("Ask"),), "1.", 1),
        Block((Span("Write\nmore"),), "3.", 1),
        Block((Span("inner "), Span("b", bold=True)), "-", 2),
        Block((Span("End"),)),
        Block((Span("x"),), "-", 1),
        Block((Span("y"),), "-", 1),
    )
    assert plain_text(text) == "Steps:\n\n1. Ask\n3. Write\nmore\n  - inner b\n\nEnd\n\n- x\n- y"


def test_plain_text_spells_a_link_once() -> None:
    assert plain_text("[Odoo](https://odoo.com) <https://a.eu> [m](mailto:a@b.eu)") == (
        "Odoo (https://odoo.com) https://a.eu m (a@b.eu)"
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [("**Odoo** for [hotels](https://a.eu)", "Odoo for hotels"), ("# 5 tips", "# 5 tips"), ("1. `VAT`", "1. VAT")],
)
def test_a_title_is_one_plain_line(title: str, expected: str) -> None:
    assert plain_line(title) == expected


@pytest.mark.parametrize("piece", ["**a ", "_a_ ", "[a](", "[", "<", "- ", "`", "![", "https://", "#", "1. "])
def test_very_long_texts_are_read(piece: str) -> None:
    assert len(plain_text(piece * (20_000 // len(piece)))) <= 20_000


@given(st.text(alphabet="ab ж🧑🏽_*`[]()<>#-1.\n\\:/!&", max_size=80))
def test_no_letter_is_lost_and_no_address_is_bad(text: str) -> None:
    blocks = parse(text)
    read = lines(blocks)
    assert [letter for letter in read if letter in "жab"] == [letter for letter in text if letter in "жab"]
    assert not any(span.url for block in blocks for span in block.spans)
