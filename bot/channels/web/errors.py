"""Errors of the web channel; each carries the `code` by which a client knows it.

WebError
├── SessionRefused
│   ├── SessionExpired
│   └── SessionForged
├── BadRequest
│   ├── BinaryFrame
│   ├── HelloExpected
│   ├── EmptyMessage
│   └── NoSuchPlace
├── TooLong
├── SlowDown
├── TooManyConnections
└── Unanswered
"""

from typing import ClassVar

from knowledge.errors import PunteError


class WebError(PunteError):
    """The desk could not do this; try again in a moment."""

    code: ClassVar[str] = "failed"


class SessionRefused(WebError):
    """A session token is needed; start a new session with POST /api/chat/sessions."""

    code = "session"


class SessionExpired(SessionRefused):
    """This session has expired; start a new session with POST /api/chat/sessions."""


class SessionForged(SessionRefused):
    """This is not a token of this desk; start a new session with POST /api/chat/sessions."""


class BadRequest(WebError):
    """The request is not understood; correct what is named and send it again. See /chat/protocol."""

    code = "bad_request"


class BinaryFrame(BadRequest):
    """Binary frames are not understood; send text frames with JSON. See /chat/protocol."""


class HelloExpected(BadRequest):
    """The first frame must be a hello with the session's token. See /chat/protocol."""


class EmptyMessage(BadRequest):
    """The message is empty; write something."""

    code = "empty"


class NoSuchPlace(BadRequest):
    """There is nothing at this address. See /chat/protocol."""

    code = "not_found"


class TooLong(WebError):
    """The message is too long and was not sent; shorten it, or send it in parts."""

    code = "too_long"


class SlowDown(WebError):
    """Messages come too fast; wait a moment and send this one again."""

    code = "slow_down"

    def __init__(self, retry_after: float = 1.0) -> None:
        self.retry_after = retry_after
        super().__init__()


class TooManyConnections(WebError):
    """This session is open in too many places; close some of them."""

    code = "too_many_connections"


class Unanswered(WebError):
    """The desk could not take this message; it was not lost on your side, so send it again with the same id."""
