"""Takes the messages of errors, which are their docstrings, into the console's catalogue; see locale/babel.cfg."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from babel.messages.extract import extract_python


def error_messages(
    source: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[Any]:
    """Yield the first paragraph of each error's docstring, and what is marked in the file as in any other."""
    errors = {"PunteError"}
    for node in ast.parse(source.read()).body:
        if isinstance(node, ast.ClassDef):
            named = {node.name, *(base.id for base in node.bases if isinstance(base, ast.Name))}
            if named & errors:
                errors.add(node.name)
                yield node.lineno, None, (ast.get_docstring(node) or "").partition("\n\n")[0], []
    source.seek(0)
    yield from extract_python(source, keywords, comment_tags, dict(options))  # type: ignore[arg-type]
