"""Files to records: each with the line it begins on, or with why it could not be read."""

import gzip
import io
import zlib
from typing import BinaryIO

from knowledge.errors import UnreadableFile
from knowledge.importing.readers import delimited, json_lines, yaml_list
from knowledge.importing.readers.table import Reader, Table

MAX_FILE_BYTES = 256 * 2**20
"""What is read of a file at most, unpacked."""

READERS: tuple[Reader, ...] = (json_lines, yaml_list, delimited)
"""The forms of files; where a name tells nothing, the first that knows the beginning reads it."""


def read_table(stream: BinaryIO, name: str) -> Table:
    """Read all rows of a file; raises `UnreadableFile` when it is no list of records at all."""
    data = _unpacked(stream)
    if not data.strip():
        raise UnreadableFile("it is empty")
    table = _reader(data, name).read(data)
    if not table.rows:
        raise UnreadableFile("it holds no records")
    return table


def _unpacked(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_FILE_BYTES + 1)
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_FILE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(f"its gzip packing is damaged: {error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(f"it is larger than {MAX_FILE_BYTES // 2**20} MB; split it")
    return data


def _reader(data: bytes, name: str) -> Reader:
    _, dot, suffix = name.lower().removesuffix(".gz").rpartition(".")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    named = [reader for reader in READERS if dot and suffix in reader.SUFFIXES]
    return (named or [reader for reader in READERS if reader.begins(start)])[0]
