"""What people say about a plan."""

from dataclasses import dataclass
from datetime import datetime

from message_centre.wrapper_api.centre.people.model import PersonRef


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark; its id sorts by time."""

    comment_id: str
    plan_id: str
    text: str
    by: PersonRef
    at: datetime
