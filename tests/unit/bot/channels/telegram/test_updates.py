from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.updates import group_address, incoming_of, replied_to
from bot.messages import IncomingMessage

PERSON = {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "ro"}
SIZE = {"width": 1, "height": 1}
SMALL: dict[str, Any] = {"file_id": "small", "file_unique_id": "s", "file_size": 3}
LARGE: dict[str, Any] = {"file_id": "large", "file_unique_id": "l", "file_size": 9}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ana"}
GROUP = {"id": -5, "type": "supergroup", "title": "Firme"}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> Update:
    envelope = {"message_id": 3, "date": 1, "chat": chat, "from": PERSON}
    return _update(message=envelope | content)


def press(data: str | None, chat: dict[str, Any] | None = PRIVATE) -> Update:
    query: dict[str, Any] = {"id": "55", "from": PERSON, "chat_instance": "1"}
    query |= {"data": data} if data is not None else {}
    query |= {"message": {"message_id": 2, "date": 0, "chat": chat}} if chat else {}
    return _update(callback_query=query)


def _update(**content: Any) -> Update:
    update = Update.de_json({"update_id": 1, **content}, None)
    assert update
    return update


def test_a_text() -> None:
    assert incoming_of(message(text="Bună")) == IncomingMessage(
        channel="telegram", address="7", text="Bună", external_id="3", language_hint="ro", person="Ana"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/help@punte_bot", "/help"),
        ("/start@punte_bot link", "/start link"),
        ("/start link", "/start link"),
        ("/a/b", "/a/b"),
        ("ana@punte.eu", "ana@punte.eu"),
    ],
)
def test_a_command_loses_the_bots_name(written: str, read: str) -> None:
    incoming = incoming_of(message(text=written))
    assert incoming
    assert incoming.text == read


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 2}},
        {"document": {"file_id": "a", "file_unique_id": "b"}},
        {"location": {"latitude": 45.0, "longitude": 28.0}},
        {"contact": {"phone_number": "1", "first_name": "B"}},
    ],
)
def test_what_has_no_words_has_its_caption_or_an_empty_text(content: dict[str, Any]) -> None:
    bare, captioned = incoming_of(message(**content)), incoming_of(message(**content, caption="Ce este?"))
    assert bare
    assert bare.text == ""
    assert captioned
    assert captioned.text == "Ce este?"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        ({"photo": [SMALL | SIZE, LARGE | SIZE]}, "photo-3.jpg", "image/jpeg"),
        ({"document": LARGE | {"file_name": "c.pdf", "mime_type": "application/pdf"}}, "c.pdf", "application/pdf"),
        ({"document": LARGE}, "file", "application/octet-stream"),
        ({"voice": LARGE | {"duration": 2}}, "voice-3.ogg", "audio/ogg"),
        ({"audio": LARGE | {"duration": 2}}, "audio-3.mp3", "audio/mpeg"),
        ({"video": LARGE | SIZE | {"duration": 2}}, "video-3.mp4", "video/mp4"),
    ],
)  # fmt: skip
def test_a_file_has_a_name_a_type_and_a_size(content: dict[str, Any], name: str, media_type: str) -> None:
    incoming = incoming_of(message(**content))
    assert incoming
    (file,) = incoming.files
    assert (file.name, file.media_type, file.size) == (name, media_type, 9)
    assert file.remote_id == f"{next(iter(content))}:large"


def test_a_link_and_a_reply() -> None:
    started = incoming_of(message(text="/start f-23456ABCDE"))
    assert started
    assert (started.text, started.person) == ("/start f-23456ABCDE", "Ana")
    earlier = {"message_id": 2, "date": 1, "chat": PRIVATE, "text": "x"}
    assert replied_to(message(text="yes", reply_to_message=earlier)) == "2"
    assert replied_to(message(text="yes")) is None
    assert replied_to(press("12:up")) is None


def test_an_album_counts_once() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    incoming = incoming_of(message(photo=photo, media_group_id="9"))
    assert incoming
    assert incoming.external_id == "album:9"


def test_a_press() -> None:
    assert incoming_of(press("12:delete:yes")) == IncomingMessage(
        channel="telegram",
        address="7",
        action="delete:yes",
        on_message=12,
        external_id="cb:55",
        language_hint="ro",
        person="Ana",
    )


@pytest.mark.parametrize(
    "data",
    [None, "", "up", ":up", "12:", "0:up", "-1:up", "1e3:up", "9999999999:up", "١٢:up", "1:a b", "1:" + "x" * 61],
)
def test_forged_presses_are_nothing(data: str | None) -> None:
    assert incoming_of(press(data)) is None


def test_service_messages_groups_edits_and_stray_presses_are_nothing() -> None:
    assert incoming_of(message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})) is None
    assert incoming_of(message(GROUP, text="hello")) is None
    assert incoming_of(press("1:up", GROUP)) is None
    assert incoming_of(press("1:up", None)) is None
    assert incoming_of(_update(edited_message={"message_id": 3, "date": 1, "chat": PRIVATE, "text": "x"})) is None
    assert incoming_of(_update(poll_answer={"poll_id": "1", "option_ids": [], "option_persistent_ids": []})) is None


@pytest.mark.parametrize(
    ("text", "addressed"),
    [("/start", True), ("/help@Punte_Bot", True), ("/help@other_bot", False), ("hello", False), ("", False)],
)
def test_a_group_addresses_the_bot_by_a_command(text: str, addressed: bool) -> None:
    assert bool(group_address(message(GROUP, text=text), "punte_bot")) is addressed
    assert group_address(message(text=text), "punte_bot") is None
