"""What every Understander does; Rasa over its real server goes through the same suite in integration/test_rasa.py."""

from collections.abc import AsyncIterator

import pytest

from nlu.fallback import WithFallback
from nlu.keywords import KeywordUnderstander
from nlu.rasa.client import RasaUnderstander
from nlu.understanding import EntityKind, Intent, Understander
from tests.support.rasa_stand_in import nobody

pytestmark = pytest.mark.anyio

HOSTILE = [
    "",
    " ",
    "\x00\x01",
    "\u202eabc\u202c",
    "a" * 50_000,
    "[x](country) {'a': 1} /restart {{7*7}}",
    "ﷺ" * 3000,
    "🙃" * 500,
    "\ud83d",
    "'; DROP TABLE messages; --",
    "İIıi ẞß ǆ",
]


class UnderstanderContract:
    """Subclass it with a fixture `understander`."""

    async def test_meaning_in_several_languages(self, understander: Understander) -> None:
        for text, tag, intent in [
            ("hello", "en", Intent.GREET),
            ("благодаря много", "bg", Intent.THANKS),
            ("želim razgovarati s čovjekom", "hr", Intent.PERSON),
            ("arată-mi apelurile deschise pentru turism", "ro", Intent.FIND_CALL),
            ("ψάχνω εταίρο για έργο Interreg", "el", Intent.FIND_PARTNER),
        ]:
            understood = await understander.understand(text, tag)
            assert understood.intent is intent
            assert 0.0 <= understood.confidence <= 1.0

    async def test_entities_are_canonical_and_point_into_the_message(self, understander: Understander) -> None:
        text = "Тражим отворене позиве за туризам у Србији до 50.000 евра"
        understood = await understander.understand(text, "sr")

        assert {(entity.kind, entity.value) for entity in understood.entities} == {
            (EntityKind.STATUS, "open"),
            (EntityKind.SECTOR, "tourism"),
            (EntityKind.COUNTRY, "RS"),
            (EntityKind.AMOUNT, "50000"),
        }
        assert all(text[entity.start : entity.end] == entity.text for entity in understood.entities)

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_nothing_a_person_may_type_raises(self, understander: Understander, text: str) -> None:
        understood = await understander.understand(text, "en")

        assert understood.by in {"rasa", "keywords"}


class TestKeywords(UnderstanderContract):
    @pytest.fixture
    def understander(self) -> Understander:
        return KeywordUnderstander()


class TestWithFallback(UnderstanderContract):
    @pytest.fixture
    async def understander(self) -> AsyncIterator[Understander]:
        with nobody() as url:
            understander = WithFallback(RasaUnderstander(url), KeywordUnderstander())
            yield understander
            await understander.close()
