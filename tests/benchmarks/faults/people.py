"""The people of a run: experts who claim and answer tickets over the API, and askers who go on asking meanwhile."""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from knowledge.conversations.messages import find_conversation, messages_after
from knowledge.database import Database
from knowledge.models import Author, Role
from knowledge.staff.accounts import create_staff
from knowledge.staff.sessions import start_session
from tests.support.bot_api_server import BotApiServer, Chat

EXPERTS = 10
CONTESTED = 100
ASK_EVERY_S = 1.5
PASSWORD = "correct horse battery"


class Experts:
    """Ten experts; each request goes to one of the desks, whichever it is."""

    def __init__(self, database: Database, urls: Sequence[str], ended: threading.Event, pause_s: float) -> None:
        self._urls, self._ended, self._pause_s = urls, ended, pause_s
        self._tokens: list[str] = []
        with database.transaction() as session:
            for number in range(EXPERTS):
                name = f"Expert {number}"
                staff, _ = create_staff(session, f"e{number}@desk.example", name, Role.EXPERT, PASSWORD)
                staff.one_time = False
                self._tokens.append(start_session(session, staff))

    def claim(self, ticket_ids: Sequence[int]) -> tuple[dict[int, int], Counter[int]]:
        """Let everybody claim all of these at once; return who got which, and the statuses of all answers."""
        won: list[tuple[int, int]] = []
        statuses: Counter[int] = Counter()

        def claim_all(number: int) -> None:
            with self.client(number) as client:
                for ticket_id in random.Random(number).sample(ticket_ids, len(ticket_ids)):
                    url = self._urls[number % len(self._urls)]
                    status = client.post(f"{url}/api/tickets/{ticket_id}/claim").status_code
                    statuses.update([status])
                    if status == httpx.codes.OK:
                        won.append((ticket_id, number))

        with ThreadPoolExecutor(EXPERTS) as pool:
            list(pool.map(claim_all, range(EXPERTS)))
        return dict(won), statuses

    def answer(self, ticket_ids: Sequence[int], holders: dict[int, int]) -> None:
        """Answer every ticket, its holder or anybody, each with one key until a desk has taken it."""
        shares: list[list[int]] = [[] for _ in range(EXPERTS)]
        for place, ticket_id in enumerate(ticket_ids):
            shares[holders.get(ticket_id, place % EXPERTS)].append(ticket_id)
        with ThreadPoolExecutor(EXPERTS) as pool:
            list(pool.map(self._answer_share, range(EXPERTS), shares))

    def _answer_share(self, number: int, ticket_ids: Sequence[int]) -> None:
        with self.client(number) as client:
            for ticket_id in ticket_ids:
                self._ended.wait(self._pause_s)
                while not self._answered(client, ticket_id):
                    if self._ended.wait(0.2):
                        return

    def _answered(self, client: httpx.Client, ticket_id: int) -> bool:
        try:
            said = client.post(
                f"{random.choice(self._urls)}/api/tickets/{ticket_id}/answer",
                json={"text": f"Answer {ticket_id}."},
                headers={"Idempotency-Key": f"run-{ticket_id}"},
            )
        except httpx.HTTPError:
            return False
        return said.status_code in (200, 201)

    def client(self, number: int) -> httpx.Client:
        """Return an HTTP client of one of them."""
        return httpx.Client(timeout=15, headers={"Authorization": f"Bearer {self._tokens[number]}"})


class Askers:
    """People who write to the bot on Telegram, one after the other, each once and each in a chat of their own."""

    def __init__(self, telegram: BotApiServer, database: Database) -> None:
        self._telegram, self._database = telegram, database
        self._asked: list[tuple[Chat, float]] = []

    def ask(self) -> Chat:
        """Let somebody new ask something."""
        chat = self._telegram.chat()
        self._asked.append((chat, time.monotonic()))
        chat.send("How deep is the harbour of Atlantis?")
        return chat

    def ask_until(self, ended: threading.Event) -> None:
        """Let people ask until the run has ended."""
        while not ended.wait(ASK_EVERY_S):
            self.ask()

    def all_answered(self) -> bool:
        """Say whether everybody's chat shows an answer."""
        return all(chat.messages for chat, _ in self._asked)

    def report(self) -> dict[str, Any]:
        """Return how many were answered never or more often than the first one, and how long they waited."""
        replies = [self._replies(chat) for chat, _ in self._asked]
        waits = sorted(chat.messages[0].sent_at - at for chat, at in self._asked if chat.messages)
        return {
            "asked": len(replies),
            "unanswered": replies.count(0),
            "answered twice": sum(count > replies[0] for count in replies),
            "wait median": round(statistics.median(waits), 2) if waits else None,
            "wait longest": round(waits[-1], 1) if waits else None,
        }

    def _replies(self, chat: Chat) -> int:
        """Count the answers that the desk wrote; how often each arrived is another question."""
        with self._database.reading() as session:
            place = find_conversation(session, "telegram", str(chat.id))
            said = messages_after(session, place.id, 0) if place else []
            return sum(message.author != Author.ASKER for message in said)
