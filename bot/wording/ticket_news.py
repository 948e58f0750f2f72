"""What experts do with a ticket, as its asker and everybody who follows it gets it."""

from typing import Any

from bot.messages import Button, OutgoingFile, OutgoingMessage
from bot.wording.texts import texts

KINDS = frozenset({"ticket_answer", "ticket_asked", "ticket_closed", "ticket_merged"})


def expert_words(kind: str, data: dict[str, Any], text: str, tag: str) -> OutgoingMessage:
    """Return a message of one of `KINDS` with the expert's words as they are, their organisation and their files.

    Where nobody can answer (`one_way` in `data`) it says where to write instead.
    """
    head, rows = _head(kind, data, tag)
    after = _after(kind, tag)
    if data.get("one_way"):
        rows, after = (
            (),
            texts(tag).gettext("Replies to this e-mail are not read. Please write in the chat in which you asked."),
        )
    files = tuple(
        OutgoingFile(attachment_id=each["id"], name=each["name"], media_type=each["media_type"], size=each["size"])
        for each in data.get("files", ())
    )
    said = "\n\n".join(filter(None, (head, text, after)))
    return OutgoingMessage(text=said, language=tag, files=files, buttons=rows)


def _head(kind: str, data: dict[str, Any], tag: str) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    _ = texts(tag).gettext
    number = data.get("ticket", "")
    name = " · ".join(filter(None, (data.get("by", ""), data.get("organisation", ""))))
    match kind:
        case "ticket_asked":
            return _("{name} needs more details for your ticket {number}:").format(name=name, number=number), ()
        case "ticket_merged":
            text = _("Your ticket {number} was joined with {into}; the answer will come under that number.")
            return text.format(number=number, into=data.get("into", "")), ()
        case "ticket_closed":
            return _("Ticket {number} was closed. You can ask a new question at any time.").format(number=number), (
                _closing_rows(number, tag)
            )
    thumbs = (Button(label="👍", action="up"), Button(label="👎", action="down"))
    return _("{name} answers your ticket {number}:").format(name=name, number=number), (thumbs,)


def _after(kind: str, tag: str) -> str:
    _ = texts(tag).gettext
    if kind == "ticket_asked":
        return _("Just write your reply here.")
    if kind == "ticket_closed":
        return _("How much did it help you, from 1 (not at all) to 5 (very much)?")
    return ""


def _closing_rows(number: str, tag: str) -> tuple[tuple[Button, ...], ...]:
    id_ = number.removeprefix("P-")
    if not id_.isdigit():
        return ()
    stars = tuple(Button(label=f"{n} ★", action=f"rate:{id_}:{n}") for n in range(1, 6))
    return stars, (Button(label=texts(tag).gettext("Open it again"), action=f"reopen:{id_}"),)
