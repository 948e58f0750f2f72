"""What every encoder promises."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.encoding.caching import CachingEncoder
from index.encoding.encoder import DEFAULT, ENGLISH, WEIGHTS, HashingEncoder, load, rough
from index.errors import EncoderUnavailable
from index.model import Encoder, Vectors
from tests.support.keeping_encoder import KeepingEncoder

TEXTS = ["Grants for bakeries", "Субвенции за пекарни", "", "  ", "🏡", "long " * 2000]


@pytest.fixture(scope="session")
def packaged() -> Encoder:
    return load(None)


@pytest.fixture(params=["hashing", "remembering", "keeping", "packaged"])
def any_encoder(request: pytest.FixtureRequest, tmp_path: Path) -> Encoder:
    if request.param == "packaged":
        return request.getfixturevalue("packaged")
    if request.param == "keeping":
        return KeepingEncoder(HashingEncoder(), tmp_path)
    return HashingEncoder() if request.param == "hashing" else CachingEncoder(HashingEncoder(), remembered=4)


def test_rows_are_unit_float32_of_the_dimension(any_encoder: Encoder) -> None:
    vectors = any_encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), any_encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(any_encoder: Encoder) -> None:
    vectors = any_encoder.encode([])
    assert vectors.shape == (0, any_encoder.dimension)
    assert vectors.dtype == np.float32


def test_a_text_has_one_vector_alone_or_in_company(any_encoder: Encoder) -> None:
    together = any_encoder.encode(TEXTS)
    for row, text in enumerate(TEXTS):
        assert np.allclose(any_encoder.encode([text])[0], together[row], atol=1e-5)


def test_like_texts_are_nearer_than_unlike_ones(any_encoder: Encoder) -> None:
    question, like, unlike = any_encoder.encode(["bakery grants", "grants for a bakery", "customs at the border"])
    assert question @ like > question @ unlike


def test_many_threads_may_encode_at_once(any_encoder: Encoder) -> None:
    texts = [f"question number {number} {'about grants ' * (number % 5)}" for number in range(24)]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: any_encoder.encode([text])[0], texts))
    assert np.allclose(np.stack(rows), any_encoder.encode(texts), atol=1e-5)


def test_names_tell_encoders_and_their_weights_apart(packaged: Encoder) -> None:
    name, _, weights = packaged.name.partition("@")
    assert name == DEFAULT
    assert len(weights) == 12
    assert HashingEncoder(64).name != HashingEncoder(128).name


def test_our_own_encoder_needs_no_pytorch() -> None:
    program = (
        "import sys; from index.encoding.encoder import load; load(None).encode(['grants']);"
        "sys.exit(' '.join({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("finanțare", "finantare"),
        ("субвенције за пекаре", "subvencije za pekare"),
        ("İŞLETME KREDİSİ", "isletme kredisi"),
        ("Ψηφιακό δελτίο", "ψηφιακο δελτιο"),
        ("đaci i učenici", "djaci i ucenici"),
    ],
)
def test_spellings_of_one_text_are_near_to_our_own_encoder(packaged: Encoder, one: str, other: str) -> None:
    first, second, stranger = packaged.encode([one, other, "how many days of leave"])
    assert first @ second > max(first @ stranger, second @ stranger) + 0.1


def test_a_folder_is_known_by_its_weights(tmp_path: Path) -> None:
    folder = tmp_path / "student"
    folder.symlink_to(WEIGHTS, target_is_directory=True)
    encoder = load(str(folder))
    assert encoder.name.partition("@")[0] == WEIGHTS.name
    assert encoder.name.partition("@")[2] == load(None).name.partition("@")[2]
    assert encoder.dimension == 384


def test_the_english_model_can_be_chosen_for_comparison() -> None:
    assert load(ENGLISH).name == ENGLISH


def test_a_folder_without_a_model_is_refused_with_the_setting_s_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="PUNTE_ENCODER"):
        load(str(tmp_path))


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder"])
def test_a_missing_folder_is_refused_at_once(name: str) -> None:
    with pytest.raises(EncoderUnavailable, match="there is no such folder"):
        load(name)


def test_spellings_serve_where_very_much_waits() -> None:
    for encoder in (load(None), load(ENGLISH)):
        quick = rough(encoder)
        assert quick
        assert quick.name == HashingEncoder().name
    assert rough(HashingEncoder()) is None


def test_what_one_process_has_encoded_another_reads(tmp_path: Path) -> None:
    class Counting(HashingEncoder):
        texts = 0

        def encode(self, texts: Sequence[str]) -> Vectors:
            self.texts += len(texts)
            return super().encode(texts)

    first, second = Counting(), Counting()
    rows = KeepingEncoder(first, tmp_path).encode(TEXTS)
    again = KeepingEncoder(second, tmp_path).encode([*TEXTS, "new"])
    assert np.array_equal(again[:-1], rows)
    assert (first.texts, second.texts) == (len(TEXTS), 1)
