"""The commands that Telegram offers in its menu, and the one line that groups are told, in every language."""

from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.ext import ExtBot

from bot.texts import texts


def commands(tag: str) -> list[BotCommand]:
    """Return the desk's commands with their descriptions in the language of `tag`."""
    _ = texts(tag).gettext
    described = {
        "start": _("Say hello"),
        "help": _("What I can do"),
        "language": _("Choose my language"),
        "ticket": _("My questions to experts"),
        "person": _("Ask a human expert"),
        "new": _("Start anew"),
        "delete": _("Delete everything about me"),
    }
    return [BotCommand(command, description) for command, description in described.items()]


def group_hint(tag: str, username: str) -> str:
    """Return what the bot says to a group that calls it."""
    return texts(tag).gettext("I answer in private chats only: {link}").format(link=f"https://t.me/{username}")


async def offer_commands(bot: ExtBot[int], tags: tuple[str, ...]) -> None:
    """Fill Telegram's menu: English for everybody, and each other language for the apps that speak it."""
    scope = BotCommandScopeAllPrivateChats()
    for tag in tags:
        await bot.set_my_commands(commands(tag), scope=scope, language_code=None if tag == "en" else tag)
