"""Programs know an error by its code, which no new name of a class may change."""

import ast
from collections import Counter
from importlib import import_module

import pytest

from bot.channels.web.errors import WebError
from knowledge.errors import PunteError
from nlu.errors import NluError
from tests.test_architecture import files, module_of, tree

PUBLIC = {
    "knowledge.errors": {
        "PunteError": "punte_error",
        "DatabaseUnavailable": "database_unavailable",
        "DatabaseOutdated": "database_outdated",
        "InvalidInput": "invalid_request",
        "InvalidEntry": "invalid_entry",
        "UnreadableFile": "unreadable_file",
        "NotFound": "not_found",
        "Conflict": "conflict",
        "Taken": "taken",
        "LoginRefused": "login_refused",
    },
    "admin_api.http.errors": {
        "LoginNeeded": "login_needed",
        "NotAllowed": "not_allowed",
        "ForeignRequest": "foreign_request",
        "TooManyAttempts": "too_many_attempts",
        "SearchUnavailable": "search_unavailable",
    },
    "admin_api.console.frame": {"PasswordNeeded": "password_needed"},
    "index.errors": {"EncoderUnavailable": "encoder_unavailable", "IndexNotReady": "index_not_ready"},
    "bot.channels.web.errors": {
        "WebError": "failed",
        "SessionRefused": "session",
        "SessionExpired": "session",
        "SessionForged": "session",
        "BadRequest": "bad_request",
        "BinaryFrame": "bad_request",
        "HelloExpected": "bad_request",
        "EmptyMessage": "empty",
        "NoSuchPlace": "not_found",
        "TooLong": "too_long",
        "SlowDown": "slow_down",
        "TooManyConnections": "too_many_connections",
        "Unanswered": "failed",
    },
}
"""What programs outside may be told, by module and class."""


def errors() -> list[type[PunteError] | type[NluError]]:
    """Return every error of the desk, of all rooms."""
    bases = {"PunteError", "NluError"}
    modules: set[str] = set()
    for _ in range(3):
        for file in files():
            for node in tree(file).body:
                if isinstance(node, ast.ClassDef) and bases & {getattr(base, "id", "") for base in node.bases}:
                    bases.add(node.name)
                    modules.add(module_of(file))
    for module in sorted(modules):
        import_module(module)
    found = [PunteError, NluError]
    for each in found:
        found.extend(each.__subclasses__())
    return [each for each in found if each.__module__.partition(".")[0] != "tests"]


ERRORS = errors()


@pytest.mark.parametrize(
    "kind", [each for each in ERRORS if not issubclass(each, WebError)], ids=lambda kind: kind.__name__
)
def test_every_error_has_a_code_of_its_own(kind: type[PunteError]) -> None:
    assert "code" in vars(kind), f"give {kind.__name__} a code, which stays when the class is renamed"


def test_no_two_errors_share_a_code() -> None:
    """The web channel is a door of its own, whose clients are told no more of a kind than its parent's code."""
    for web in (False, True):
        codes = Counter(
            vars(each)["code"] for each in ERRORS if issubclass(each, WebError) is web and "code" in vars(each)
        )
        assert [code for code, count in codes.items() if count > 1] == []


def test_public_codes_stay_as_they_are() -> None:
    for module, codes in PUBLIC.items():
        assert {name: getattr(import_module(module), name).code for name in codes} == codes
