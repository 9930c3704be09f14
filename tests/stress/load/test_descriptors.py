import resource
import socket

import pytest

from stress.load.descriptors import SPARE, limits_of_listeners, require_descriptors, workers
from stress.load.refusal import RefusedError


def test_what_the_limits_allow_is_not_refused() -> None:
    require_descriptors(1000 * workers(), limit=1000 + SPARE, gateway_limits=[])
    require_descriptors(1000, limit=1000 + SPARE, gateway_limits=[500 + SPARE, 500 + SPARE])


def test_a_worker_that_needs_too_many_is_refused_with_the_numbers() -> None:
    with pytest.raises(RefusedError, match=rf"need {1001 + SPARE} file.* each, .* at most -a {1000 * workers()}"):
        require_descriptors(1001 * workers(), limit=1000 + SPARE, gateway_limits=[])


def test_a_gateway_that_has_too_few_is_refused_with_the_numbers() -> None:
    with pytest.raises(RefusedError, match=rf"limit is {500 + SPARE} in each of 2 process.* at most -a 1000"):
        require_descriptors(1001, limit=100_000, gateway_limits=[500 + SPARE, 500 + SPARE])


def test_the_limit_of_whoever_listens_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        limits = limits_of_listeners(listening.getsockname()[1])
    assert limits == [resource.getrlimit(resource.RLIMIT_NOFILE)[0]]


def test_where_nobody_listens_no_limit_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert limits_of_listeners(port) == []
