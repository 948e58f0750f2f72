"""The e-mail channel: people are written to at the addresses that they gave, and write back nowhere."""

from bot.channels.channel import Channel, Traits
from bot.delivery.outbox import Sender


class EmailChannel(Channel):
    """E-mail through `sender`; `tells_staff` says whether it gets anywhere."""

    name = "email"

    def __init__(self, sender: Sender, *, tells_staff: bool) -> None:
        self._sender = sender
        self._traits = Traits(tells_staff=tells_staff, mail=True)

    @property
    def traits(self) -> Traits:
        """Its addresses are e-mail addresses."""
        return self._traits

    @property
    def sender(self) -> Sender:
        """What sends over SMTP, or refuses."""
        return self._sender
