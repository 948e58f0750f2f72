"""Every error of the knowledge room and of this one has a status and reads well."""

import inspect

import pytest

import admin_api.http.errors
import knowledge.errors
from admin_api.http.errors import STATUS, TooManyAttempts, problem_of
from knowledge.errors import Conflict, InvalidInput, PunteError

ERRORS = [
    found
    for module in (knowledge.errors, admin_api.http.errors)
    for _, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, PunteError) and found is not PunteError
]


@pytest.mark.parametrize("kind", sorted(set(ERRORS), key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_every_error_has_its_status(kind: type[PunteError]) -> None:
    assert kind in STATUS


def test_a_problem_tells_code_message_detail_and_fields() -> None:
    assert problem_of(Conflict("ticket P-1"))[1].model_dump() == {
        "error": "conflict",
        "message": "Somebody else was faster; load the record again and repeat what is still needed.",
        "detail": "ticket P-1",
        "fields": {},
    }
    assert problem_of(InvalidInput("email: 'x' is wrong"))[1].fields == {"email": "'x' is wrong"}
    assert problem_of(InvalidInput("a: b; c: d", {"a": "b", "c": "d"}))[1].fields == {"a": "b", "c": "d"}
    assert problem_of(TooManyAttempts(9))[0] == 429
    assert problem_of(PunteError())[0] == 500
