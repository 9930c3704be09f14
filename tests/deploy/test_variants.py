"""What stands in the files as comments: a gateway on a Unix socket, several gateways, and whether one is ready."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from project.development.programs import free_port
from tests.conftest import ProgramRequirement
from tests.deploy.conftest import MakeProxy, running_gateway
from tests.deploy.proxies import GATEWAY, KINDS, Place
from tests.deploy.visitors import ANSWER_SECONDS, HEARTBEAT, OWN_ADDRESS, browser, following, known_to_gateway, refused
from tests.processes import Process

SOCKET = "/run/rowcast/gateway.sock"
ON_A_SOCKET = {
    "nginx": (f"server {GATEWAY}", f"server unix:{SOCKET}"),
    "haproxy": (f"server gateway1 {GATEWAY}", f"server gateway1 unix@{SOCKET}"),
    "apache": (f'ProxyPass "/ws/" "http://{GATEWAY}', f'ProxyPass "/ws/" "unix:{SOCKET}'),
    "apache-rewrite": (f'RewriteRule "^/ws/(.*)$" "ws://{GATEWAY}', f'RewriteRule "^/ws/(.*)$" "unix:{SOCKET}'),
}
"""The lines that change places, by how they begin."""

SECOND = "127.0.0.1:8002"
SEVERAL = {
    "nginx": {f"# server {SECOND}": f"server {SECOND}", "# least_conn": "least_conn"},
    "haproxy": {
        "    retries 0\n    server gateway1": "    # server gateway1",
        "# retries 1": "retries 1",
        "# option redispatch": "option redispatch",
        "# balance leastconn": "balance leastconn",
        f"# server gateway1 {GATEWAY} check port 9101": f"server gateway1 {GATEWAY} check",
        f"# server gateway2 {SECOND} check port 9102": f"server gateway2 {SECOND} check",
    },
    "apache": {
        f'ProxyPass "/ws/" "http://{GATEWAY}': f'# ProxyPass "/ws/" "http://{GATEWAY}',
        '# <Proxy "balancer': '<Proxy "balancer',
        "#     BalancerMember": "BalancerMember",
        "#     ProxySet": "ProxySet",
        "# </Proxy>": "</Proxy>",
        '# ProxyPass "/ws/" "balancer': 'ProxyPass "/ws/" "balancer',
    },
}


@pytest.fixture(scope="module")
def local_socket(variables: dict[str, str]) -> Iterator[str]:
    """Of a gateway, in a folder that everybody may enter, as /run/rowcast is. Its name is short."""
    with tempfile.TemporaryDirectory(prefix="rowcast") as folder:
        Path(folder).chmod(0o755)
        path = f"{folder}/gateway.sock"
        with Process.manage("rungateway", "--bind", f"unix:{path}", environment=variables) as gateway:
            gateway.wait_for("ready at")
            yield path


@pytest.mark.parametrize("name", ON_A_SOCKET)
def test_a_gateway_on_a_unix_socket_knows_who_asks(
    make_proxy: MakeProxy, name: str, place: Place, local_socket: str
) -> None:
    old, new = ON_A_SOCKET[name]
    lines = {f"    {old}": f"    # {old}", f"# {new}": new, SOCKET: local_socket}
    proxy = make_proxy(name, replace(place, changes=lines))
    with following(proxy, "sky"):
        pass
    assert known_to_gateway(proxy)["address"] == OWN_ADDRESS


@pytest.mark.parametrize("name", SEVERAL)
def test_while_one_of_several_gateways_is_away_the_other_one_serves(
    make_proxy: MakeProxy, name: str, place: Place
) -> None:
    lines = {**SEVERAL[name], SECOND: f"127.0.0.1:{free_port()}"}
    proxy = make_proxy(name, replace(place, changes=lines))
    for _ in range(4):
        with browser(proxy, "/ws/sky") as client:
            assert client.recv(ANSWER_SECONDS) == HEARTBEAT


def test_haproxy_sends_nobody_to_a_gateway_that_is_not_ready(
    make_proxy: MakeProxy, require_program: ProgramRequirement, variables: dict[str, str], place: Place
) -> None:
    """Another gateway lends the address at which this one will be ready."""
    require_program(KINDS["haproxy"].programs, KINDS["haproxy"].install)
    health = free_port()
    lines = {
        "    server gateway1": "    # server gateway1",
        "# option httpchk": "option httpchk",
        f"# server gateway1 {GATEWAY} check port 9101": f"server gateway1 {GATEWAY} check port {health}",
    }
    proxy = make_proxy("haproxy", replace(place, changes=lines))
    proxy.process.wait_for("gateway1 is DOWN")
    assert refused(proxy, "/ws/sky")[0] == 503
    with running_gateway(variables, "127.0.0.1:0", "--health", f"127.0.0.1:{health}"):
        proxy.process.wait_for("gateway1 is UP")
        with browser(proxy, "/ws/sky") as client:
            assert client.recv(ANSWER_SECONDS) == HEARTBEAT
