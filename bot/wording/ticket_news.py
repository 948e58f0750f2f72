"""What experts do with a ticket, as its asker and everybody who follows it gets it."""

from bot.dialogue.actions import OnTicket, Plain, TicketAct, button
from bot.messages import Button, OutgoingFile, OutgoingMessage
from bot.wording.texts import texts
from bot.wording.ticket_replies import stars
from knowledge.choices import MessageKind
from knowledge.payloads import ExpertWords


def expert_words(words: ExpertWords, text: str, tag: str) -> OutgoingMessage:
    """Return a message with the expert's words (`text`) as they are, their organisation and their files.

    Where nobody can answer (`one_way`) it says where to write instead.
    """
    head, rows = _head(words, tag)
    after = _after(words.kind, tag)
    if words.one_way:
        rows, after = (
            (),
            texts(tag).gettext("Replies to this e-mail are not read. Please write in the chat in which you asked."),
        )
    files = tuple(OutgoingFile.of(each) for each in words.files)
    said = "\n\n".join(filter(None, (head, text, after)))
    return OutgoingMessage(text=said, language=tag, files=files, buttons=rows)


def _head(words: ExpertWords, tag: str) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    _ = texts(tag).gettext
    number = words.ticket
    name = " · ".join(filter(None, (words.by, words.organisation)))
    match words.kind:
        case MessageKind.TICKET_ASKED:
            return _("{name} needs more details for your ticket {number}:").format(name=name, number=number), ()
        case MessageKind.TICKET_MERGED:
            text = _("Your ticket {number} was joined with {into}; the answer will come under that number.")
            return text.format(number=number, into=words.into), ()
        case MessageKind.TICKET_CLOSED:
            return _("Ticket {number} was closed. You can ask a new question at any time.").format(number=number), (
                _closing_rows(number, tag)
            )
    thumbs = (button("👍", Plain.UP), button("👎", Plain.DOWN))
    return _("{name} answers your ticket {number}:").format(name=name, number=number), (thumbs,)


def _after(kind: MessageKind, tag: str) -> str:
    _ = texts(tag).gettext
    if kind is MessageKind.TICKET_ASKED:
        return _("Just write your reply here.")
    if kind is MessageKind.TICKET_CLOSED:
        return _("How much did it help you, from 1 (not at all) to 5 (very much)?")
    return ""


def _closing_rows(number: str, tag: str) -> tuple[tuple[Button, ...], ...]:
    id_ = number.removeprefix("P-")
    if not id_.isdigit():
        return ()
    again = button(texts(tag).gettext("Open it again"), OnTicket(TicketAct.REOPEN, int(id_)))
    return stars(int(id_)), (again,)
