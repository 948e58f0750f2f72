"""What each method of the Bot API does to the server's state; wordings of refusals are those of the real server."""

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.bot_api_server.markup import CannotParse, read_html, units
from tests.support.bot_api_server.people import Chat, SentFile, SentMessage, Upload

if TYPE_CHECKING:
    from tests.support.bot_api_server.server import BotApiServer

MAX_TEXT_UNITS = 4096
MAX_PLACEHOLDER = 64
MAX_PHOTO_BYTES = 10 * 1024 * 1024
_ACTIONS = ("typing", "upload_photo", "upload_document", "find_location")
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Refused(Exception):
    """The call fails with a status, a description and perhaps a time to wait."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        self.status = status
        self.description = description
        self.retry_after = retry_after
        super().__init__(description)


class Methods:
    """The methods that answer at once; each takes its checked parameters and returns the result."""

    def __init__(self, server: "BotApiServer") -> None:
        self._server = server

    def call(self, method: str, parameters: dict[str, Any]) -> Any:
        """Carry out a method by its name in the Bot API; raises `Refused`."""
        name = re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", method)
        return getattr(self, f"_{name}")(parameters)

    def _get_me(self, _: dict[str, Any]) -> Any:
        return self._server.bot

    def _set_webhook(self, parameters: dict[str, Any]) -> Any:
        url = parameters["url"]
        parts = urlsplit(url)
        # Like a Bot API server in --local mode, this one brings updates over plain http too, but only to loopback.
        if url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", parameters.get("secret_token", "")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self._server.set_webhook(url, parameters.get("secret_token", ""), parameters.get("allowed_updates"))
        return True

    def _delete_webhook(self, parameters: dict[str, Any]) -> Any:
        self._server.set_webhook("", "", None)
        if parameters.get("drop_pending_updates"):
            self._server.pending.clear()
        return True

    def _get_webhook_info(self, _: dict[str, Any]) -> Any:
        server = self._server
        return {
            "url": server.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(server.pending),
        }

    def _send_message(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        text, entities = _content(parameters)
        message = SentMessage(
            message_id=chat.next_id(),
            text=text,
            entities=entities,
            html=parameters["text"],
            markup=_markup(parameters),
            sent_at=time.monotonic(),
        )
        chat.messages.append(message)
        return self._server.described(chat, message.message_id)

    def _send_photo(self, parameters: dict[str, Any]) -> Any:
        return self._send_file(parameters, "photo")

    def _send_document(self, parameters: dict[str, Any]) -> Any:
        return self._send_file(parameters, "document")

    def _send_voice(self, parameters: dict[str, Any]) -> Any:
        return self._send_file(parameters, "voice")

    def _send_audio(self, parameters: dict[str, Any]) -> Any:
        return self._send_file(parameters, "audio")

    def _send_video(self, parameters: dict[str, Any]) -> Any:
        return self._send_file(parameters, "video")

    def _send_file(self, parameters: dict[str, Any], kind: str) -> Any:
        chat = self._chat(parameters)
        given = parameters[kind]
        content = given if isinstance(given, Upload) else self._known_file(str(given), kind)
        if not content:
            raise Refused(400, "Bad Request: file must be non-empty")
        if kind == "photo" and len(content) > MAX_PHOTO_BYTES:
            raise Refused(400, "Bad Request: file is too big")
        file_id = given if isinstance(given, str) else self._server.upload(content, kind)["file_id"]
        message = SentMessage(
            message_id=chat.next_id(), text="", entities=[], html="", markup=None, sent_at=time.monotonic(),
            file=SentFile(kind, content.name, bytes(content)), file_id=str(file_id),
        )  # fmt: skip
        chat.messages.append(message)
        return self._server.described(chat, message.message_id)

    def _known_file(self, file_id: str, kind: str) -> Upload:
        """Return a file that the server has, by its id; like the real one it sends none in another form."""
        if file_id not in self._server.uploads:
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if not file_id.startswith(kind):
            raise Refused(400, f"Bad Request: can't use file of type {file_id.rstrip('0123456789')} as {kind}")
        return self._server.uploads[file_id]

    def _get_file(self, parameters: dict[str, Any]) -> Any:
        file_id = parameters["file_id"]
        if file_id not in self._server.uploads:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self._server.uploads[file_id])
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"files/{file_id}"}

    def _edit_message_text(self, parameters: dict[str, Any]) -> Any:
        chat, message = self._message(parameters)
        text, entities = _content(parameters)
        markup = _markup(parameters)
        if (text, entities, markup) == (message.text, message.entities, message.markup):
            raise Refused(400, _NOT_MODIFIED)
        message.versions.append(message.html)
        message.text, message.entities, message.html, message.markup = text, entities, parameters["text"], markup
        return self._server.described(chat, message.message_id)

    def _edit_message_reply_markup(self, parameters: dict[str, Any]) -> Any:
        chat, message = self._message(parameters)
        markup = _markup(parameters)
        if markup == message.markup:
            raise Refused(400, _NOT_MODIFIED)
        message.markup = markup
        return self._server.described(chat, message.message_id)

    def _delete_message(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        message = chat.find(parameters["message_id"])
        if message is None:
            raise Refused(400, "Bad Request: message to delete not found")
        chat.messages.remove(message)
        return True

    def _answer_callback_query(self, parameters: dict[str, Any]) -> Any:
        chat = self._server.chat_of_query(parameters["callback_query_id"])
        if chat is None or parameters["callback_query_id"] in chat.answered:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        chat.answered.append(parameters["callback_query_id"])
        return True

    def _send_chat_action(self, parameters: dict[str, Any]) -> Any:
        chat = self._chat(parameters)
        if parameters["action"] not in _ACTIONS:
            raise Refused(400, "Bad Request: wrong parameter action in request")
        chat.actions.append(parameters["action"])
        return True

    def _set_my_commands(self, parameters: dict[str, Any]) -> Any:
        language = parameters.get("language_code", "")
        if not re.fullmatch(r"([a-z]{2})?", language):
            raise Refused(400, "Bad Request: LANGUAGE_CODE_INVALID")
        for command in parameters["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        described = {command["command"]: command["description"] for command in parameters["commands"]}
        if (chat := self._scope(parameters)) is not None:
            chat.commands = described
        else:
            self._server.commands[language] = described
        return True

    def _delete_my_commands(self, parameters: dict[str, Any]) -> Any:
        if (chat := self._scope(parameters)) is not None:
            chat.commands = {}
        else:
            self._server.commands.pop(parameters.get("language_code", ""), None)
        return True

    def _scope(self, parameters: dict[str, Any]) -> Chat | None:
        scope = parameters.get("scope", {})
        return self._chat(scope) if scope.get("type") == "chat" else None

    def _chat(self, parameters: dict[str, Any]) -> Chat:
        chat = self._server.chats.get(parameters["chat_id"])
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.refusal:
            raise Refused(403, chat.refusal)
        return chat

    def _message(self, parameters: dict[str, Any]) -> tuple[Chat, SentMessage]:
        chat = self._chat(parameters)
        message = chat.find(parameters["message_id"])
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        return chat, message


def _content(parameters: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    text: str = parameters["text"].strip()
    entities: list[dict[str, Any]] = []
    if parameters.get("parse_mode", "").upper() == "HTML":
        try:
            text, entities = read_html(parameters["text"])
        except CannotParse as error:
            raise Refused(400, f"Bad Request: can't parse entities: {error}") from error
    elif parameters.get("parse_mode"):
        raise Refused(400, "Bad Request: unsupported parse_mode")
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    if units(text) > MAX_TEXT_UNITS:
        raise Refused(400, "Bad Request: message is too long")
    return text, entities


def _markup(parameters: dict[str, Any]) -> dict[str, Any] | None:
    markup = parameters.get("reply_markup")
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button["text"].strip():
                raise Refused(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if len((markup or {}).get("input_field_placeholder", "x")) not in range(1, MAX_PLACEHOLDER + 1):
        raise Refused(400, "Bad Request: can't parse reply keyboard markup: the placeholder has a wrong length")
    return markup
