"""Questions are learned that a known entry answers, and entries are read that questions are about."""

from index.everyday.entries import EntryText, EverydayQuestion, everyday, starter
from index.fitting.pairs import question_held_out
from index.training.data.entries import chosen, learned


def test_questions_are_learned_that_a_known_entry_answers() -> None:
    questions = everyday()
    entries = starter()
    found = list(learned(questions, entries))
    assert 700 < len(found) < len(questions)
    assert not [each for each in found if each.near or question_held_out(each.text) or each.reference not in entries]


def test_entries_are_chosen_that_questions_are_about_and_a_few_strangers() -> None:
    entries = {f"e-{number}": EntryText("text", "en") for number in range(20)}
    questions = [EverydayQuestion("ro", "?", "e-3", False), EverydayQuestion("ro", "?", "e-1", True)]
    questions.append(EverydayQuestion("ro", "?", "unknown", False))
    found = chosen(entries, questions, 5, 0)
    assert found[:2] == ["e-1", "e-3"]
    assert len(set(found)) == 7
    assert found == chosen(entries, questions, 5, 0)
    assert len(chosen(entries, questions, 100, 0)) == 20
