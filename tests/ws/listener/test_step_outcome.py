"""The wire breaks in mid-call: who asks what is held learns whether it was done, and nothing is published twice."""

import pytest
import redis

from project.development.programs import free_port
from tests.wire_cutter import WireCutter
from tests.ws.listener.conftest import MakeStep, Subscriber
from tests.ws.listener.steps import begin, messages, streamed
from tests.ws.listener.test_step_refusals import refusal
from ws.listener.link import NotPublishedError, OutcomeUnknownError
from ws.listener.step import Step
from ws.wire.channels import Channel
from ws.wire.message import numbered


@pytest.fixture
def cut_step(wire: WireCutter, make_step: MakeStep, channel: Channel) -> Step:
    """Its wire can be cut."""
    step = make_step(wire.url)
    begin(step, channel)
    return step


def test_an_answer_that_was_cut_off_leaves_a_step_that_was_done(
    cut_step: Step, wire: WireCutter, channel: Channel, subscriber: Subscriber
) -> None:
    """PROTOCOL.md, X4: the outcome is unknown until the cursor is loaded."""
    batch = messages(3)
    wire.cut_at_answer()
    with pytest.raises(OutcomeUnknownError):
        cut_step.publish("one", "two", {channel: batch})
    assert refusal(lambda: cut_step.publish("one", "two", {channel: batch})) == ("cursor", "two")
    held = cut_step.load([channel])
    assert (held.cursor, held.heads[channel].seq) == ("two", 3)
    cut_step.publish("two", "three", {channel: batch[:1]})
    assert subscriber.messages_until_now() == numbered([*batch, batch[0]], 1)


def test_a_request_that_was_cut_off_leaves_a_step_to_be_done(
    cut_step: Step, wire: WireCutter, channel: Channel, subscriber: Subscriber
) -> None:
    batch = messages(3)
    wire.cut_at_request()
    with pytest.raises(OutcomeUnknownError):
        cut_step.publish("one", "two", {channel: batch})
    held = cut_step.load([channel])
    assert (held.cursor, held.heads[channel].seq) == ("one", 0)
    cut_step.publish("one", "two", {channel: batch})
    assert subscriber.messages_until_now() == numbered(batch, 1)


def test_half_a_request_is_no_request(cut_step: Step, wire: WireCutter, channel: Channel, server: redis.Redis) -> None:
    """A megabyte takes many reads; the wire ends in the middle of it."""
    batch = [message[:-1] + b', "text": "%s"}' % (b"x" * 10_000) for message in messages(200)]
    wire.cut_after(700_000)
    with pytest.raises(OutcomeUnknownError):
        cut_step.publish("one", "two", {channel: batch})
    assert cut_step.load([channel]).cursor == "one"
    cut_step.publish("one", "two", {channel: batch})
    assert streamed(server, channel) == numbered(batch, 1)


def test_an_answer_that_is_late_leaves_the_outcome_unknown(
    wire: WireCutter, make_step: MakeStep, channel: Channel, subscriber: Subscriber
) -> None:
    step = make_step(f"{wire.url}?socket_timeout=3")
    begin(step, channel)
    batch = messages(3)
    wire.hold()
    with pytest.raises(OutcomeUnknownError, match="Timeout"):
        step.publish("one", "two", {channel: batch})
    wire.release()
    assert step.load([channel]).cursor == "two"
    step.publish("two", "three", {channel: []})
    assert subscriber.messages_until_now() == numbered(batch, 1)


def test_an_epoch_whose_beginning_is_unknown_is_found_by_a_look(
    cut_step: Step, wire: WireCutter, channel: Channel
) -> None:
    wire.cut_at_answer()
    with pytest.raises(OutcomeUnknownError):
        cut_step.begin("one", "two", {channel: "f" * 16}, {})
    assert cut_step.load([channel]).heads[channel].epoch == "f" * 16
    cut_step.publish("two", "three", {channel: messages(1)})


def test_a_connection_that_was_lost_in_between_is_made_again(
    cut_step: Step, wire: WireCutter, channel: Channel, subscriber: Subscriber
) -> None:
    batch = messages(2)
    cut_step.publish("one", "two", {channel: batch[:1]})
    wire.cut()
    cut_step.publish("two", "three", {channel: batch[1:]})
    assert subscriber.messages_until_now() == numbered(batch, 1)


def test_a_closed_port_publishes_nothing(make_step: MakeStep, channel: Channel) -> None:
    step = make_step(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(NotPublishedError, match="refused"):
        step.connect()
    with pytest.raises(NotPublishedError, match="refused"):
        step.load([channel])
    with pytest.raises(NotPublishedError, match="refused"):
        step.hold_lease("pid 1")
