"""A gateway and a site, and every proxy of deploy/ before them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from shutil import which

import pytest

from tests.conftest import ProgramRequirement
from tests.deploy.proxies import KINDS, Place, RunningProxy, running
from tests.processes import Process

MakeProxy = Callable[[str, Place], RunningProxy]


@pytest.fixture(scope="package")
def variables(database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of site and gateway."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    return {"DJANGO_SETTINGS_MODULE": "tests.deploy.proxied_settings", **servers}


@contextmanager
def running_gateway(
    variables: dict[str, str], bind: str = "127.0.0.1:0", *options: str
) -> Iterator[tuple[str, Process]]:
    """Its address, and it."""
    with Process.manage("rungateway", "--bind", bind, *options, environment=variables) as process:
        yield process.wait_for("ready at").partition("ready at ws://")[2].partition("/")[0], process


@pytest.fixture(scope="package")
def place(variables: dict[str, str]) -> Iterator[Place]:
    """Before a gateway and a site for all tests that do not hurt them."""
    command = ["runserver", "--nogateway", "--noreload", "127.0.0.1:0"]
    with running_gateway(variables) as (gateway, _), Process.manage(*command, environment=variables) as site:
        yield Place(gateway, site.wait_for("server at http://").partition("server at http://")[2].rstrip("/"))


@pytest.fixture(scope="package")
def present() -> list[str]:
    """The proxies whose programs are there, for what is seen in all of them at once."""
    return [name for name, kind in KINDS.items() if any(map(which, kind.programs))]


@pytest.fixture(scope="module")
def make_proxy(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeProxy]:
    """Proxies of these names, ended after the last test of a module."""
    requirement = ProgramRequirement(pytestconfig)
    with ExitStack() as cleanup:

        def make(name: str, place: Place) -> RunningProxy:
            kind = KINDS[name]
            program = requirement(kind.programs, kind.install)
            return cleanup.enter_context(running(program, kind, tmp_path_factory.mktemp(name), place))

        yield make


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest, require_program: ProgramRequirement) -> str:
    """Of each proxy whose program is there."""
    kind = KINDS[request.param]
    require_program(kind.programs, kind.install)
    return str(request.param)


@pytest.fixture(scope="module", params=KINDS)
def proxy(request: pytest.FixtureRequest, make_proxy: MakeProxy, place: Place) -> RunningProxy:
    """One of each, as its file is."""
    return make_proxy(request.param, place)
