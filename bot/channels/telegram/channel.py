"""The Telegram channel: a bot that receives by long polling or by a webhook, beside the desk's web server."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from hmac import new as hmac
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from cachetools import TLRUCache
from starlette.routing import Route
from telegram import LinkPreviewOptions, Message, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.channel import Channel, Traits
from bot.channels.telegram.commands import edit_hint, group_hint, offer_commands, offer_desk, withdraw_desk
from bot.channels.telegram.files import FileStore
from bot.channels.telegram.pacing import TelegramPace
from bot.channels.telegram.polling import BACKOFF, Poller
from bot.channels.telegram.receiving import RETRY_AFTER_S, FindMessage, Receiver
from bot.channels.telegram.sending import TelegramSender
from bot.channels.telegram.updates import CHANNEL, WANTED, edited, group_address
from bot.channels.telegram.webhook import webhook_route
from bot.messages import OutgoingMessage
from bot.ports import Conversation, Deliver
from bot.wording.texts import tag_of_hint
from knowledge.languages import LANGUAGES
from knowledge.retrying import Backoff, Trouble

log = logging.getLogger(__name__)

DEFAULT_API_URL = "https://api.telegram.org/bot"
POLLING = "telegram:poll"
"""The duty of polling, which one process of a desk has at a time."""

_HINT_EVERY_S = 3600.0
_EDIT_HINT_EVERY_S = 60.0
_HINTED_AT_MOST = 10_000


async def _always() -> bool:
    return True


class TelegramChannel(Channel):
    """A bot, to be entered for as long as the desk runs; it is the `Sender` of the channel "telegram", too.

    Entering returns at once: the bot introduces itself in the background and keeps trying while Telegram cannot be
    reached; a refused token is logged as an error and leaves the rest of the desk running. `webhook_url` (https, as
    Telegram reaches it) chooses the webhook, whose route `routes()` must be mounted; without it the bot polls.
    `api_url` is the address of a Bot API server, or the library's `base_url`, which ends in /bot. Of several processes
    one may poll: `my_turn` is asked every `turn_every_s` whether this one does. `find_message` tells which of our
    messages a name of Telegram's means, `files` holds what is sent beside words; without them replies are plain
    messages, and files are not sent.
    """

    name = CHANNEL
    traits = Traits(tells_staff=True)

    def __init__(
        self,
        token: str,
        conversation: Conversation,
        deliver: Deliver,
        *,
        api_url: str = DEFAULT_API_URL,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        languages: Sequence[str] = LANGUAGES,
        backoff: Backoff = BACKOFF,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
        my_turn: Callable[[], Awaitable[bool]] = _always,
        turn_every_s: float = 2.0,
        find_message: FindMessage | None = None,
        files: FileStore | None = None,
    ) -> None:
        _keep_token_out_of_logs()
        self._token = token
        self._webhook_url = webhook_url
        # Derived, it is the same in every process of the desk and nobody has to invent it.
        self._webhook_secret = webhook_secret or hmac(token.encode(), b"punte webhook", sha256).hexdigest()
        self._languages = tuple(languages)
        self._backoff = backoff
        self._my_turn = my_turn
        self._turn_every_s = turn_every_s
        self._pace = TelegramPace()
        self._bot: ExtBot[int] = ExtBot(
            token,
            base_url=_base_url(api_url),
            base_file_url=_file_url(api_url),
            request=HTTPXRequest(read_timeout=20, pool_timeout=10),
            get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=10),
            rate_limiter=self._pace,
        )
        self._receiver = Receiver(
            self._bot, conversation, deliver, retry_after_s=retry_after_s, find_message=find_message
        )
        self._poller = Poller(self._bot, self._receive, backoff=backoff)
        self._sender = TelegramSender(self._bot, files)
        self._hinted: TLRUCache[int, float] = TLRUCache(_HINTED_AT_MOST, lambda _, every_s, moment: moment + every_s)
        self._hints: set[asyncio.Task[None]] = set()
        self._sends: set[asyncio.Future[None]] = set()
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await self._receiver.finish()
        if self._sends:
            # A message whose receipt is not awaited would be sent a second time.
            await asyncio.wait(self._sends, timeout=10)
        if not self._webhook_url:
            await self._poller.confirm()
        await self._bot.shutdown()

    @property
    def sender(self) -> Self:
        """The channel sends itself."""
        return self

    def lifespan(self) -> Self:
        """Return the channel, which is entered."""
        return self

    def follow_link(self, code: str, seen_on: str) -> str | None:
        """Return a link to the bot, once its name is known; on Telegram it would lead back to the same chat."""
        return self._start_link(f"f-{code}") if seen_on != self.name else None

    def staff_link(self, code: str) -> str | None:
        """Return a link to the bot, once its name is known."""
        return self._start_link(f"s-{code}")

    @property
    def username(self) -> str | None:
        """The bot's name, once Telegram has told it."""
        return self._bot.username if self._ready.is_set() else None

    async def ready(self) -> None:
        """Wait until Telegram knows the bot and updates can come."""
        await self._ready.wait()

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Send or edit a message; see `bot.delivery.outbox.Sender`."""
        under_way: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sends.add(under_way)
        try:
            return await self._sender.send(address, message_id, outgoing, replaces)
        finally:
            self._sends.discard(under_way)
            under_way.set_result(None)

    async def offer_desk(self, address: str, tag: str, described: dict[str, str] | None) -> None:
        """Put the commands of staff into the menu of one chat, or take them out of it; a failure is only logged."""
        try:
            if described is None:
                await withdraw_desk(self._bot, int(address))
            else:
                await offer_desk(self._bot, int(address), tag, described)
        except TelegramError as error:
            log.warning("The menu of chat %s is left as it was: %s", address, self._redacted(error))

    def share_pace(self, processes: int) -> None:
        """Send at an equal part of the bot's pace, of as many processes as send for it."""
        self._pace.share(processes)

    def routes(self) -> list[Route]:
        """Return the webhook's route, at the path of its URL, for the desk's web application; none when polling."""
        if not self._webhook_url:
            return []
        path = urlsplit(self._webhook_url).path.rstrip("/") or "/telegram"
        return [webhook_route(path, self._webhook_secret, self._bot, self._receive)]

    async def _run(self) -> None:
        trouble = Trouble("Telegram cannot be reached", self._backoff)
        while True:
            try:
                await self._introduce()
                trouble.over()
                if self._webhook_url:
                    return
                await self._poll_in_turn()
            except InvalidToken:
                log.error(
                    "Telegram refuses the bot's token: correct PUNTE_TELEGRAM_TOKEN and start again. "
                    "The rest of the desk runs on."
                )
                return
            except TelegramError as error:
                await asyncio.sleep(trouble.failed(self._redacted(error)))

    async def _poll_in_turn(self) -> None:
        """Poll while it is this process's turn; raises what ends the polling."""
        while True:
            if not await self._is_my_turn():
                await asyncio.sleep(self._turn_every_s)
                continue
            polling = asyncio.create_task(self._poller.run())
            try:
                while not polling.done() and await self._is_my_turn():
                    await asyncio.wait([polling], timeout=self._turn_every_s)
            finally:
                polling.cancel()
                await asyncio.wait([polling])
            if not polling.cancelled():
                polling.result()
            log.warning("Another process of this desk polls Telegram now.")

    async def _is_my_turn(self) -> bool:
        try:
            return await self._my_turn()
        except Exception as error:
            # Without the database no update could be kept.
            log.warning("It cannot be told who polls Telegram, so this process does not: %s", error)
            return False

    async def _introduce(self) -> None:
        await self._bot.initialize()
        if self._webhook_url:
            await self._bot.set_webhook(self._webhook_url, secret_token=self._webhook_secret, allowed_updates=WANTED)
        else:
            await self._bot.delete_webhook()
        if not self._ready.is_set():
            log.info("Telegram knows this desk as @%s (%s).", self._bot.username, self._way())
            self._ready.set()
            await self._offer_commands()

    async def _offer_commands(self) -> None:
        try:
            await offer_commands(self._bot, self._languages)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram's menu of commands is left as it was: %s", self._redacted(error))

    def _start_link(self, payload: str) -> str | None:
        return f"https://t.me/{self.username}?start={payload}" if self.username else None

    def _receive(self, update: Update) -> asyncio.Future[bool]:
        if self._ready.is_set():
            if asked := group_address(update, self._bot.username):
                self._hint(asked, lambda tag: group_hint(tag, self._bot.username), _HINT_EVERY_S)
            if changed := edited(update):
                self._hint(changed, edit_hint, _EDIT_HINT_EVERY_S)
        return self._receiver.receive(update)

    def _hint(self, message: Message, text: Callable[[str], str], every_s: float) -> None:
        """Answer a message that the desk does not take, in a chat at most once in `every_s`."""
        if message.chat.id in self._hinted:
            return
        self._hinted[message.chat.id] = every_s
        tag = (tag_of_hint(message.from_user.language_code) if message.from_user else None) or "en"
        task = asyncio.create_task(self._send_hint(message.chat.id, text(tag if tag in self._languages else "en")))
        self._hints.add(task)
        task.add_done_callback(self._hints.discard)

    async def _send_hint(self, chat: int, text: str) -> None:
        with suppress(TelegramError):
            await self._bot.send_message(chat, text, link_preview_options=LinkPreviewOptions(is_disabled=True))

    def _way(self) -> str:
        return "webhook" if self._webhook_url else "long polling"

    def _redacted(self, error: TelegramError) -> str:
        return error.message.replace(self._token, "<token>")


def _base_url(api_url: str) -> str:
    url = api_url.rstrip("/")
    return url if url.endswith("/bot") or "{token}" in url else f"{url}/bot"


def _file_url(api_url: str) -> str:
    """Return where files are fetched, which is beside the methods: /file/bot instead of /bot."""
    before, bot, after = _base_url(api_url).rpartition("/bot")
    return f"{before}/file{bot}{after}"


def _keep_token_out_of_logs() -> None:
    # The Bot API has the token in every URL, and both libraries log URLs.
    for name in ("httpx", "httpcore", "telegram"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
