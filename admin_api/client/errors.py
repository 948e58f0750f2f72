"""What can go wrong between a program and the desk; each docstring says what to do.

DeskError
├── Unreachable
├── Garbled
├── BadSignature
└── Refused
    ├── Unauthorised
    ├── Forbidden
    ├── Missing
    ├── Conflicting
    ├── Invalid
    ├── Throttled
    └── Troubled
"""

from collections.abc import Mapping

from admin_api.schemas.base import Problem


class DeskError(Exception):
    """The desk did not do what was asked."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").partition("\n\n")[0].strip()
        super().__init__(f"{message} ({detail})" if detail else message)


class Unreachable(DeskError):
    """The desk did not reply in time; send the same call again with the same key, which does nothing twice."""


class Garbled(DeskError):
    """What replied is not the desk, or a version of it that this client does not know; check the address."""


class BadSignature(DeskError):
    """The call was not signed by the desk, or too long ago; do not believe it."""


class Refused(DeskError):
    """The desk refused.

    `status` is HTTP's; `problem` holds the `error` for programs, `message` and `detail` for people, and `fields` by the
    name of what is wrong. `retry_after` is how many seconds to wait, where the desk said so.
    """

    def __init__(self, status: int, problem: Problem, retry_after: float | None = None) -> None:
        self.status = status
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(f"{status} {problem.error}: {problem.message} {problem.detail}".rstrip())


class Unauthorised(Refused):
    """The token is unknown, has ended or was revoked; have another one made."""


class Forbidden(Refused):
    """The token's scopes, or its owner's role, do not allow this; ask an admin of the desk."""


class Missing(Refused):
    """There is no such record; list again."""


class Conflicting(Refused):
    """Somebody else was faster; load the record again and repeat what is still needed."""


class Invalid(Refused):
    """The named fields are wrong; correct them and send again.

    `problem.error` is `invalid_entry` when they are of an entry, else `invalid_request`.
    """


class Throttled(Refused):
    """The desk asks for a pause that is longer than this client waits; come again after `retry_after` seconds."""


class Troubled(Refused):
    """The desk cannot do this now; try again later, with the same key."""


BY_STATUS: Mapping[int, type[Refused]] = {
    401: Unauthorised,
    403: Forbidden,
    404: Missing,
    409: Conflicting,
    422: Invalid,
    429: Throttled,
}


def refusal(status: int, problem: Problem, retry_after: float | None) -> Refused:
    """Return the exception for a reply with an error's status."""
    kind = Troubled if status >= 500 else BY_STATUS.get(status, Refused)
    return kind(status, problem, retry_after)
