"""Makes the e-mail channel of a desk's settings."""

from functools import partial

from bot.channels.channel import DeskParts
from bot.channels.email.channel import EmailChannel
from bot.channels.email.sender import EmailSender, NoEmail
from bot.lookups import content
from bot.settings import Settings


def build_email(settings: Settings, parts: DeskParts) -> EmailChannel:
    """Return the channel; without a mail server it refuses what is owed there."""
    if settings.smtp_url is None:
        return EmailChannel(NoEmail(), tells_staff=False)
    sender = EmailSender(settings.smtp_url.get_secret_value(), settings.mail_from, partial(content, parts.database))
    return EmailChannel(sender, tells_staff=True)
