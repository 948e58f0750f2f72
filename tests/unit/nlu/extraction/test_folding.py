from hypothesis import given
from hypothesis import strategies as st

from knowledge.languages import fold
from nlu.extraction.folding import fold_with_offsets


def test_offsets_lead_back_to_the_words_as_typed() -> None:
    folded = fold_with_offsets("Позиви  у Србији, хвала")
    start = folded.text.index("srbiii")

    first, last = folded.span(start, start + len("srbiii"))

    assert folded.original[first:last] == "Србији"


def test_digraphs_and_ligatures_keep_their_places() -> None:
    folded = fold_with_offsets("zhelanie ǌegov Љубљана")
    start = folded.text.index("liubl")

    first, last = folded.span(start, len(folded.text))

    assert folded.original[first:last] == "Љубљана"


@given(st.text(max_size=60))
def test_the_text_is_the_fold_of_the_original_and_spans_stay_inside(text: str) -> None:
    folded = fold_with_offsets(text)

    assert len(folded.origins) == len(folded.text)
    if len(text) <= 40 and "\x1c" not in text:
        assert folded.text.replace(" ", "") == fold(text).replace(" ", "")
    for position in range(len(folded.text)):
        start, end = folded.span(position, position + 1)
        assert 0 <= start <= end <= len(text)
