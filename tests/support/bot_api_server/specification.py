"""The part of the Bot API's specification that the server speaks, and checks of values against it.

`bot_api_subset.json` is taken from github.com/PaulSonOfLars/telegram-bot-api-spec (MIT), Bot API 10.1: names, types
and obligations only. Renew it with
`python -c "from tests.support.bot_api_server.specification import renew; renew('…')"`.
"""

import json
from pathlib import Path
from typing import Any

METHODS = (
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "sendMessage", "editMessageText",
    "editMessageReplyMarkup", "answerCallbackQuery", "sendChatAction", "setMyCommands", "deleteMessage", "sendPhoto",
    "sendDocument", "getFile", "sendVoice", "sendAudio", "sendVideo", "deleteMyCommands",
)  # fmt: skip
TYPES = (
    "Update", "Message", "InaccessibleMessage", "User", "Chat", "CallbackQuery", "MessageEntity", "LinkPreviewOptions",
    "InlineKeyboardMarkup", "InlineKeyboardButton", "BotCommand", "BotCommandScopeAllPrivateChats", "WebhookInfo",
    "PhotoSize", "Voice", "Document", "Sticker", "Location", "Contact", "ChatMemberUpdated", "ResponseParameters",
    "File", "ForceReply", "BotCommandScopeChat",
)  # fmt: skip

_SCOPES = {"all_private_chats": "BotCommandScopeAllPrivateChats", "chat": "BotCommandScopeChat"}
_FIXTURE = Path(__file__).parent / "bot_api_subset.json"
_SCALARS: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
}


def subset_of(full: dict[str, Any]) -> dict[str, Any]:
    """Return the subset of the whole specification that `bot_api_subset.json` holds."""

    def fields(item: dict[str, Any]) -> dict[str, Any]:
        return {each["name"]: [each["required"], *each["types"]] for each in item.get("fields", [])}

    return {
        "version": full["version"],
        "methods": {
            name: {"returns": full["methods"][name]["returns"], "fields": fields(full["methods"][name])}
            for name in METHODS
        },
        "types": {name: fields(full["types"][name]) for name in TYPES},
    }


def renew(path: str) -> None:
    """Write the fixture anew from the whole specification at `path`."""
    subset = subset_of(json.loads(Path(path).read_text()))
    lines = [f'"version": {json.dumps(subset["version"])}']
    for section in ("methods", "types"):
        rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(item)}" for name, item in subset[section].items())
        lines.append(f'"{section}": {{\n{rows}\n}}')
    _FIXTURE.write_text("{" + ",\n".join(lines) + "}\n")


class Specification:
    """The subset, with checks that return what is wrong as sentences; nothing wrong is an empty list."""

    def __init__(self) -> None:
        self.subset = json.loads(_FIXTURE.read_text())

    def knows(self, method: str) -> bool:
        """Say whether the server speaks `method`."""
        return method in self.subset["methods"]

    def read_parameters(self, method: str, raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return a request's parameters with their types, and what is wrong with them."""
        fields = self.subset["methods"][method]["fields"]
        values, wrong = {}, [f"{method}: unknown parameter {name}" for name in raw if name not in fields]
        for name, (required, *types) in fields.items():
            if name not in raw:
                wrong += [f"{method}: {name} is missing"] if required else []
                continue
            values[name] = _parsed(raw[name], types)
            wrong += self._check(values[name], types, f"{method}.{name}")
        return values, wrong

    def check_result(self, method: str, result: Any) -> list[str]:
        """Return what is wrong with a method's result."""
        return self._check(result, self.subset["methods"][method]["returns"], f"{method} ->")

    def check_type(self, name: str, value: Any) -> list[str]:
        """Return what is wrong with a value of the named type."""
        return self._check(value, [name], name)

    def _check(self, value: Any, types: list[str], where: str) -> list[str]:
        # Of several object types only those of the subset can be told apart.
        known = [each for each in types if each in self.subset["types"]] if isinstance(value, dict) else []
        findings = [self._check_one(value, each, where) for each in known or types]
        return [] if any(not each for each in findings) else min(findings, key=len)

    def _check_one(self, value: Any, kind: str, where: str) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: {value!r} is no array"]
            inner = kind.removeprefix("Array of ")
            return [finding for each in value for finding in self._check_one(each, inner, where)]
        if kind in _SCALARS:
            fits = isinstance(value, _SCALARS[kind]) and (kind in ("Boolean", "True") or not isinstance(value, bool))
            return [] if fits else [f"{where}: {value!r} is no {kind}"]
        if kind == "InputFile":
            return [] if isinstance(value, bytes) else [f"{where}: {value!r} is no uploaded file"]
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no {kind}"]
        known = kind if kind in self.subset["types"] else None
        if kind == "BotCommandScope":
            known = _SCOPES.get(str(value.get("type")))
        known = "Message" if kind == "MaybeInaccessibleMessage" else known
        return self._check_fields(value, self.subset["types"][known], where) if known else []

    def _check_fields(self, value: dict[str, Any], fields: dict[str, Any], where: str) -> list[str]:
        wrong = [f"{where}: unknown field {name}" for name in value if name not in fields]
        for name, (required, *types) in fields.items():
            if name in value:
                wrong += self._check(value[name], types, f"{where}.{name}")
            elif required:
                wrong.append(f"{where}: {name} is missing")
        return wrong


def _parsed(value: Any, types: list[str]) -> Any:
    """Return a value of a form as one of its types; JSON bodies come parsed already."""
    if not isinstance(value, str) or types == ["String"]:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
