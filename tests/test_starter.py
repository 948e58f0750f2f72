"""The knowledge base that ships with the desk is whole, and the golden questions ask for what is in it."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.languages import TAGS
from knowledge.models import Kind
from knowledge.taxonomy import find_code

ROOT = Path(__file__).parent.parent
STARTER = sorted((ROOT / "knowledge/starter").glob("*.yaml"))
GOLDEN = sorted((ROOT / "index/golden").glob("*.jsonl"))
PREFIXES = {
    Kind.ORGANISATION: "org-", Kind.FUNDING_CALL: "call-", Kind.BEST_PRACTICE: "bp-", Kind.GUIDE: "guide-",
    Kind.FAQ: "faq-", Kind.EVENT: "event-", Kind.INFRASTRUCTURE: "infra-", Kind.EXPERT: "expert-",
}  # fmt: skip


@cache
def records(path: Path) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


@cache
def drafts() -> list[EntryDraft]:
    return [parse_draft(record)[0] for path in STARTER for record in records(path)]


@cache
def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for path in GOLDEN for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_every_record_is_a_valid_draft_of_known_fields(path: Path) -> None:
    for record in records(path):
        _, unknown = parse_draft(record)
        assert not unknown, f"{record['id']} has fields that FORMAT.md does not know: {unknown}"


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_references_are_named_after_their_kind(path: Path) -> None:
    for draft in (parse_draft(record)[0] for record in records(path)):
        assert draft.id.startswith(PREFIXES[draft.kind]), f"{draft.id} is of the kind {draft.kind}"
        assert draft.id == draft.id.lower()
        assert draft.id.replace("-", "").isalnum(), draft.id


def test_references_are_unique() -> None:
    assert [reference for reference, count in Counter(draft.id for draft in drafts()).items() if count > 1] == []


def test_every_entry_has_words_and_a_source_that_can_be_opened_safely() -> None:
    for draft in drafts():
        assert len(draft.text) >= 80, f"{draft.id} says nothing of use"
        assert draft.url, f"{draft.id} has no source"
        assert draft.url.startswith("https://"), f"{draft.id}: {draft.url} is not https"


def test_words_of_the_vocabularies_are_codes() -> None:
    for draft in drafts():
        used = {
            "sectors": draft.sectors,
            "competences": draft.competences,
            "directions": draft.directions,
            "applicants": draft.applicants,
            "organisation_types": [draft.organisation_type] if draft.organisation_type else [],
            "programmes": [draft.programme] if draft.programme else [],
        }
        for vocabulary, words in used.items():
            strange = [word for word in words if find_code(vocabulary, word) != word]
            assert not strange, f"{draft.id}: {strange} are no codes of {vocabulary}"


def test_calls_have_dates() -> None:
    for draft in drafts():
        if draft.kind is Kind.FUNDING_CALL:
            assert draft.opens or draft.deadlines, f"{draft.id} has neither an opening nor a cut-off"


def test_the_base_is_large_enough_and_of_every_kind() -> None:
    assert len(drafts()) >= 250
    assert {draft.kind for draft in drafts()} == set(Kind)


def test_the_base_speaks_every_language() -> None:
    assert {draft.language for draft in drafts()} == set(TAGS)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_questions_ask_for_entries_that_exist(path: Path) -> None:
    references = {draft.id for draft in drafts()}
    for line in path.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        assert question["question"].strip(), question["id"]
        assert question["lang"] in TAGS, question["id"]
        missing = set(question["relevant_ids"]) - references
        assert not missing, f"{question['id']} of {path.name} asks for {missing}, which the starter base does not have"


def test_golden_questions_have_ids_of_their_own() -> None:
    assert [key for key, count in Counter(each["id"] for each in questions()).items() if count > 1] == []
    assert [text for text, count in Counter(each["question"] for each in questions()).items() if count > 1] == []


def test_golden_questions_are_many_in_every_language_and_some_have_no_answer() -> None:
    assert len(questions()) >= 150
    assert {each["lang"] for each in questions()} == set(TAGS)
    assert sum(not each["relevant_ids"] for each in questions()) >= 20
