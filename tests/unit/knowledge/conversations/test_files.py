"""Files are kept once by their content, taken for what their bytes say, and read by whom they concern."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.conversations.files import (
    LONGEST_REMOTE_ID,
    MAX_FILE,
    attach,
    attachments_of,
    clean_name,
    drop_unattached,
    file_content,
    keep_file,
    may_read,
    remote_id_of,
    set_remote_id,
)
from knowledge.conversations.messages import open_conversation, receive_message
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Attachment, Conversation, File, Staff, now
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, get_ticket
from knowledge.tickets.following import follow_code, redeem_follow

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
OGG = b"OggS\0\2" + b"\0" * 8 + b"\1\2\3\4" + b"\0" * 4 + b"\x11\x22\x33\x44\x01\x13"
"""The first page of what Telegram records, whose kind of content follows."""


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.exe", PNG, "image/png"),
        ("form.pdf", b"%PDF-1.4\n%\xe2\xe3", "application/pdf"),
        ("notes.txt", "Здравейте\r\n".encode(), "text/plain"),
        ("rows.csv", b"a;b\n1;2\n", "text/csv"),
        ("letter.docx", b"PK\x03\x04" + b"\0" * 40,
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("voice.ogg", OGG + b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0", "audio/ogg"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(session: Session, name: str, content: bytes, media_type: str) -> None:
    assert keep_file(session, name, content).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [b"", OGG + b"\x80theora" + b"\0" * 12, b"MZ\x90\0" + b"\0" * 100, b"\x7fELF" + b"\0" * 100, b"x" * (MAX_FILE + 1)],
)
def test_what_is_empty_too_large_or_runs_is_refused(session: Session, content: bytes) -> None:
    with pytest.raises(InvalidInput, match="file"):
        keep_file(session, "picture.png", content)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\план.pdf", "план.pdf"),
        ('a"\r\nb.png', "a_b.png"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_names_are_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean
    assert len(clean_name("x" * 500 + ".pdf")) <= 200


def test_a_channel_s_name_of_a_file_holds_for_every_copy_of_it(session: Session) -> None:
    one, copy, other = keep_file(session, "a.png", PNG), keep_file(session, "a.png", PNG), keep_file(session, "b", PNG)
    assert remote_id_of(session, one.id, "7:") is None
    set_remote_id(session, copy.id, "7:photo:x_1")
    assert remote_id_of(session, one.id, "7:") == "7:photo:x_1"
    assert remote_id_of(session, other.id, "7:") is None
    assert remote_id_of(session, one.id, "7:photo:x%") is None
    assert remote_id_of(session, one.id, "8:") is None
    set_remote_id(session, one.id, "8:" + "x" * LONGEST_REMOTE_ID)
    assert remote_id_of(session, one.id, "8:") is None
    assert remote_id_of(session, 999, "7:") is None


def test_equal_bytes_are_kept_once(session: Session) -> None:
    one, other = keep_file(session, "a.png", PNG), keep_file(session, "b.png", PNG)
    assert one.sha256 == other.sha256
    assert session.scalar(select(func.count()).select_from(File)) == 1
    set_remote_id(session, other.id, "tg-1")
    session.refresh(other)
    assert (file_content(session, one.id)[1], other.remote_id) == (PNG, "tg-1")
    with pytest.raises(NotFound):
        file_content(session, 4711)


def test_an_asker_reads_their_own_and_their_tickets_files_and_no_notes(
    session: Session, conversation: Conversation, ana: Staff
) -> None:
    phone, stranger = open_conversation(session, "telegram", "42"), open_conversation(session, "web", "stranger")
    ticket = open_ticket(session, conversation, "?", reason="asked", language="en")
    redeem_follow(session, follow_code(session, ticket.id, conversation), phone)
    sent, answered, noted = (keep_file(session, name, PNG) for name in ("sent.png", "answer.png", "note.png"))
    message = receive_message(session, conversation, "", external_id=None)
    add_asker_message(session, ticket, message, files=[sent.id])
    answer_ticket(session, ticket.id, ana, "So.", files=[answered.id])
    add_note(session, ticket.id, ana, "Hm.", files=[noted.id])
    for place, reads in ((conversation, [True, True, False]), (phone, [True, True, False]), (stranger, [False] * 3)):
        assert [may_read(session, each.id, place.id) for each in (sent, answered, noted)] == reads
    events = {event.kind: event for event in get_ticket(session, ticket.id).events}
    assert events["message"].text == "sent.png"
    names = [each.name for each in attachments_of(session, events=[event.id for event in events.values()])]
    assert names == ["sent.png", "answer.png", "note.png"]


def test_a_file_is_attached_once(session: Session, conversation: Conversation) -> None:
    file = keep_file(session, "a.png", PNG)
    first = receive_message(session, conversation, "1", external_id=None)
    second = receive_message(session, conversation, "2", external_id=None)
    attach(session, [file.id], message=first)
    with pytest.raises(NotFound):
        attach(session, [file.id], message=second)
    with pytest.raises(NotFound):
        attach(session, [4711], message=first)


def test_what_belongs_to_nothing_is_dropped(session: Session, conversation: Conversation) -> None:
    kept, _ = keep_file(session, "a.png", PNG), keep_file(session, "b.txt", b"loose")
    attach(session, [kept.id], message=receive_message(session, conversation, "1", external_id=None))
    assert drop_unattached(session) == 0
    assert drop_unattached(session, now()) == 1
    assert session.scalars(select(Attachment.id)).all() == [kept.id]
