"""The table of costs: what was counted, priced, and written into the docs."""

from benchmarks import counts
from benchmarks.counts import Counted, Worker
from benchmarks.system_cost import BEGIN, KNOWN, PAGE, before_and_after, columns, dollars_of_call, written


def test_the_docs_hold_the_table_that_the_counts_give() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert BEGIN in page
    assert written(page) == page, "run `make cost`"


def test_every_function_that_was_counted_has_its_place() -> None:
    assert {call.function for call in counts.read().others} <= KNOWN


def test_the_counts_are_those_of_whole_campaigns() -> None:
    counted = counts.read()
    calls = {(call.function, call.action): number for call, number in counted.others.items()}
    assert calls["create_part_messages", "dynamodb:BatchWriteItem"] * 25 >= counted.messages
    assert calls["send_part", "dynamodb:PartiQLUpdate"] >= counted.messages, "each answer of SES is recorded"
    assert counted.single.calls["SendEmail"] >= counted.single.messages
    assert counted.bulk.calls["SendBulkEmail"] * 50 >= counted.bulk.messages


def test_a_call_costs_its_units() -> None:
    assert dollars_of_call(Counted("settle_campaign", "dynamodb:PutItem", "campaigns")) == 0.625e-6
    assert dollars_of_call(Counted("check_reputation", "dynamodb:Query", "messages")) == 150 * 0.125e-6
    assert dollars_of_call(Counted("check_preflight_part", "dynamodb:BatchGetItem", "suppressions")) == 100 * 0.125e-6
    assert dollars_of_call(Counted("import_recipient_file", "s3:PutObject", "")) == 5e-6
    assert dollars_of_call(Counted("api", "s3:AbortMultipartUpload", "")) == 0


def test_more_calls_for_as_many_messages_cost_more() -> None:
    counted = counts.read()
    dearer = counted._replace(
        others={call: 2 * number for call, number in counted.others.items()},
        single=Worker({name: 2 * number for name, number in counted.single.calls.items()}, counted.single.messages),
    )
    once, twice = before_and_after(counted), before_and_after(dearer)
    assert all(twice[name] >= dollars for name, dollars in once.items())
    single, bulk, *_ = columns(counted)
    dearer_single, dearer_bulk, *_ = columns(dearer)
    assert dearer_single["sum"] - single["sum"] > dearer_bulk["sum"] - bulk["sum"] > 0
