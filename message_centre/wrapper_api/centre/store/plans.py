"""Plans in DynamoDB."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from message_centre.wrapper_api.centre.kernel.clock import TIME_PATTERN, rfc3339
from message_centre.wrapper_api.centre.kernel.errors import StaleRevisionError
from message_centre.wrapper_api.centre.kernel.ids import PATTERN
from message_centre.wrapper_api.centre.kernel.pages import Page, position_texts
from message_centre.wrapper_api.centre.people.model import PersonRef
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import (
    SECTIONS,
    Approval,
    Check,
    Decision,
    Plan,
    PlanNotFoundError,
    PlanStatus,
    PlanTooLargeError,
    Saved,
    TimingKind,
)
from message_centre.wrapper_api.centre.store.conditions import mapped_errors
from message_centre.wrapper_api.centre.store.tables import CommentItem, PlanItem

_LARGEST_BYTES: Final = 390_000
"""DynamoDB takes 400 KB an item, names included."""

_LOOKED_THROUGH: Final = 1_000
"""So many plans are held against a filter for one page, which may be short then."""


class DynamoPlans:
    """Implements `plans.ports.Plans`."""

    def get(self, plan_id: str) -> Plan:
        """Return a plan."""
        with mapped_errors():
            try:
                item = PlanItem.get(plan_id, consistent_read=True)
            except PlanItem.DoesNotExist:
                raise PlanNotFoundError(f"There is no plan {plan_id}.") from None
        return _plan(item, json.loads(zlib.decompress(item.sources)))

    def add(self, plan: Plan) -> Plan:
        """Keep a new plan; one that has its id already is returned in its place."""
        try:
            with mapped_errors():
                _item(plan).save(condition=PlanItem.plan_id.does_not_exist())
        except StaleRevisionError:
            return self.get(plan.plan_id)
        return plan

    def save(self, plan: Plan) -> Plan:
        """Keep a plan in place of the state that was read; return it as it is stored."""
        stored = replace(plan, writes=plan.writes + 1)
        with mapped_errors():
            _item(stored).save(condition=PlanItem.writes == plan.writes)
        return stored

    def delete(self, plan: Plan) -> None:
        """Forget a plan in the state that was read."""
        with mapped_errors():
            PlanItem(plan.plan_id).delete(condition=PlanItem.writes == plan.writes)

    def page(self, *, statuses: frozenset[PlanStatus] | None, limit: int, position: object) -> Page[Plan]:
        """Return a page, changed last first; without the sources of the content and the report of the check."""
        found: list[Plan] = []
        start = position_texts(position, TIME_PATTERN, PATTERN)
        with mapped_errors():
            walked = PlanItem.by_change.query(
                "plan",
                scan_index_forward=False,
                last_evaluated_key=_key(*start) if start else None,
                limit=_LOOKED_THROUGH,
            )
            for item in walked:
                plan = _plan(item, {})
                if statuses is None or plan.status in statuses:
                    found.append(plan)
                if len(found) == limit:
                    return Page(found, [item.changed, item.plan_id])
            last: Any = walked.last_evaluated_key
            return Page(found, [last["changed"]["S"], last["plan_id"]["S"]] if last else None)


def _key(changed: str, plan_id: str) -> dict[str, Any]:
    """Return where the index goes on, as DynamoDB writes it."""
    return {"plan_id": {"S": plan_id}, "listed": {"S": "plan"}, "changed": {"S": changed}}


class DynamoComments:
    """Implements `plans.ports.Comments`."""

    def add(self, comment: Comment) -> Comment:
        """Keep a comment; one that has its id already is returned in its place."""
        item = CommentItem(
            comment.plan_id,
            comment.comment_id,
            text=comment.text,
            by_id=comment.by.id,
            by_name=comment.by.name,
            at=rfc3339(comment.at),
        )
        try:
            with mapped_errors():
                item.save(condition=CommentItem.comment_id.does_not_exist())
        except StaleRevisionError:
            with mapped_errors():
                return _comment(CommentItem.get(comment.plan_id, comment.comment_id, consistent_read=True))
        return comment

    def page(self, plan_id: str, *, limit: int, position: object) -> Page[Comment]:
        """Return a page of a plan's comments, oldest first."""
        start = position_texts(position, PATTERN)
        after = CommentItem.comment_id > start[0] if start else None
        with mapped_errors():
            walked = CommentItem.query(plan_id, after, limit=limit)
            found = [_comment(item) for item in walked]
        return Page(found, [found[-1].comment_id] if walked.last_evaluated_key else None)


def _comment(item: CommentItem) -> Comment:
    return Comment(
        item.comment_id, item.plan_id, item.text, PersonRef(item.by_id, item.by_name), datetime.fromisoformat(item.at)
    )


def _item(plan: Plan) -> PlanItem:
    head = json.loads(json.dumps(asdict(plan), default=rfc3339))
    sources: dict[str, Any] = {"html": head["content"].pop("html"), "text": head["content"].pop("text")}
    if head["check"]:
        sources["report"] = head["check"]["preflight"].pop("report", None)
    packed = zlib.compress(json.dumps(sources, ensure_ascii=False).encode(), 6)
    size = len(packed) + len(json.dumps(head).encode())
    if size > _LARGEST_BYTES:
        raise PlanTooLargeError(f"The plan takes {size:,} bytes of {_LARGEST_BYTES:,}, packed.")
    return PlanItem(
        plan.plan_id, writes=plan.writes, changed=rfc3339(plan.updated_at), listed="plan", head=head, sources=packed
    )


def _plan(item: PlanItem, sources: Mapping[str, Any]) -> Plan:
    head: dict[str, Any] = dict(item.head)
    sections = {name: kind(**head[name]) for name, kind in SECTIONS.items()}
    content = replace(sections["content"], html=sources.get("html"), text=sources.get("text"))
    timing = replace(sections["timing"], kind=TimingKind(head["timing"]["kind"]))
    return Plan(
        plan_id=head["plan_id"],
        revision=head["revision"],
        writes=int(item.writes),
        name=head["name"],
        created_by=PersonRef(**head["created_by"]),
        created_at=datetime.fromisoformat(head["created_at"]),
        updated_by=PersonRef(**head["updated_by"]),
        updated_at=datetime.fromisoformat(head["updated_at"]),
        **{**sections, "content": content, "timing": timing},
        campaign_id=head["campaign_id"],
        saved=Saved(**head["saved"]) if head["saved"] else None,
        check=_check(head["check"], sources) if head["check"] else None,
        approval=_approval(head["approval"]) if head["approval"] else None,
        outcome=PlanStatus(head["outcome"]) if head["outcome"] else None,
    )


def _check(head: Mapping[str, Any], sources: Mapping[str, Any]) -> Check:
    return Check(head["campaign_revision"], {**head["preflight"], "report": sources.get("report")})


def _approval(head: Mapping[str, Any]) -> Approval:
    decided_by, decided_at = head["decided_by"], head["decided_at"]
    return Approval(
        recipients=head["recipients"],
        asked_by=PersonRef(**head["asked_by"]),
        asked_at=datetime.fromisoformat(head["asked_at"]),
        asked_comment=head["asked_comment"],
        decided_by=PersonRef(**decided_by) if decided_by else None,
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        decision=Decision(head["decision"]) if head["decision"] else None,
        comment=head["comment"],
    )
