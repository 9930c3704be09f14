"""With TLS at the proxy, site and gateway know that the page is secure."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ProgramRequirement
from tests.deploy.conftest import MakeProxy
from tests.deploy.proxies import Place, RunningProxy
from tests.deploy.visitors import following, known_to_gateway, known_to_site
from tests.tls_relay import INSTALL, make_certificate


@pytest.fixture
def certificate(require_program: ProgramRequirement, tmp_path: Path) -> Path:
    return make_certificate(require_program(["openssl"], INSTALL), tmp_path)


@pytest.fixture
def secure(make_proxy: MakeProxy, name: str, place: Place, certificate: Path) -> RunningProxy:
    return make_proxy(name, replace(place, certificate=certificate))


def test_a_secure_page_connects_and_everybody_knows_that_it_is_one(secure: RunningProxy) -> None:
    with following(secure, "sky"):
        pass
    assert known_to_site(secure)["uri"] == f"wss://localhost:{secure.port}/ws/"
    assert known_to_gateway(secure, X_Forwarded_Proto="http")["scheme"] == "https"
