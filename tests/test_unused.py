"""What is public is used: a name that only tests need is removed, or given a door."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.test_architecture import ROOT, absolute, files, inside, module_of, shelf_of, tree

UNUSED = {
    "admin_api.client": "programs outside the desk use it",
    "admin_api.wording.extracting.error_messages": "Babel calls it, by its name in locale/babel.cfg",
    "bot.channels": "a channel's folder says what it offers",
    "knowledge.migrations": "Alembic calls them",
}
"""Modules and names that nothing of ours needs to use, and why."""

LONGEST_REFERENCE = 100
"""Characters of a string that may name something of a module; longer ones are texts."""


def test_what_is_public_is_used_by_more_than_tests() -> None:
    used = _used()
    for file in files():
        for name, line in _public(file):
            full = f"{module_of(file)}.{name}"
            assert full in used or any(inside(full, module) for module in UNUSED), (
                f"{file}:{line} offers {name}, but nothing outside the tests uses it. Remove it, or give it a route, a "
                "command or a word in the chat; a twin that tests need lives in tests/support."
            )


def test_what_is_unused_would_be_found() -> None:
    used = _used()
    assert {
        "admin_api.wording.names.role_names",
        "knowledge.models.base.Base",
        "knowledge.tickets.by_staff.get_ticket",
    } <= used
    assert not {"admin_api.client.signatures.verify_webhook", "admin_api.wording.extracting.error_messages"} & used


def _public(file: str) -> Iterator[tuple[str, int]]:
    """Yield the public names that a module defines, or hands on from another one, with their lines."""
    for node in tree(file).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [] if _is_routed(node) else [node.name]
        elif isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names if alias.asname == alias.name or alias.name in _offered(file)]
        else:
            continue
        yield from ((name, node.lineno) for name in names if not name.startswith("_"))


def _is_routed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is a route: the router calls it, by the decorator that put it there."""
    calls = (each.func for each in function.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Attribute) and getattr(call.value, "id", "") == "router" for call in calls)


@cache
def _used() -> set[str]:
    """Return the names that some module or template uses, each as `module.name` of where it was imported from."""
    known = {module_of(file) for file in files()}
    found: set[str] = set()
    handed_on: dict[str, str] = {}
    for file in files():
        words = _words(file)
        for local, full in _locals(file, known).items():
            own = f"{module_of(file)}.{local}"
            if full != own:
                handed_on[own] = full
            if full in known:
                found.update(f"{full}.{word}" for word in words)
            elif local in words:
                found.add(full)
    for full in [*found]:
        while full := handed_on.get(full, ""):
            found.add(full)
    return found


def _locals(file: str, known: set[str]) -> dict[str, str]:
    """Return the names of a module as `module.name` of where they are from; modules that it imports are theirs."""
    defined = {name: f"{module_of(file)}.{name}" for name, _ in _public(file)}
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom):
            source = absolute(file, node)
            defined |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            defined |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in known}
    return defined


def _words(file: str) -> set[str]:
    """Return the names that a module reads, also those in its strings (references ahead) and in its templates."""
    offered = {id(node) for each in _offers(file) for node in ast.walk(each)}
    words: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in offered:
            words.update(re.findall(r"\w+", node.value) if len(node.value) < LONGEST_REFERENCE else ())
    return words.union(*(re.findall(r"\w+", text) for text in _templates(shelf_of(file))))


def _offers(file: str) -> list[ast.expr]:
    """Return what a module's `__all__` is set to."""
    return [node.value for node in tree(file).body if isinstance(node, ast.Assign) and _is_all(node.targets[0])]


def _is_all(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "__all__"


def _offered(file: str) -> set[str]:
    return {name for value in _offers(file) for name in ast.literal_eval(value)}


@cache
def _templates(shelf: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (ROOT / shelf / "templates").rglob("*.html")]
