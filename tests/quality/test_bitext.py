"""The gate: the packaged encoder finds the translation of the desk's own messages at least this well, each way."""

from collections.abc import Mapping

import pytest

from index.measuring.bitext import Bitext
from index.model import Encoder
from knowledge.languages import TAGS
from tests.quality import interface
from tests.quality.floors import below, floors, measure_bitext

OTHERS = [tag for tag in TAGS if tag != "en"]


@pytest.fixture(scope="module")
def bitexts() -> Mapping[str, Bitext]:
    return interface.bitexts()


def test_the_sample_is_whole(bitexts: Mapping[str, Bitext]) -> None:
    assert list(bitexts) == OTHERS
    english = bitexts["ro"].english
    assert len(english) > 60
    for tag, bitext in bitexts.items():
        assert bitext.english == english, tag
        assert all(bitext.sentences), tag
        assert not any("{" in sentence for sentence in (*bitext.sentences, *bitext.english)), tag


@pytest.mark.long
def test_messages_find_their_translations(shipped: Encoder) -> None:
    assert shipped.name.partition("@")[0] == floors()["encoder"], (
        "another encoder has become the default: run python -m tests.quality.floors and look at the difference"
    )
    missed = below(measure_bitext(shipped), "bitext")
    assert not missed, f"below the floors: {missed}"
