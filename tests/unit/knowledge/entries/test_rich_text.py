"""Stretches of a text keep their looks, and no mark is ever cut in half."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries.markdown import parse
from knowledge.entries.rich_text import Block, Span, excerpt, has_looks, lines, plain, shortened
from knowledge.entries.sentences import thoughts

TEXT = "**Odoo is free. It runs** anywhere. See [the *site*](https://a.eu).\n1. Install **it**. Wait.\n2. Run it."


def test_a_sentence_takes_its_part_of_a_look() -> None:
    blocks = parse(TEXT)
    assert thoughts(lines(blocks))[:2] == ["Odoo is free.", "It runs anywhere."]
    assert excerpt(blocks, ["It runs anywhere."]) == (Block((Span("It runs", bold=True), Span(" anywhere."))),)


def test_sentences_are_a_paragraph_and_items_a_list() -> None:
    blocks = parse(TEXT)
    found = excerpt(blocks, ["Odoo is free.", "See the site.", "1. Install it. Wait.", "2. Run it."])
    assert plain(found) == "Odoo is free. See the site (https://a.eu).\n\n1. Install it. Wait.\n2. Run it."
    assert [block.marker for block in found] == ["", "1.", "2."]
    assert Span("it", bold=True) in found[1].spans


def test_the_rest_of_an_item_is_none() -> None:
    (block,) = excerpt(parse(TEXT), ["Wait."])
    assert block == Block((Span("Wait."),))


def test_an_item_of_an_inner_list_is_quoted_without_the_outer_one() -> None:
    assert excerpt(parse("- a\n  - b."), ["- b."]) == (Block((Span("b."),), "-", 1),)


def test_words_from_elsewhere_have_no_looks() -> None:
    assert excerpt(parse(TEXT), ["**Else.**"]) == (Block((Span("**Else.**"),)),)


def test_only_what_plain_text_loses_has_looks() -> None:
    assert not has_looks(parse("One.\n\nTwo, line\nby line."))
    for text in ("**a**", "*a*", "`a`", "[a](https://a.eu)", "- a", "# a"):
        assert has_looks(parse(text))


def test_what_is_short_enough_stays() -> None:
    assert shortened(parse(TEXT), 1000) == parse(TEXT)
    assert plain(shortened(parse("**One two three**"), 9)) == "One two …"


@given(st.text(alphabet="ab. *_`[]1-\n", max_size=60), st.integers(1, 60))
def test_what_is_shortened_is_the_beginning(text: str, limit: int) -> None:
    blocks = parse(text)
    words = lines(shortened(blocks, limit))
    assert len(words) <= limit + 2
    assert lines(blocks).startswith(words.removesuffix(" …").rstrip())
    for thought in thoughts(lines(blocks)):
        assert lines(excerpt(blocks, [thought])).split() == thought.split()
