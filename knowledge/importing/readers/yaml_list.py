"""YAML: a list of entries."""

from collections.abc import Collection, Iterator

import yaml

from knowledge.errors import UnreadableFile
from knowledge.importing.readers.decoding import decode
from knowledge.importing.readers.table import Row, Table
from knowledge.packaged import LOADER

SUFFIXES: Collection[str] = ("yaml", "yml")
MAX_NODES = 1_000_000


def begins(start: bytes) -> bool:
    """Say whether a file begins as an item of a list."""
    return start == b"- "


def read(data: bytes) -> Table:
    """Return the items of a file; raises `UnreadableFile` for what is no list, broken, or unfolds into too much."""
    return Table("yaml", list(_rows(decode(data)[0])))


def _rows(text: str) -> Iterator[Row]:
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.SequenceNode):
            raise UnreadableFile("YAML must be a list of entries, each beginning with `- `")
        _count_nodes(node)
        for item in node.value:
            line = item.start_mark.line + 1
            record = loader.construct_object(item, deep=True)
            if isinstance(record, dict):
                yield Row(line, record)
            else:
                yield Row(line, None, f"not an entry with fields but a {type(record).__name__}")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"broken YAML: {' '.join(str(error).split())[:300]}") from error


def _count_nodes(node: yaml.Node) -> None:
    """Refuse YAML whose anchors unfold into more than memory holds."""
    waiting, count = [node], 0
    while waiting:
        count += 1
        if count > MAX_NODES:
            raise UnreadableFile("YAML: it unfolds into too many nodes; write its anchors out or split it")
        found = waiting.pop()
        if isinstance(found, yaml.SequenceNode):
            waiting.extend(found.value)
        elif isinstance(found, yaml.MappingNode):
            waiting.extend(part for pair in found.value for part in pair)
