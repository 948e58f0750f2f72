"""Rasa's understanding over its HTTP API."""

from typing import Any

import httpx

from nlu import gazetteer
from nlu.folding import fold_with_offsets
from nlu.gazetteer import Finding, Today, today_utc
from nlu.understanding import EntityKind, Intent, Understanding

LONGEST_TEXT = 2000
"""How many characters of a message are read; the rest says nothing new about its meaning."""


class RasaUnderstander:
    """Asks a Rasa server at `url`. Network and protocol errors are raised: `WithFallback` answers for them."""

    def __init__(
        self,
        url: str,
        timeout_s: float = 1.0,
        *,
        today: Today = today_utc,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._today = today
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout_s, transport=transport, trust_env=False)

    async def understand(self, text: str, language: str) -> Understanding:
        """Return the meaning of `text`; raises `httpx.HTTPError`, or `ValueError` for an answer that is not Rasa's."""
        folded = fold_with_offsets(text[:LONGEST_TEXT])
        if not folded.text:
            return Understanding(Intent.OUT_OF_SCOPE, 0.0, by="rasa")
        # A lone surrogate cannot be sent; a question mark keeps its place.
        sendable = folded.text.encode("utf-8", "replace").decode()
        response = await self._client.post("/model/parse", json={"text": sendable})
        response.raise_for_status()
        try:
            parsed = response.json()
            intent, confidence = _intent(parsed)
            findings = [
                Finding(EntityKind(found["entity"]), int(found["start"]), int(found["end"]))
                for found in parsed["entities"]
            ]
            entities = gazetteer.settle(folded, findings, intent, self._today)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError("The server at the Rasa address answered with something else than a parse.") from error
        return Understanding(intent, confidence, entities, by="rasa")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _intent(parsed: dict[str, Any]) -> tuple[Intent, float]:
    """Return the most likely intent; where Rasa is at a loss, the message counts as a question."""
    ranked = [entry for entry in parsed["intent_ranking"] if entry["name"] in set(Intent)]
    if not ranked:
        return Intent.ASK, 0.0
    confidence = float(ranked[0]["confidence"])
    if parsed["intent"]["name"] == "nlu_fallback":
        return Intent.ASK, confidence
    return Intent(ranked[0]["name"]), confidence
