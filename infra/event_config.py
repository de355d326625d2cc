"""What a stack may configure of the way that SES's events take to the platform."""

from typing import Annotated, Final, Literal

from pydantic import Field

from infra.config_values import ConfigPart

NOTIFICATIONS: Final = "notifications"
FIREHOSE: Final = "firehose"


class EventConfig(ConfigPart):
    """How SES's events arrive."""

    event_delivery: Annotated[
        Literal["notifications", "firehose"],
        Field(
            description="How SES's events arrive: by `notifications` (SNS and SQS), within a second or two, or by "
            "`firehose` (Amazon Data Firehose), gathered into objects for eventBufferSeconds, for some $3 less a "
            "million mails. It may be changed at any time."
        ),
    ] = NOTIFICATIONS
    event_buffer_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=300,
            description="Seconds for which Firehose gathers events at most; so much later comes all that follows.",
        ),
    ] = 15
    event_buffer_megabytes: Annotated[
        int,
        Field(ge=1, le=10, description="Megabytes (before they are packed) at which Firehose gathers no longer."),
    ] = 1
