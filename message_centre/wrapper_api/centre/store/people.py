"""Sessions, preferences and the Message Centre's settings in DynamoDB; ids of repeated requests."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from message_centre.wrapper_api.centre.centre_settings import CentreSettings
from message_centre.wrapper_api.centre.kernel.clock import rfc3339
from message_centre.wrapper_api.centre.kernel.errors import IdempotencyKeyReusedError, StaleRevisionError
from message_centre.wrapper_api.centre.people.model import Person, Preferences, Role
from message_centre.wrapper_api.centre.people.ports import Session
from message_centre.wrapper_api.centre.store.conditions import mapped_errors
from message_centre.wrapper_api.centre.store.tables import PreferenceItem, RequestItem, SessionItem

_CENTRE: Final = "centre"
_REMEMBERED: Final = timedelta(hours=24)


class DynamoSessions:
    """Implements `people.ports.Sessions`."""

    def get(self, session_hash: str) -> Session | None:
        """Return a session, None if there is none."""
        with mapped_errors():
            try:
                item = SessionItem.get(session_hash, consistent_read=True)
            except SessionItem.DoesNotExist:
                return None
        person: dict[str, Any] = dict(item.person)
        role = person["role"]
        return Session(
            session_hash,
            Person(person["id"], person["name"], person["email"], Role(role) if role else None),
            item.refresh_token,
            datetime.fromisoformat(item.refreshed_at),
            datetime.fromtimestamp(item.expires_at, UTC),
        )

    def put(self, session: Session) -> None:
        """Keep a session in place of what was kept under its hash."""
        item = SessionItem(
            session.session_hash,
            person=asdict(session.person),
            refresh_token=session.refresh_token,
            refreshed_at=rfc3339(session.refreshed_at),
            expires_at=int(session.expires_at.timestamp()),
        )
        with mapped_errors():
            item.save()

    def delete(self, session_hash: str) -> None:
        """Forget a session; none is fine."""
        with mapped_errors():
            SessionItem(session_hash).delete()


class DynamoPreferences:
    """Implements `people.ports.PreferencesOfPeople`."""

    def get(self, person_id: str) -> Preferences:
        """Return a person's preferences."""
        item = _preference(f"person#{person_id}")
        return Preferences(**item.values_) if item else Preferences()

    def put(self, person_id: str, preferences: Preferences) -> None:
        """Keep a person's preferences."""
        with mapped_errors():
            PreferenceItem(f"person#{person_id}", values_=asdict(preferences)).save()


class DynamoCentreSettings:
    """Implements `centre_settings.SettingsStore`."""

    def get(self) -> tuple[CentreSettings, int]:
        """Return the settings and their revision."""
        item = _preference(_CENTRE)
        return (CentreSettings(**item.values_), int(item.revision)) if item else (CentreSettings(), 0)

    def put(self, settings: CentreSettings, revision: int) -> int:
        """Keep the settings in place of those at a revision; return theirs."""
        item = PreferenceItem(_CENTRE, values_=asdict(settings), revision=revision + 1)
        condition = PreferenceItem.revision == revision if revision else PreferenceItem.owner.does_not_exist()
        with mapped_errors():
            item.save(condition=condition)
        return revision + 1


def _preference(owner: str) -> PreferenceItem | None:
    with mapped_errors():
        try:
            return PreferenceItem.get(owner, consistent_read=True)
        except PreferenceItem.DoesNotExist:
            return None


class DynamoRequestIds:
    """Gives a request that is repeated under its idempotency key the id that it got first."""

    def claim(self, person_id: str, key: str, request: Any, fresh: str, now: datetime) -> str:
        """Return the id for what a request makes: a fresh one, or that of the same request before.

        Raises:
            IdempotencyKeyReusedError: the person used the key for another request.
        """
        fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        request_hash = hashlib.sha256(json.dumps([person_id, key]).encode()).hexdigest()
        item = RequestItem(
            request_hash,
            fingerprint=fingerprint,
            resource_id=fresh,
            expires_at=int((now + _REMEMBERED).timestamp()),
        )
        free = RequestItem.request_hash.does_not_exist() | (RequestItem.expires_at < int(now.timestamp()))
        try:
            with mapped_errors():
                item.save(condition=free)
        except StaleRevisionError:
            with mapped_errors():
                kept = RequestItem.get(request_hash, consistent_read=True)
            if kept.fingerprint != fingerprint:
                raise IdempotencyKeyReusedError("This Idempotency-Key came with another request before.") from None
            return kept.resource_id
        return fresh
