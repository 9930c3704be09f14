"""What stands in the files as comments: several gateways."""

from dataclasses import replace

import pytest

from project.development.programs import free_port
from tests.deploy.conftest import MakeProxy
from tests.deploy.proxies import GATEWAY, Place
from tests.deploy.visitors import ANSWER_SECONDS, HEARTBEAT, browser

SECOND = "127.0.0.1:8002"
SEVERAL = {
    "nginx": {f"# server {SECOND}": f"server {SECOND}", "# least_conn": "least_conn"},
    "haproxy": {
        "    retries 0\n    server gateway1": "    # server gateway1",
        "# retries 1": "retries 1",
        "# option redispatch": "option redispatch",
        "# balance leastconn": "balance leastconn",
        "# server gateway1 127.0.0.1:8001 check": "server gateway1 127.0.0.1:8001 check",
        f"# server gateway2 {SECOND}": f"server gateway2 {SECOND}",
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


@pytest.mark.parametrize("name", SEVERAL)
def test_while_one_of_several_gateways_is_away_the_other_one_serves(
    make_proxy: MakeProxy, name: str, place: Place
) -> None:
    lines = {**SEVERAL[name], SECOND: f"127.0.0.1:{free_port()}"}
    proxy = make_proxy(name, replace(place, changes=lines))
    for _ in range(4):
        with browser(proxy, "/ws/sky") as client:
            assert client.recv(ANSWER_SECONDS) == HEARTBEAT
