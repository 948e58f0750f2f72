"""What the desk did and why, in words for the staff."""

from collections.abc import Mapping
from typing import Any

from knowledge.languages import base
from knowledge.taxonomy import vocabulary

LANGUAGE_NAMES = {
    "en": "English", "sq": "Albanian", "bg": "Bulgarian", "bs": "Bosnian", "hr": "Croatian", "el": "Greek",
    "mk": "Macedonian", "ro": "Romanian", "sr": "Serbian (Cyrillic)", "sr-Latn": "Serbian (Latin)", "sl": "Slovenian",
    "tr": "Turkish", "uk": "Ukrainian",
}  # fmt: skip

COUNTRY_NAMES = {
    "AL": "Albania", "BA": "Bosnia & Herzegovina", "BG": "Bulgaria", "GR": "Greece", "HR": "Croatia", "MD": "Moldova",
    "ME": "Montenegro", "MK": "North Macedonia", "RO": "Romania", "RS": "Serbia", "SI": "Slovenia", "TR": "Türkiye",
    "UA": "Ukraine", "XK": "Kosovo",
}  # fmt: skip

REASONS = {
    "asked": "The asker wished for a person.",
    "declined": "The desk did not know the answer.",
    "unhelpful": "The asker said that the desk's answer did not help.",
}

_TITLES = {
    "opened": "asked for an expert", "message": "wrote", "chat": "", "claimed": "took the ticket",
    "released": "put the ticket back", "note": "noted", "answer": "answered",
    "asked": "asked for details", "reopened": "opened the ticket again", "withdrawn": "withdrew the question",
    "rated": "rated the answer", "reminded": "reminded: the word is due",
    "escalated": "called an admin: nobody acted in time", "drafted": "made a draft entry of it",
    "followed": "now also follows from another chat", "closed": "closed the ticket",
}  # fmt: skip


def routing_in_words(routing: Mapping[str, Any] | None) -> str | None:
    """Return whom the desk suggested for a ticket and why, None when it suggested nobody."""
    if not routing or not routing.get("name"):
        return None
    reasons = [_reason(code, about) for code, about in routing.get("reasons", [])]
    said = "; ".join(reason for reason in reasons if reason)
    return f"Suggested to {routing['name']}: {said}." if said else f"Suggested to {routing['name']}."


def title_of(kind: str, data: Mapping[str, Any]) -> str:
    """Return what happened in a moment of a ticket's story, to be read after the name of who did it."""
    to = data.get("to")
    if kind == "routed":
        subject = ", ".join(str(data[name]) for name in ("country", "sector", "competence") if data.get(name))
        suggested = (routing_in_words(data) or "").rstrip(".")
        return suggested[:1].lower() + suggested[1:] or f"set what it is about: {subject or 'nothing known'}"
    if kind == "handed":
        return f"handed the ticket to {to}"
    if kind == "priority":
        return f"set the priority to {to}"
    if kind == "due":
        return "set when the next word is due"
    if kind == "watched":
        return "watches the ticket" if data.get("on") else "no longer watches"
    if kind in ("merged", "split"):
        verb = "joined" if kind == "merged" else "split"
        return f"{verb} it into P-{data['into']}" if "into" in data else f"{verb} it from P-{data.get('from')}"
    if kind == "unreachable":
        elsewhere = data.get("elsewhere")
        end = f"; it goes by {elsewhere} instead" if elsewhere else "; there is no other way"
        return f"could not reach the asker on {data.get('channel')} ({data.get('error')}){end}"
    return _TITLES.get(kind, kind)


def label(vocabulary_name: str, code: str | None) -> str:
    """Return the English label of a code of a taxonomy; one that the taxonomy lacks is its own."""
    term = vocabulary(vocabulary_name).get(code or "")
    return term.label("en") if term else code or ""


def _reason(code: str, about: str) -> str:
    if code in ("competence", "sector"):
        return f"knows {label('competences' if code == 'competence' else 'sectors', about).lower()}"
    if code == "country":
        return f"knows {COUNTRY_NAMES.get(about, about)}"
    if code == "language":
        return f"answers in {LANGUAGE_NAMES.get(about, about).partition(' (')[0]}"
    if code == "related":
        return f"reads it through {LANGUAGE_NAMES.get(base(about), about).partition(' (')[0]}, which is near"
    if code == "works_now":
        return "is at work now"
    if code == "load":
        return f"holds {about.replace('/', ' of ')} tickets"
    return ""
