from pathlib import Path

import pytest

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.similarity import correlations, read_rated
from tests.unit.index.measuring.conftest import write

HEADER = "score\tro_1\tro_2\ten_1\ten_2"
ROWS = [
    "5.0\tstandul costă euro\tstandul costă euro\tstand costs euro\tstand costs euro",
    '2.5\tstandul costă euro\tstandul costă iunie\tstand costs "euro"\tstand costs june',
    "0\tstandul costă euro\tcamera dă sfaturi\tstand costs euro\tchamber gives advice",
]


def test_nearness_follows_what_people_say_within_and_across_languages(tmp_path: Path, vectoriser: Vectoriser) -> None:
    rated = read_rated(write(tmp_path / "sts.tsv", HEADER, *ROWS))
    assert rated.first["en"][1] == 'stand costs "euro"'
    assert correlations(rated, vectoriser) == {"ro": 1.0, "ro-en": 1.0, "en-ro": 1.0, "en": 1.0}


def test_the_other_way_round_is_minus_one(tmp_path: Path, vectoriser: Vectoriser) -> None:
    rated = read_rated(write(tmp_path / "sts.tsv", "score\ten_1\ten_2", "1\tstand\tstand", "3\tstand\tchamber"))
    assert correlations(rated, vectoriser) == {"en": -1.0}


def test_where_all_is_alike_there_is_no_figure(tmp_path: Path, vectoriser: Vectoriser) -> None:
    rated = read_rated(write(tmp_path / "sts.tsv", "score\tsentence1\tsentence2", "3\ta\ta", "3\tb\tc"))
    assert correlations(rated, vectoriser) == {"sentence": None}


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([HEADER, ROWS[0], "x\ta\tb\tc\td"], "line 3: `score` is not a number"),
        ([HEADER, ROWS[0], "1\ta\tb"], "line 3: 3 fields"),
        (["points\ten_1\ten_2", "1\ta\tb"], "line 1: no column `score`"),
        (["score\ten_1\tro_2", "1\ta\tb", "2\ta\tb"], "columns like `ro_1` and `ro_2`"),
        ([HEADER, ROWS[0]], "at least two rows"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(SampleInvalid, match=f"sts.tsv.*{why}"):
        read_rated(write(tmp_path / "sts.tsv", *lines))
