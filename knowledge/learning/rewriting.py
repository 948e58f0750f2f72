"""Makes a question and an answer of a conversation's words by leaving out: greetings, thanks, farewells. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from knowledge.entries.sentences import sentences
from knowledge.languages import fold

MAX_TITLE = 300

SAYS_LITTLE = 5
"""A question of fewer words is told with the sentence before it."""

_GREETINGS = (
    "hello", "hi", "hey", "dear", "good morning", "good day", "good afternoon", "good evening", "greetings",
    "pershendetje", "tungjatjeta", "miredita", "mirembrema", "te nderuar", "i nderuar", "e nderuar",
    "здравейте", "здрасти", "добър ден", "добро утро", "добър вечер", "уважаеми", "уважаема", "привет",
    "zdravo", "dobar dan", "dobro jutro", "dobro vece", "dobra vecer", "postovani", "postovana", "pozdrav", "bok",
    "cao",
    "здраво", "добар дан", "поштовани", "поздрав", "добар ден", "почитувани", "почитувана",
    "γεια σας", "γεια", "καλημερα", "καλησπερα", "αγαπητοι", "αξιοτιμε",
    "buna ziua", "buna", "salut", "stimate", "stimati", "stimata",
    "pozdravljeni", "zivjo", "dober dan", "spostovani", "spostovana",
    "merhaba", "selam", "iyi gunler", "gunaydin", "sayin", "iyi aksamlar",
    "доброго дня", "добрий день", "вітаю", "шановні", "шановний", "привіт",
)  # fmt: skip
_PARTINGS = (
    "thanks", "thank you", "many thanks", "regards", "kind regards", "best regards", "sincerely", "best wishes",
    "faleminderit", "me respekt", "благодаря", "поздрави", "с уважение", "предварително благодаря",
    "hvala", "srdacan pozdrav", "s postovanjem", "lep pozdrav", "хвала", "с поштовањем", "благодарам", "со почит",
    "ευχαριστω", "με εκτιμηση", "multumesc", "va multumesc", "cu stima", "cu respect",
    "tesekkurler", "tesekkur ederim", "saygilar", "saygilarimla", "дякую", "з повагою", "щиро дякую", "lp",
    "unapred hvala",
)  # fmt: skip
_ASKING = (
    "how", "what", "which", "where", "when", "who", "why", "can", "could", "is there", "are there", "do i", "does",
    "cfare", "cili", "cila", "ku", "kur", "kush", "a mund", "a ka",
    "как", "какво", "какви", "кой", "коя", "кои", "къде", "кога", "колко", "има ли", "мога ли", "трябва ли",
    "kako", "sta", "sto", "koji", "koja", "koje", "gde", "gdje", "kada", "kad", "koliko", "da li", "ima li", "mogu li",
    "како", "шта", "што", "који", "која", "кои", "каде", "где", "када", "колку", "да ли", "дали",
    "πως", "τι", "ποιος", "ποια", "ποιο", "που", "ποτε", "ποσο", "υπαρχει", "μπορω",
    "cum", "care", "unde", "cand", "cat", "cine", "exista", "pot",
    "kaj", "kateri", "katera", "kje", "kdaj", "nasil", "hangi", "nerede", "kim", "kac", "var mi",
    "як", "що", "який", "яка", "які", "де", "коли", "скільки", "хто", "чи",
)  # fmt: skip
_DATE = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))\b")


def _starts(words: Sequence[str]) -> re.Pattern[str]:
    folded = sorted({fold(word) for word in words}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, folded))})\b")


_GREETING, _PARTING, _ASKS = _starts(_GREETINGS), _starts(_PARTINGS), _starts(_ASKING)


def rewritten_question(texts: Sequence[str]) -> str:
    """Return the question that an asker's messages put: the sentences that ask, else the first one with content.

    At most `MAX_TITLE` characters, whole sentences as long as one fits.
    """
    content = [sentence for text in texts for sentence in plain_sentences(text)]
    asking: list[str] = []
    for before, sentence in zip(["", *content], content, strict=False):
        if asks(sentence):
            asking += [before, sentence] if len(sentence.split()) < SAYS_LITTLE else [sentence]
    asking = list(filter(None, asking)) or content[:1]
    title = ""
    for sentence in dict.fromkeys(asking):
        if title and len(title) + len(sentence) >= MAX_TITLE:
            break
        title = f"{title} {sentence}".strip()
    return title[:MAX_TITLE].strip()


def plain_sentences(text: str) -> list[str]:
    """Return the sentences of a message without its greeting, thanks and farewell."""
    kept: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        line = _without_greeting(line)
        kept.extend(sentence for sentence in sentences(line) if not _is_polite(sentence))
    return kept


def plain_text(text: str) -> str:
    """Return an answer without its greeting, thanks and farewell; its paragraphs stay."""
    lines: list[str] = []
    for line in text.splitlines():
        parts = plain_sentences(line)
        if parts or not line.strip():
            lines.append(" ".join(parts))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def asks(sentence: str) -> bool:
    """Say whether a sentence is a question, by its mark or by its first word."""
    return sentence.rstrip("\"'»“) ").endswith(("?", ";", "\u037e")) or bool(_ASKS.match(fold(sentence)))


def dates_in(text: str) -> list[date]:
    """Return the days that a text names in figures, in its order."""
    found: list[date] = []
    for match in _DATE.finditer(text):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _without_greeting(line: str) -> str:
    """Return a line without the greeting that it begins with, up to the first comma or mark within some words."""
    if not _GREETING.match(fold(line)):
        return line
    head, mark, rest = next(
        ((line[:at], line[at], line[at + 1 :]) for at, letter in enumerate(line) if letter in ",!."), (line, "", "")
    )
    if len(head.split()) > 5:
        return line
    rest = rest.strip()
    return rest[:1].upper() + rest[1:] if mark else ""


def _is_polite(sentence: str) -> bool:
    folded = fold(sentence)
    return (
        len(sentence.split()) <= 6 and bool(_PARTING.match(folded) or _GREETING.match(folded)) and "?" not in sentence
    )
