"""The people of the server: each chat writes, presses and reads as a person with the Telegram app would."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.support.waiting import WITHIN_S

if TYPE_CHECKING:
    from tests.support.bot_api_server.server import BotApiServer


class Upload(bytes):
    """The bytes of a file with the name that they came under."""

    name: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "Upload":
        """Return `content` under a name."""
        upload = cls(content)
        upload.name = name
        return upload


@dataclass(frozen=True)
class SentFile:
    """A file of the bot: sent as a "photo", a "document", a "voice", an "audio" or a "video"."""

    kind: str
    name: str
    content: bytes

    def described(self, file_id: str) -> dict[str, Any]:
        """Return the file as its message describes it."""
        more: dict[str, dict[str, Any]] = {
            "photo": {"width": 900, "height": 600}, "document": {"file_name": self.name}, "voice": {"duration": 2},
            "audio": {"duration": 2}, "video": {"duration": 2, "width": 320, "height": 240},
        }  # fmt: skip
        file = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(self.content)} | more[self.kind]
        return {self.kind: [file] if self.kind == "photo" else file}


@dataclass
class SentMessage:
    """A message of the bot as it stands in the chat now; `html` is what the bot sent, `text` what is shown."""

    message_id: int
    text: str
    entities: list[dict[str, Any]]
    html: str
    markup: dict[str, Any] | None
    sent_at: float
    versions: list[str] = field(default_factory=list)
    file: SentFile | None = None
    file_id: str = ""

    @property
    def prompt(self) -> str | None:
        """What stands in the field that the message opened for a reply; None when it opened none."""
        opened = self.markup if (self.markup or {}).get("force_reply") else None
        return str(opened.get("input_field_placeholder", "")) if opened else None

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of its buttons, row by row."""
        return [[button["text"] for button in row] for row in (self.markup or {}).get("inline_keyboard", [])]

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [entity["url"] for entity in self.entities if entity["type"] == "text_link"]

    def marked(self, kind: str) -> list[str]:
        """Return the stretches of text marked as `kind`, for example "bold" or "blockquote"."""
        encoded = self.text.encode("utf-16-le")
        spans = [(each["offset"] * 2, each["length"] * 2) for each in self.entities if each["type"] == kind]
        return [encoded[start : start + length].decode("utf-16-le") for start, length in spans]

    def data_of(self, button: str) -> str:
        """Return the callback data of the button with this label or action."""
        for row in (self.markup or {}).get("inline_keyboard", []):
            for each in row:
                data = str(each.get("callback_data", ""))
                if button in (each["text"], data, data.partition(":")[2]):
                    return data
        raise AssertionError(f"no button {button!r} among {self.buttons}")


class Chat:
    """One person's private chat with the bot, or a group (`kind` "group"); made by `BotApiServer.chat`."""

    def __init__(self, server: "BotApiServer", chat_id: int, first_name: str, language_code: str, kind: str) -> None:
        self.id = chat_id
        self.kind = kind
        self.messages: list[SentMessage] = []
        """What the bot has said, oldest first, each as it stands now; deleted ones are gone."""
        self.actions: list[str] = []
        """What the bot was shown doing, "typing" above all."""
        self.answered: list[str] = []
        """The ids of the presses that the bot acknowledged."""
        self.refusal: str | None = None
        self.commands: dict[str, str] = {}
        """The menu of this chat alone, before everybody's."""
        self.last_id = 0
        self._server = server
        self._first_name = first_name
        self._language_code = language_code
        self._read = 0
        self._presses = count(1)

    @property
    def user(self) -> dict[str, Any]:
        """The person, as the Bot API describes them."""
        return {
            "id": abs(self.id),
            "is_bot": False,
            "first_name": self._first_name,
            "language_code": self._language_code,
        }

    @property
    def description(self) -> dict[str, Any]:
        """The chat, as the Bot API describes it."""
        if self.kind == "private":
            return {"id": self.id, "type": self.kind, "first_name": self._first_name}
        return {"id": self.id, "type": self.kind, "title": self._first_name}

    def send(self, text: str | None = None, **content: Any) -> dict[str, Any]:
        """Write to the bot; `content` holds other fields of a message, such as `photo`. Returns the update."""
        message = {**self._envelope(), **content}
        if text is not None:
            message["text"] = text
        return self._server.bring({"message": message})

    def send_document(self, name: str, content: bytes, media_type: str, **content_of: Any) -> dict[str, Any]:
        """Send the bot a document. Returns the update."""
        file = self._server.upload(Upload.of(name, content), "document") | {"file_name": name, "mime_type": media_type}
        return self.send(document=file, **content_of)

    def send_photo(self, content: bytes, **content_of: Any) -> dict[str, Any]:
        """Send the bot a picture, which has a small size too. Returns the update."""
        small, large = (self._server.upload(Upload.of("", each), "photo") for each in (b"small", content))
        sizes = [small | {"width": 90, "height": 60}, large | {"width": 900, "height": 600}]
        return self.send(photo=sizes, **content_of)

    def send_voice(self, content: bytes, **content_of: Any) -> dict[str, Any]:
        """Say something to the bot. Returns the update."""
        return self.send(voice=self._server.upload(Upload.of("", content), "voice") | {"duration": 2}, **content_of)

    def answer(self, message: SentMessage, text: str | None = None, **content: Any) -> dict[str, Any]:
        """Reply to a message of the bot. Returns the update."""
        return self.send(text, reply_to_message=self._server.described(self, message.message_id), **content)

    def edit(self, message_id: int, text: str) -> dict[str, Any]:
        """Change an earlier message of the person. Returns the update."""
        message = {**self._envelope(), "message_id": message_id, "text": text, "edit_date": int(time.time())}
        return self._server.bring({"edited_message": message})

    def press(self, message: SentMessage, button: str) -> dict[str, Any]:
        """Press the button with this label or action under a message of the bot. Returns the update."""
        return self.press_data(message.data_of(button), message.message_id)

    def press_data(self, data: str, message_id: int = 1) -> dict[str, Any]:
        """Send callback data of one's own making, as a forged client can. Returns the update."""
        below = self._server.described(self, message_id)
        query = {
            "id": f"{self.id}{next(self._presses):06d}",
            "from": self.user,
            "chat_instance": str(self.id),
            "data": data,
            "message": below or {"chat": self.description, "message_id": message_id, "date": 0},
        }
        return self._server.bring({"callback_query": query})

    def block(self) -> None:
        """Block the bot."""
        self.refusal = "Forbidden: bot was blocked by the user"

    def unblock(self) -> None:
        """Let the bot write again."""
        self.refusal = None

    def deactivate(self) -> None:
        """Delete the person's account."""
        self.refusal = "Forbidden: user is deactivated"

    def find(self, message_id: int) -> SentMessage | None:
        """Return the bot's message with this id, if it is there."""
        return next((each for each in self.messages if each.message_id == message_id), None)

    async def reply(self, within_s: float = WITHIN_S) -> SentMessage:
        """Wait for the bot's next message that this chat has not yet read, and read it; edits are not new."""
        await self.until(lambda: len(self.messages) > self._read, within_s)
        self._read += 1
        return self.messages[self._read - 1]

    async def ask(self, text: str, within_s: float = WITHIN_S) -> SentMessage:
        """Write to the bot and wait for what it says next."""
        self._read = len(self.messages)
        self.send(text)
        return await self.reply(within_s)

    async def until(self, condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
        """Wait until `condition` holds, without blocking the event loop."""
        await asyncio.to_thread(self.wait_until, condition, within_s)

    def wait_until(self, condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
        """Wait until `condition` holds, for tests without an event loop; an `AssertionError` after `within_s`."""
        self._server.wait_until(condition, within_s)

    def next_id(self) -> int:
        """Return the id of the chat's next message, of either side."""
        self.last_id += 1
        return self.last_id

    def _envelope(self) -> dict[str, Any]:
        return {
            "message_id": self.next_id(),
            "date": int(time.time()),
            "chat": self.description,
            "from": self.user,
        }
