"""How the Bot API server fails messages in a run, and what that explains."""

import random
from collections import Counter

from tests.support.bot_api_server import Failure, Refused

LATE_S = 25.0
"""Longer than the desk waits for the Bot API server."""

SHARES = {"429": 0.05, "500": 0.05, "dropped before": 0.05, "dropped after": 0.02, "late": 0.005}
"""How often each fault befalls a message."""


class Mischief:
    """Chooses how the Bot API server fails each message, and counts what was `done`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.done: Counter[str] = Counter()

    def mood(self, method: str) -> Failure | None:
        """Return how a call fails, None for not at all."""
        if method != "sendMessage":
            return None
        (chosen,) = self._random.choices([*SHARES, ""], [*SHARES.values(), 1 - sum(SHARES.values())])
        self.done += Counter([chosen] if chosen else [])
        match chosen:
            case "429":
                return Failure(Refused(429, "Too Many Requests: retry after 1", self._random.randint(1, 3)))
            case "500":
                return Failure(Refused(500, "Internal Server Error"))
            case "dropped before":
                return Failure(drop=True)
            case "dropped after":
                return Failure(drop=True, after_doing=True)
            case "late":
                return Failure(delay_s=LATE_S)
        return None


def name_of(failure: Failure) -> str:
    """Return what a fault is called in the report; empty for none."""
    if failure.refusal:
        return str(failure.refusal.status)
    if failure.drop:
        return "dropped after" if failure.after_doing else "dropped before"
    return "late" if failure.delay_s else ""


def cause_of(faults: set[str]) -> str:
    """Return why a message came twice to which these faults happened."""
    if "dropped after" in faults:
        return "the connection broke after Telegram had taken it"
    if "late" in faults:
        return "Telegram took it after the desk had stopped waiting"
    return "killed, or without its database, before the receipt was noted"
