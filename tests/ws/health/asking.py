"""Asks a process how it is, as those who watch it do."""

import http.client
from collections import defaultdict
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

ANSWER_SECONDS = 15.0


def ask(url: str, topic: str, method: str = "GET") -> tuple[int, str]:
    """Status and body of `/<topic>`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, f"/{topic}")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def metrics(url: str) -> dict[str, float]:
    """Each sample's value by its name, with its labels where it has some, as `name{label="value"}`; of all workers."""
    found: dict[str, float] = defaultdict(float)
    for labels, name, value in samples(url):
        labels.pop("worker", None)
        found[name + _shown(labels)] += value
    return found


def samples(url: str) -> list[tuple[dict[str, str], str, float]]:
    """Labels, name and value of each."""
    status, text = ask(url, "metrics")
    assert status == 200, text
    families = text_string_to_metric_families(text)
    return [(dict(sample.labels), sample.name, sample.value) for family in families for sample in family.samples]


def _shown(labels: dict[str, str]) -> str:
    pairs = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"{{{pairs}}}" if pairs else ""
