"""Reads the lines of samples, and says which line of which file is wrong."""

import gzip
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import SampleInvalid

_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file, packed with gzip or not; raises `SampleInvalid`."""
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SampleInvalid(f"{path}: {error}") from error
    # Sentences may hold other characters that `splitlines` takes for the end of a line.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines and not lines[-1] else lines


def read_rows(path: Path, columns: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where each row of a tab-separated file with a header stands, and its fields by column.

    Some writers quote a field that holds quotation marks and others do not; both are read. Raises `SampleInvalid` for
    a row with another number of fields than the header, and for a header without one of `columns`.
    """
    lines = read_lines(path)
    header = lines[0].split("\t") if lines else []
    if missing := [column for column in columns if column not in header]:
        raise SampleInvalid(f"{path}, line 1: no column `{missing[0]}` in the header")
    for number, line in enumerate(lines[1:], 2):
        where = f"{path}, line {number}"
        fields = line.split("\t")
        if len(fields) != len(header):
            raise SampleInvalid(f"{where}: {len(fields)} fields where the header has {len(header)}")
        yield where, dict(zip(header, map(_unquoted, fields), strict=True))


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if _QUOTED.fullmatch(field) else field
