import warnings
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import Scores
from index.segments.bm25 import Matches, score
from index.segments.grams import identifiers, named, sought, terms
from index.segments.postings import Postings
from knowledge.languages import TAGS

TEXTS = [
    "Finanțare pentru digitalizarea micilor firme",
    "Пројекат за мала предузећа у Србији",
    "EIC Accelerator: grants and equity for deep tech",
    "Call DIGITAL-2026-AI-09 funds artificial intelligence",
    "Call DIGITAL-2026-AI-10 funds high performance computing",
    "Επιχορηγήσεις για μικρές επιχειρήσεις στην Ελλάδα",
    "Guesthouses by the lake and rural tourism",
]


def best(question: str, texts: list[str] = TEXTS) -> int:
    (scores,), _ = scored([Postings.build(texts)], question)
    return int(np.argmax(scores))


def scored(segments: list[Postings], question: str) -> tuple[list[Scores], float]:
    """The score of every row of every segment, and the most that a row could have."""
    matches, most = score(segments, question, "en")
    return [every(each) for each in matches], most


def every(matches: Matches) -> Scores:
    return matches.at(np.arange(len(matches.postings)))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("finantare digitalizare", 0),
        ("projekat za mala preduzeca", 1),
        ("eic?", 2),
        ("digital-2026-ai-09", 3),
        ("DIGITAL–2026–AI–10", 4),
        ("epixorigiseis gia mikres epixeiriseis", 5),
        ("TOURISM!!! ٩ \u200b🏡", 6),
    ],
)
def test_words_match_across_scripts_marks_and_case(question: str, place: int) -> None:
    assert best(question) == place


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("xrhmatodothsh 3enodoxeiwn", "el", "χρηματοδότηση ξενοδοχείων"),
        ("ku6ta za gosti", "bg", "къща за гости"),
        ("hospodarstvo", "uk", "господарство"),
    ],
)
def test_a_question_is_sought_as_typed_and_as_it_may_be_read(typed: str, language: str, meant: str) -> None:
    as_typed, read = sought(typed, language)
    assert as_typed.tolist() == terms([typed], asked=True)[0].tolist()
    assert not np.isin(terms([meant])[0], as_typed).all()
    assert np.isin(terms([meant])[0], np.concatenate([as_typed, read])).all()
    assert not len(sought(meant, language)[1])


def test_readings_put_the_right_text_first_and_leave_the_most_as_it_is() -> None:
    greek = [*TEXTS, "Χρηματοδότηση ξενοδοχείων στην Κρήτη", "Xristos Theodosiou, shop owner, thoughts"]
    (matches,), most = score([Postings.build(greek)], "xrhmatodothsh 3enodoxeiwn sthn krhth", "el")
    (unread,), same = score([Postings.build(greek)], "xrhmatodothsh 3enodoxeiwn sthn krhth", "en")
    assert int(np.argmax(every(matches))) == len(TEXTS)
    assert every(unread)[len(TEXTS)] < every(matches)[len(TEXTS)] < most
    assert same == most


@pytest.mark.parametrize("language", [tag for tag in TAGS if tag not in ("el", "bg", "uk")])
@pytest.mark.parametrize("question", ["export of furniture", "DIGITAL-2026-AI-09", "hrana i piće za izvoz", "şirket"])
def test_a_question_is_sought_as_typed_alone_where_folding_is_enough(question: str, language: str) -> None:
    as_typed, read = sought(question, language)
    assert as_typed.tolist() == terms([question], asked=True)[0].tolist()
    assert not len(read)


@given(st.text(), st.sampled_from(TAGS))
def test_what_only_a_reading_has_is_sought_once(question: str, language: str) -> None:
    as_typed, read = (found.tolist() for found in sought(question, language))
    assert len(read) == len(set(read))
    assert not set(read) & set(as_typed)


def test_an_identifier_outweighs_its_parts_elsewhere() -> None:
    texts = ["The identifier is X-12-AB.", "X 12 AB X 12 AB X 12 AB and more of X, 12 and AB besides"]
    assert best("x-12-ab", texts) == 0


def test_identifiers_need_a_digit_and_a_joint() -> None:
    assert identifiers("see digital-2026-ai-09, well-known 2021/1060 and 42") == ["digital-2026-ai-09", "2021-1060"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("what is digital–2026–ai–09 about?", 1), ("I3-2026-INV1 or HORIZON-EIC-2026-STEP", 2), ("covid-19", 0),
     ("1.2.2026", 0), ("between 50-100-200 euro", 0), ("business-to-business", 0), ("", 0)],
)  # fmt: skip
def test_only_names_of_three_parts_with_letters_and_digits_are_sure(text: str, count: int) -> None:
    assert len(named(text)) == count


def test_rows_are_found_by_a_sure_name() -> None:
    assert Postings.build(TEXTS).holding(named("the DIGITAL-2026-AI-10 call")).tolist() == [4]
    assert Postings.build(TEXTS).holding(named("")).tolist() == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u200b", "\x00"])
def test_a_question_without_words_scores_nothing(question: str) -> None:
    (scores,), most = scored([Postings.build(TEXTS)], question)
    assert not scores.any()
    assert most == 0


def test_nothing_is_found_in_nothing() -> None:
    (scores,), most = scored([Postings.build([])], "anything")
    assert scores.shape == (0,)
    assert most >= 0


def test_scores_are_those_of_bm25s() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bm25s

        reference = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        reference.index([terms([text])[0].astype(str).tolist() for text in TEXTS], show_progress=False)
    question = "grants for small firms in artificial intelligence"
    codes = terms([question])[0].astype(str).tolist()
    (scores,), most = scored([Postings.build(TEXTS)], question)
    assert np.allclose(scores, reference.get_scores(codes), atol=1e-4)
    assert scores.max() < most


def test_segments_score_as_if_they_were_one() -> None:
    question = "call for small firms"
    (together,), most = scored([Postings.build(TEXTS)], question)
    (first, second), most_apart = scored([Postings.build(TEXTS[:4]), Postings.build(TEXTS[4:])], question)
    assert np.allclose(together, np.concatenate([first, second]), atol=1e-5)
    assert most == pytest.approx(most_apart)


@given(
    st.lists(st.text(max_size=40), max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.text(),
    st.sampled_from([1, 2, 5, 65_536]),
)
def test_merging_equals_building_what_is_kept(texts: list[str], flags: list[bool], question: str, rows: int) -> None:
    half = len(texts) // 2
    kept = np.array(flags[: len(texts)], bool)
    first, second = (Postings.build(part, chunk=1, largest=rows) for part in (texts[:half], texts[half:]))
    merged = first.merged(second, kept[:half], kept[half:], largest=rows)
    built = Postings.build([text for text, keep in zip(texts, kept, strict=True) if keep])
    assert len(merged) == len(built) == kept.sum()
    assert all(len(block) <= rows for block in merged.blocks)
    assert np.allclose(scored([merged], question)[0][0], scored([built], question)[0][0], atol=1e-5)


def test_a_block_that_stays_whole_is_shared() -> None:
    postings = Postings.build(TEXTS, chunk=4, largest=4)
    left = postings.kept(np.array([True] * 4 + [False, True, True]))
    assert len(postings.blocks) == 2
    assert left.blocks[0] is postings.blocks[0]
    assert len(left) == 6


@pytest.fixture(scope="module")
def crowd() -> Postings:
    """Passages that share most of their words, as a large base's do."""
    chance = Random(1)
    words = [f"word{number:03}" for number in range(400)]
    # The first words are in every other passage, the last in a few.
    weights = [1 / (1 + place) for place in range(len(words))]
    return Postings.build([" ".join(chance.choices(words, weights, k=30)) for _ in range(4000)], largest=1000)


@pytest.mark.parametrize("question", ["word000 word001 word390", "word001 word002", "word350 word360 word007", "word"])
@pytest.mark.parametrize("part", [False, True])
def test_frequent_terms_add_only_where_it_matters(crowd: Postings, question: str, part: bool) -> None:
    within = np.arange(4000) % 3 == 1 if part else None
    (full,), most = score([crowd], question, "en", budget=None)
    (quick,), same = score([crowd], question, "en", budget=3000)
    assert not len(full.weights)
    assert most == pytest.approx(same)
    assert len(quick.weights)
    rows = np.arange(len(crowd))
    assert np.allclose(quick.at(rows), full.at(rows), atol=1e-4)
    (found, scores), (exact, _) = quick.best(20, within), full.best(20, within)
    assert len(found) == len(exact) <= 20
    assert np.allclose(scores, full.at(found), atol=1e-4)
    assert within is None or within[found].all()
    assert full.at(found).sum() >= 0.98 * full.at(exact).sum()


def test_rows_beside_the_best_come_with_their_scores(crowd: Postings) -> None:
    (matches,), _ = score([crowd], "word350 word007", "en")
    beside = np.array([3, 1999, 3999])
    rows, scores = matches.best(5, None, beside)
    assert np.isin(beside, rows).all()
    assert 5 <= len(rows) <= 8
    assert np.allclose(scores, matches.at(rows))
