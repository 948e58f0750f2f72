"""What every vector store promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Ids, Vectors, VectorStore
from index.vectors import FaissStore, NumpyStore

DIMENSION = 8


@pytest.fixture(params=[FaissStore, NumpyStore])
def store(request: pytest.FixtureRequest) -> VectorStore:
    made: VectorStore = request.param(DIMENSION)
    return made


def vectors(count: int, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


def test_the_nearest_come_first_with_their_inner_products(store: VectorStore) -> None:
    rows = vectors(20)
    store.add(np.arange(100, 120), rows)
    found, scores = store.search(rows[7], 3)
    assert found[0] == 107
    assert scores[0] == pytest.approx(1, abs=1e-5)
    assert np.allclose(scores, np.sort(rows @ rows[7])[::-1][:3], atol=1e-5)
    assert len(store) == 20


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    found, scores = store.search(vectors(1)[0], 5)
    assert (len(found), len(scores), len(store)) == (0, 0, 0)


def test_a_limit_may_exceed_what_there_is(store: VectorStore) -> None:
    store.add(ids(1, 2), vectors(2))
    assert sorted(store.search(vectors(1)[0], 50)[0].tolist()) == [1, 2]
    assert store.search(vectors(1)[0], 0)[0].tolist() == []


def test_a_selection_limits_and_unknown_ids_in_it_do_no_harm(store: VectorStore) -> None:
    rows = vectors(10)
    store.add(np.arange(10), rows)
    found, _ = store.search(rows[3], 10, ids(1, 5, 77, 1 << 40))
    assert sorted(found.tolist()) == [1, 5]
    assert store.search(rows[3], 10, ids())[0].tolist() == []
    assert store.search(rows[3], 10, ids(99))[0].tolist() == []


def test_what_was_removed_is_not_found(store: VectorStore) -> None:
    rows = vectors(5)
    store.add(np.arange(5), rows)
    store.remove(ids(2, 99))
    store.remove(ids())
    assert len(store) == 4
    assert 2 not in store.search(rows[2], 5)[0]
    with pytest.raises(RuntimeError):
        store.vectors(ids(2))


def test_rows_come_back_as_they_went_in(store: VectorStore) -> None:
    rows = vectors(5)
    store.add(ids(10, 20, 30, 40, 50), rows)
    assert np.allclose(store.vectors(ids(40, 10)), rows[[3, 0]])
    assert store.vectors(ids()).shape == (0, DIMENSION)


@given(
    count=st.integers(0, 60),
    removed=st.sets(st.integers(0, 70)),
    within=st.none() | st.sets(st.integers(0, 70)),
    limit=st.integers(0, 80),
    seed=st.integers(0, 1000),
)
def test_faiss_agrees_with_the_matrix_product(
    count: int, removed: set[int], within: set[int] | None, limit: int, seed: int
) -> None:
    selection = None if within is None else ids(*sorted(within))
    answers = []
    for store in (FaissStore(DIMENSION), NumpyStore(DIMENSION)):
        store.add(np.arange(count), vectors(count, seed))
        store.remove(ids(*sorted(removed)))
        answers.append(store.search(vectors(1, seed + 1)[0], limit, selection))
    (faiss_ids, faiss_scores), (numpy_ids, numpy_scores) = answers
    assert np.allclose(faiss_scores, numpy_scores, atol=1e-5)
    # Equal scores may come in either order.
    assert len(faiss_ids) == len(numpy_ids)
    apart = np.flatnonzero(faiss_ids != numpy_ids)
    assert set(faiss_ids[apart].tolist()) == set(numpy_ids[apart].tolist())
