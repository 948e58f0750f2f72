"""A ticket's story: who said what, to whom, in one order."""

import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import receive_message, send_message
from knowledge.errors import NotFound
from knowledge.models import Author, Conversation, Staff
from knowledge.tickets.by_asker import add_asker_message, open_ticket, rate_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, close_ticket
from knowledge.tickets.timeline import Voice, timeline


def test_the_story_tells_who_said_what_in_one_order(session: Session, conversation: Conversation, ana: Staff) -> None:
    for number in range(12):
        receive_message(session, conversation, f"before {number}", external_id=None)
    send_message(session, conversation, "I do not know.", author=Author.BOT)
    ticket = open_ticket(session, conversation, "How?", reason="declined", language="en")
    add_asker_message(session, ticket, receive_message(session, conversation, "In Serbia.", external_id=None))
    send_message(session, conversation, "I added this.", author=Author.BOT)
    add_note(session, ticket.id, ana, "Hm.", files=[keep_file(session, "a.txt", b"words").id])
    answer_ticket(session, ticket.id, ana, "So.")
    close_ticket(session, ticket.id, ana)
    rate_ticket(session, conversation, ticket.id, 5, "Fine.")
    receive_message(session, conversation, "long after", external_id=None)
    story = timeline(session, ticket.id)
    assert [moment.text for moment in story[:9]] == [f"before {number}" for number in range(3, 12)]
    assert [(moment.voice, moment.text) for moment in story[9:]] == [
        (Voice.BOT, "I do not know."), (Voice.ASKER, "How?"), (Voice.ASKER, "In Serbia."), (Voice.BOT, "I added this."),
        (Voice.NOTE, "Hm."), (Voice.SYSTEM, ""), (Voice.EXPERT, "So."), (Voice.SYSTEM, ""), (Voice.ASKER, "Fine."),
    ]  # fmt: skip
    answer = next(moment for moment in story if moment.voice is Voice.EXPERT)
    assert (answer.by, answer.delivery is not None) == ("Ana", True)
    assert [file.name for moment in story for file in moment.files] == ["a.txt"]
    with pytest.raises(NotFound):
        timeline(session, 4711)
