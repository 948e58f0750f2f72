"""Rasa's understanding over its HTTP API."""

import json
from functools import cached_property
from typing import Any

import aiohttp

from knowledge import clock
from nlu.extraction import gazetteer
from nlu.extraction.folding import fold_with_offsets
from nlu.extraction.gazetteer import Finding, Today
from nlu.understanding import LONGEST_TEXT, EntityKind, Intent, Understanding

_CONNECTIONS = 32


class RasaUnderstander:
    """Asks a Rasa server at `url`. Network and protocol errors are raised: `WithFallback` answers for them."""

    def __init__(self, url: str, timeout_s: float = 1.0, *, today: Today = clock.today) -> None:
        self._parse_url = f"{url.rstrip('/')}/model/parse"
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._today = today

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        # Made at the first message: a session belongs to the loop that runs then.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
        )

    async def understand(self, text: str, language: str) -> Understanding:
        """Return the meaning of `text`.

        Raises `aiohttp.ClientError` or `TimeoutError`, or `ValueError` for an answer that is not Rasa's.
        """
        folded = fold_with_offsets(text[:LONGEST_TEXT])
        if not folded.text:
            return Understanding(Intent.OUT_OF_SCOPE, 0.0, by="rasa")
        # A lone surrogate cannot be sent; a question mark keeps its place.
        sendable = folded.text.encode("utf-8", "replace").decode()
        async with self._session.post(self._parse_url, json={"text": sendable}, allow_redirects=False) as response:
            if not 200 <= response.status < 300:
                raise ValueError(f"The server at the Rasa address answered with the status {response.status}.")
            body = await response.read()
        try:
            parsed = json.loads(body)
            intent, confidence = _intent(parsed)
            findings = [
                Finding(EntityKind(found["entity"]), int(found["start"]), int(found["end"]))
                for found in parsed["entities"]
            ]
            entities = gazetteer.settle(folded, findings, intent, self._today, language=language)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError("The server at the Rasa address answered with something else than a parse.") from error
        return Understanding(intent, confidence, entities, by="rasa")

    async def close(self) -> None:
        """Close the connections; no message can be sent afterwards."""
        await self._session.close()


def _intent(parsed: dict[str, Any]) -> tuple[Intent, float]:
    """Return the most likely intent; where Rasa is at a loss, the message counts as a question."""
    ranked = [entry for entry in parsed["intent_ranking"] if entry["name"] in set(Intent)]
    if not ranked:
        return Intent.ASK, 0.0
    confidence = float(ranked[0]["confidence"])
    if parsed["intent"]["name"] == "nlu_fallback":
        return Intent.ASK, confidence
    return Intent(ranked[0]["name"]), confidence
