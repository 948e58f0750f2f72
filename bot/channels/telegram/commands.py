"""The commands that Telegram offers in its menu, and the one line that groups are told, in every language."""

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.ext import ExtBot

from bot.wording.texts import texts


def commands(tag: str) -> list[BotCommand]:
    """Return what askers can do by commands, with descriptions in the language of `tag`."""
    _ = texts(tag).gettext
    described = {
        "help": _("What I can do"),
        "person": _("Ask a human expert"),
        "tickets": _("My questions to experts"),
        "follow": _("Follow a question here by its code"),
        "subscribe": _("Tell me about new calls"),
        "language": _("Choose my language"),
        "new": _("Start anew"),
        "export": _("All that you keep about me"),
        "delete": _("Delete everything about me"),
    }
    return [BotCommand(command, description) for command, description in described.items()]


def group_hint(tag: str, username: str) -> str:
    """Return what the bot says to a group that calls it."""
    return texts(tag).gettext("I answer in private chats only: {link}").format(link=f"https://t.me/{username}")


def edit_hint(tag: str) -> str:
    """Return what the bot says to who changes a message that was sent."""
    return texts(tag).gettext("I do not see changes to messages that were sent. Please write it as a new message.")


async def offer_commands(bot: ExtBot[int], tags: tuple[str, ...]) -> None:
    """Fill Telegram's menu: English for everybody, and each other language for the apps that speak it."""
    scope = BotCommandScopeAllPrivateChats()
    for tag in tags:
        await bot.set_my_commands(commands(tag), scope=scope, language_code=None if tag == "en" else tag)


async def offer_desk(bot: ExtBot[int], chat: int, tag: str, described: dict[str, str]) -> None:
    """Put the commands of staff, with their descriptions, before the askers' in the menu of one chat."""
    own = [BotCommand(command, description) for command, description in described.items()]
    await bot.set_my_commands([*own, *commands(tag)], scope=BotCommandScopeChat(chat))


async def withdraw_desk(bot: ExtBot[int], chat: int) -> None:
    """Leave a chat with the menu that everybody has."""
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat))
