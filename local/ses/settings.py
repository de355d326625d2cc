"""What one local SES is started with."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits and identity of the simulated account.

    Attributes:
        data: folder of the database.
        destination_arn: the topic or delivery stream that events go to; account and region are read from it.
        max_send_rate: recipients per second.
        max_24_hour_send: recipients in 24 hours; -1 is unlimited, as in SES.
        delivery_delay: seconds between acceptance and the mailbox's answer.
        configuration_sets: the names that exist; ``None`` accepts every name.
    """

    data: Path
    destination_arn: str
    max_send_rate: float = 500.0
    max_24_hour_send: float = 1_000_000.0
    delivery_delay: float = 0.05
    configuration_sets: frozenset[str] | None = None

    @property
    def account(self) -> str:
        """Return the account id of the destination."""
        return self.destination_arn.split(":")[4]

    @property
    def region(self) -> str:
        """Return the region of the destination."""
        return self.destination_arn.split(":")[3]
