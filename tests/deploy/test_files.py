"""The files and what is written about them agree."""

import re

from project.environment import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
TEXT = (CHECKOUT / "docs/deployment.md").read_text(encoding="utf-8")


def apache_sizes(name: str) -> dict[str, str]:
    block = re.search(r"<IfModule mpm_event_module>\n(.*?)</IfModule>", (DEPLOY / name).read_text("utf-8"), re.DOTALL)
    assert block is not None
    return dict(re.findall(r"(\w+) (\d+)", block[1]))


def test_every_proxy_is_linked() -> None:
    files = [file.name for kind in ("*.conf", "*.cfg") for file in DEPLOY.glob(kind)]
    assert len(files) == 4
    assert all(f"(../deploy/{name})" in TEXT for name in files)


def test_both_apaches_have_the_sizes_that_are_written_about() -> None:
    sizes = apache_sizes("apache.conf")
    assert apache_sizes("apache-rewrite.conf") == sizes
    assert f"The files have {int(sizes['MaxRequestWorkers']):,}" in TEXT
    assert int(sizes["ServerLimit"]) * int(sizes["ThreadsPerChild"]) == 2 * int(sizes["MaxRequestWorkers"])
