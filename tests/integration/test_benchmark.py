"""The benchmark measures, tells and draws, at sizes that take seconds."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from index.measuring import benchmark
from index.measuring.figures import needs


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """The figures of a few real and a few made-up entries."""
    kb = tmp_path_factory.mktemp("kb")
    (kb / "one").mkdir()
    lines = [
        {"id": f"guide-{number}", "language": "en", "title": f"Guide {number}", "text": f"All about number {number}."}
        for number in range(20)
    ]
    (kb / "one" / "entries.jsonl").write_text("\n".join(map(json.dumps, lines)))
    sizes = ["--sizes", "10", "50", "--anchors", "10", "--questions", "5"]
    with redirect_stdout(StringIO()) as written:
        benchmark.main([str(kb), *sizes, "--encoder", "hashing", "--json"])
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_each_size_is_measured(figures: list[dict[str, object]]) -> None:
    assert [(each["entries"], each["real"], each["passages"]) for each in figures] == [(10, 10, 10), (50, 20, 50)]
    assert all(each["recall_meaning"] == each["recall_words"] == 1 for each in figures)


def test_figures_become_a_table_and_a_picture(figures: list[dict[str, object]], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert benchmark.table(figures).count("\n") == 4
    benchmark.draw(figures, tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").read_text().startswith("<?xml")


def test_a_missing_library_is_said_clearly() -> None:
    with pytest.raises(SystemExit, match=r"pip install .* no_such_library"):
        needs("no_such_library")
