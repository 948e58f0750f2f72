"""The entry form offers every field of an entry."""

from admin_api.console.fields import FIELDS, options, values_of
from admin_api.wording.names import kind_names
from knowledge.entries.draft import EntryDraft
from knowledge.models import Kind

ELSEWHERE = {"id", "kind", "language", "extra"}


def test_every_field_is_in_the_form() -> None:
    assert {field.name for field in FIELDS} | ELSEWHERE == set(EntryDraft.model_fields)
    assert set(kind_names()) == set(Kind)


def test_options_have_labels() -> None:
    for field in FIELDS:
        assert all(options(field.options).values())


def test_values_go_into_the_form_as_they_are_typed() -> None:
    draft = EntryDraft.model_validate(
        {"id": "x", "title": "T", "language": "en", "countries": ["RS", "RO"], "sectors": ["food"], "budget": 5}
    )
    values = values_of(draft)
    assert (values["countries"], values["sectors"], values["budget"], values["url"]) == ("RS; RO", ["food"], "5", "")
