"""Pictures of numbers: every number is a link, what people named is escaped, and nothing is drawn for nothing."""

from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from admin_api.console.charts import bars, heat, lines


def drawn(picture: Markup) -> ElementTree.Element:
    """Read a picture; it must be well-formed."""
    return ElementTree.fromstring(picture)


def test_bars_are_as_long_as_their_numbers_and_lead_to_them() -> None:
    picture = drawn(
        bars([("<Export>", 1200, "/a?x=1&y=2"), ("A competence with a long name", 300, "/b"), ("None", 0, "/c")])
    )
    assert [link.get("href") for link in picture.iter("a")] == ["/a?x=1&y=2", "/b", "/c"]
    long, short, none = (float(bar.get("width", "")) for bar in picture.iter("rect"))
    assert (long / short, none) == (pytest.approx(4, rel=0.01), 0)
    assert [title.text for title in picture.iter("title")][1] == "A competence with a long name: 300"
    words = [text.text or "" for text in picture.iter("text")]
    assert words[:2] == ["<Export>", "1,200"]
    assert words[2].endswith("…")


def test_a_line_leaves_out_weeks_without_questions() -> None:
    picture = drawn(lines([("1 Jan", 0.5), ("8 Jan", None), ("15 Jan", 1.0)]))
    assert [title.text for title in picture.iter("title")] == ["1 Jan: 50%", "15 Jan: 100%"]
    assert len(list(drawn(lines([("1 Jan", 0.5)])).iter("polyline"))) == 0
    assert len(list(drawn(lines([])).iter("circle"))) == 0


def test_a_week_is_darkest_where_most_is() -> None:
    week = [[(0, f"/{day}/{hour}") for hour in range(24)] for day in range(7)]
    week[0][9], week[6][23] = (8, "/most"), (1, "/one")
    cells = list(drawn(heat(week)).iter("rect"))
    assert len(cells) == 7 * 24
    levels = [cell.get("class", "")[-1] for cell in cells]
    assert (levels[9], levels[-1], levels[0]) == ("4", "1", "0")
