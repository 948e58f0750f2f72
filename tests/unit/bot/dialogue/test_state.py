"""A query keeps its filters with the words that said them, and the state survives its storage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.state import FIELD_OF, DialogueState, Query
from index.model import Filters
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind
from nlu.understanding import Entity, EntityKind


def entity(kind: EntityKind, value: str, text: str, start: int = 0) -> Entity:
    return Entity(kind, value, text, start, start + len(text))


SERBIA = entity(EntityKind.COUNTRY, "RS", "Serbia", 10)
ROMANIA = entity(EntityKind.COUNTRY, "RO", "Romania", 20)
OPEN = entity(EntityKind.STATUS, "open", "open")
TOURISM = entity(EntityKind.SECTOR, "tourism", "tourism")


def test_a_question_filters_by_what_it_names() -> None:
    query = Query.new("open calls in Serbia and Romania", (OPEN, SERBIA, ROMANIA))
    assert query.countries == ("RS", "RO")
    assert query.statuses == (CallStatus.OPEN,)
    assert query.set_fields() == ["statuses", "countries"]
    assert query.filters() == Filters(countries=("RS", "RO"), statuses=(CallStatus.OPEN,))
    assert query.spoken == {"countries": ("Serbia", "Romania"), "statuses": ("open",)}


def test_a_value_that_is_named_twice_counts_once() -> None:
    query = Query.new("Serbia, Srbija", (SERBIA, entity(EntityKind.COUNTRY, "RS", "Srbija", 8)))
    assert query.countries == ("RS",)
    assert query.spoken == {"countries": ("Serbia", "Srbija")}


@pytest.mark.parametrize("kind", [EntityKind.AMOUNT, EntityKind.DATE, EntityKind.LANGUAGE])
def test_amounts_dates_and_languages_do_not_filter(kind: EntityKind) -> None:
    assert Query.new("up to 5", (entity(kind, "5", "5"),)).set_fields() == []


@pytest.mark.parametrize("value", ["", "OPEN", "soon", "unknown "])
def test_a_status_that_is_none_is_left_out(value: str) -> None:
    assert Query.new("soon", (entity(EntityKind.STATUS, value, "soon"),)).statuses == ()


def test_a_follow_up_takes_the_place_of_what_was_named_of_its_kind() -> None:
    query = Query.new("grants in Serbia for tourism", (SERBIA, TOURISM)).refined((ROMANIA,), "in Romania")
    assert (query.countries, query.sectors) == (("RO",), ("tourism",))
    assert query.text == "grants in for tourism"
    assert query.spoken == {"countries": ("Romania",), "sectors": ("tourism",)}


def test_a_filter_is_dropped_with_its_words() -> None:
    query = Query.new("grants in Serbia", (SERBIA,)).without("countries")
    assert (query.countries, query.text, query.spoken) == ((), "grants in", {})
    assert query.without("countries") == query


def test_a_question_of_filters_alone_keeps_its_words() -> None:
    assert Query.new("Serbia", (SERBIA,)).without("countries").text == "Serbia"


def test_an_entity_without_words_spoils_nothing() -> None:
    query = Query.new("grants", (entity(EntityKind.COUNTRY, "RS", ""), entity(EntityKind.COUNTRY, "RO", " ")))
    assert query.countries == ("RS", "RO")
    assert query.without("countries").text == "grants"


def test_a_state_is_the_same_after_its_storage() -> None:
    query = Query.new("open in Serbia", (OPEN, SERBIA)).model_copy(update={"kinds": (Kind.FUNDING_CALL,)})
    state = DialogueState(query=query, found=(3, 1, 2), shown=3, cards=(3, 1, 2), poor_answers=1, awaiting="question")
    stored = state.model_dump(mode="json", exclude_defaults=True)
    assert DialogueState.model_validate(stored) == state


def test_a_state_of_another_version_is_read_as_far_as_it_is_known() -> None:
    assert DialogueState.model_validate({}) == DialogueState()
    assert DialogueState.model_validate({"shown": 2, "from_the_future": [1]}) == DialogueState(shown=2)


entities = st.lists(
    st.builds(
        Entity,
        st.sampled_from(EntityKind),
        st.sampled_from(["RS", "open", "closed", "", "x"]) | st.text(max_size=5),
        st.text(max_size=8),
        st.integers(-5, 50),
        st.integers(-5, 50),
    ),
    max_size=5,
).map(tuple)


@given(st.text(max_size=50), entities, entities, st.sampled_from([*FIELD_OF.values(), "kinds"]))
def test_any_entities_make_a_query_that_can_be_stored(
    text: str, first: tuple[Entity, ...], then: tuple[Entity, ...], field: str
) -> None:
    query = Query.new(text, first).refined(then, "")
    dropped = query.without(field)
    assert field not in dropped.set_fields()
    for each in (query, dropped):
        assert Query.model_validate_json(each.model_dump_json()) == each
        each.filters()
