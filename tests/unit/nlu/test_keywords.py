import pytest

from nlu.evaluation import evaluate
from nlu.keywords import KeywordUnderstander
from nlu.understanding import Intent

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("здравейте", Intent.GREET),
        ("Zdravo!", Intent.GREET),
        ("hvala vam puno", Intent.THANKS),
        ("vreau să vorbesc cu un operator", Intent.PERSON),
        ("obrisite moje podatke", Intent.DELETE),
        ("ανοιχτές προσκλήσεις για τουρισμό", Intent.FIND_CALL),
        ("tarım için açık hibeler", Intent.FIND_CALL),
        ("кој може да ми помогне да напишам проект", Intent.FIND_EXPERT),
    ],
)
async def test_everyday_messages(text: str, intent: Intent) -> None:
    assert (await KeywordUnderstander().understand(text, "en")).intent is intent


async def test_unknown_words_are_a_question_and_no_words_are_nothing() -> None:
    unknown = await KeywordUnderstander().understand("qzxw vvkk", "en")
    nothing = await KeywordUnderstander().understand("...", "en")

    assert (unknown.intent, nothing.intent) == (Intent.ASK, Intent.OUT_OF_SCOPE)
    assert unknown.confidence < 0.3
    assert nothing.confidence == 0.0


async def test_the_twin_is_good_enough_to_stand_in() -> None:
    figures = await evaluate(KeywordUnderstander())

    assert figures["overall"]["intent_accuracy"] > 0.9
    assert figures["overall"]["entity_f1"] > 0.9
