"""Kinds of messages and actions of buttons have one home each; nobody else spells them by hand."""

import ast
from collections.abc import Iterator

import pytest

from bot.dialogue.actions import StaffAct, TicketAct, parse
from knowledge.choices import MessageKind
from tests.test_architecture import files, tree

KINDS = "knowledge/choices.py"
ACTIONS = "bot/dialogue/actions.py"

_ROOMS = ("knowledge/", "bot/", "admin_api/")
_FILES = [file for file in files() if file.startswith(_ROOMS) and "/migrations/" not in file]
_PREFIXES = ("ticket_", "staff_")
_BEGINNINGS = ("t:", "card:", "drop:", "language:", "sum:", "redeem:", "rate:", *(f"{act}:" for act in TicketAct))


@pytest.mark.parametrize("file", [file for file in _FILES if file != KINDS])
def test_kinds_of_messages_are_named_not_spelled(file: str) -> None:
    spelled = sorted({*_kinds(tree(file))})
    assert not spelled, (
        f"{file}:{spelled[0][0]} spells the kind {spelled[0][1]!r} by hand, so a change of it is found by nobody. "
        f"Name it by MessageKind ({KINDS}); a question about kinds is a property there, a list for SQL a constant "
        "beside it, and what a kind carries is a model in knowledge/payloads.py."
    )


@pytest.mark.parametrize("file", [file for file in _FILES if file != ACTIONS])
def test_actions_of_buttons_are_made_and_read_in_one_place(file: str) -> None:
    spelled = sorted({*_actions(tree(file))})
    assert not spelled, (
        f"{file}:{spelled[0][0]} spells the action {spelled[0][1]!r} by hand, so the button and what reads it can "
        f"part. Make the button by button(label, action) and read what comes back by parse(), both of {ACTIONS}."
    )


def _kinds(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the lines that spell a kind: one that is plain, one put together, and a word where a kind is meant."""
    values = {str(kind) for kind in MessageKind}
    for node in ast.walk(module):
        if (text := _text(node)) in _PREFIXES or (text in values and text.startswith(_PREFIXES)):
            yield node.lineno, text
        for meant in _meant(node, "kind"):
            if (text := _text(meant)) in values:
                yield meant.lineno, text


def _actions(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the lines that spell an action: one with a colon, one put together, and a word where an action is meant."""
    for node in ast.walk(module):
        text = _text(node)
        if ":" in text[:-1] and parse(text) is not None:
            yield node.lineno, text
        if isinstance(node, ast.JoinedStr) and (begun := _text(node.values[0]) if node.values else ""):
            if begun.startswith(_BEGINNINGS) and " " not in begun:
                yield node.lineno, begun
        for meant in _meant(node, "action"):
            if isinstance(meant, ast.JoinedStr) or parse(_text(meant)) is not None:
                yield meant.lineno, _text(meant)


def _meant(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield the words that are given as `name`, or compared with one that is called so."""
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg == name)
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Attribute) and side.attr == name for side in sides):
            yield from sides
            yield from (each for side in sides for each in ast.iter_child_nodes(side) if isinstance(each, ast.expr))


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize(
    "code",
    [
        'send(kind="reply")', 'x.kind == "text"', 'x.kind in ("text", "other")', 'k = f"staff_{notice}"',
        'kind.startswith("ticket_")', 'Message.kind == "ticket_answer"', '{"ticket_closed": 1}',
    ],
)  # fmt: skip
def test_a_spelled_kind_would_be_found(code: str) -> None:
    assert [*_kinds(ast.parse(code))]


@pytest.mark.parametrize(
    "code",
    [
        'Button(label="x", action="more")', 'Button(label="x", action=f"{verb}:{id}")', 'a = f"follow:{ticket.id}"',
        'a = f"t:{act}:{ticket.id}"', 'press("sum:ok")', 'incoming.action == "own"', 'x = "person:unhelpful"',
    ],
)  # fmt: skip
def test_a_spelled_action_would_be_found(code: str) -> None:
    assert [*_actions(ast.parse(code))]


def test_other_words_are_left_alone() -> None:
    code = 'f(purpose="staff_link", id="staff_id"); g(f"join:{x}", f"{a}:{b}"); x.kind == "closed"; h("more", "text")'
    assert [*_kinds(ast.parse(code)), *_actions(ast.parse(code))] == []
    assert all(parse(f"t:{act}:7") for act in StaffAct)
