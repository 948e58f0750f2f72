"""Entries are cut at headings and sentences, and nothing of their text is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries.draft import EntryDraft
from knowledge.entries.passages import TARGET_CHARS, cut

prose = st.text(alphabet=st.sampled_from(list("abcčАбвгΑβγ .!?;…,\n\t\"'«»1234567890#-")), max_size=4000)


def draft(text: str = "", **fields: object) -> EntryDraft:
    return EntryDraft.model_validate({"id": "e", "title": "Title", "language": "en", "text": text, **fields})


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_an_entry_without_text_gives_one_passage_of_its_title() -> None:
    (only,) = cut(draft())
    assert (only.heading, only.text) == ("Title", "")


def test_passages_stand_under_title_and_heading() -> None:
    cuts = cut(draft("Before.\n## Who may apply ##\nSmall firms.\n### Where\nIn Serbia."))
    assert [(each.heading, each.text) for each in cuts] == [
        ("Title", "Before."),
        ("Title — Who may apply", "Small firms."),
        ("Title — Where", "In Serbia."),
    ]


def test_a_number_sign_within_a_line_is_no_heading() -> None:
    (only,) = cut(draft("#hashtag and C# are words"))
    assert only.heading == "Title"
    assert only.text == "#hashtag and C# are words"


def test_facts_of_a_kind_become_a_passage_of_their_own() -> None:
    cuts = cut(draft("Text.", kind="best_practice", problem="No customers.", lesson="Ask them first."))
    assert [each.text for each in cuts] == ["Text.", "No customers.\nAsk them first."]


def test_facts_alone_need_no_empty_passage_beside_them() -> None:
    cuts = cut(draft(kind="organisation", offers="Training.", city="Niš"))
    assert [each.text for each in cuts] == ["Training.\nNiš"]


def test_a_list_stays_a_list() -> None:
    text = "You need three things:\n1. A plan. It is short.\n2. An account.\n\nThen apply."
    assert [each.text for each in cut(draft(text))] == [text.replace("\n\n", "\n")]


def test_long_texts_are_cut_at_sentence_ends() -> None:
    sentence = "This is a sentence of about fifty letters, no more. "
    cuts = cut(draft(sentence * 100))
    assert len(cuts) > 5
    assert all(each.text.endswith("more.") for each in cuts)
    assert all(TARGET_CHARS <= len(each.text) < TARGET_CHARS + 100 for each in cuts[:-1])


def test_a_sentence_without_end_is_cut_all_the_same() -> None:
    cuts = cut(draft("x" * 10_000))
    assert all(len(each.text) <= 3 * TARGET_CHARS for each in cuts)
    assert "".join(each.text for each in cuts) == "x" * 10_000


def test_the_hash_is_of_heading_and_text() -> None:
    one, other = cut(draft("Words."))[0], cut(draft("Words.", title="Another"))[0]
    assert one.content_hash == cut(draft("Words."))[0].content_hash != other.content_hash


@given(prose)
def test_cutting_loses_no_letter_of_the_body(text: str) -> None:
    text = re.sub(r"(?m)^(\s*)#+", r"\1", text)
    cuts = cut(draft(text))
    assert without_spaces("".join(each.text for each in cuts)) == without_spaces(text)


@given(st.lists(st.tuples(st.text("abc ", min_size=1).filter(str.strip), st.text("abc. ").filter(str.strip))))
def test_every_section_keeps_its_heading(sections: list[tuple[str, str]]) -> None:
    text = "\n".join(f"## {heading}\n{body}" for heading, body in sections)
    headings = {each.heading for each in cut(draft(text))}
    assert {f"Title — {heading.strip()[:190]}" for heading, _ in sections} <= headings


@given(prose)
def test_passages_are_small_enough_to_be_encoded_whole(text: str) -> None:
    assert all(len(each.text) <= 3 * TARGET_CHARS + 50 for each in cut(draft(text)))
    assert all(len(each.heading) <= 700 for each in cut(draft(text)))
