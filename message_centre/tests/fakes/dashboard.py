"""What the dashboard reads, slowly."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any


class SlowNumbers:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def account(self) -> Mapping[str, Any]:
        return {"sending": {}}

    def overview(self, _since: datetime, _until: datetime) -> Mapping[str, Any]:
        time.sleep(self._seconds)
        return {}

    def campaigns(self, _states: tuple[str, ...], _limit: int, _sort: str) -> list[Mapping[str, Any]]:
        return []

    def statistics(self, _campaign_id: str) -> Mapping[str, Any]:
        return {}

    def senders(self) -> list[Mapping[str, Any]]:
        return []
