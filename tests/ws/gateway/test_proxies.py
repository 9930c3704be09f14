"""Who really asks, where a proxy stands between: what a trusted one says counts, and nobody else's word."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.datastructures import Headers

from ws.gateway.proxies import Asker, Peer, Through, counted_as, trusted_proxies, who_asks
from ws.gateway.query import RefusedError

TRUSTED = trusted_proxies(["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48", "unix"])
PROXY = Peer("127.0.0.1")


def headers(*pairs: tuple[str, str]) -> Headers:
    return Headers([("Host", "inside:8001"), *pairs])


def asker(*pairs: tuple[str, str], peer: Peer = PROXY) -> Asker:
    return who_asks(peer, headers(*pairs), TRUSTED)


def forwarded_for(*lines: str, peer: Peer = PROXY) -> str:
    return asker(*(("X-Forwarded-For", line) for line in lines), peer=peer).address


def refused(*pairs: tuple[str, str]) -> bool:
    with pytest.raises(RefusedError) as error:
        asker(*pairs)
    return error.value.status == 400


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["192.0.2.7"], "192.0.2.7"),
        (["203.0.113.9, 192.0.2.7"], "192.0.2.7"),
        (["203.0.113.9", "192.0.2.7"], "192.0.2.7"),
        (["192.0.2.7, 10.1.2.3,10.1.2.4"], "192.0.2.7"),
        (["192.0.2.7", "10.1.2.3"], "192.0.2.7"),
        (["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        (["<script>, 192.0.2.7"], "192.0.2.7"),
        ([", ,192.0.2.7,"], "192.0.2.7"),
        (["192.0.2.7:51234"], "192.0.2.7"),
        (["[2001:db8::7]:51234"], "2001:db8::7"),
        (["[2001:db8::7]"], "2001:db8::7"),
        (["2001:DB8:0::7"], "2001:db8::7"),
        (["::ffff:192.0.2.7"], "192.0.2.7"),
        (["192.0.2.7, ::ffff:10.0.0.1"], "192.0.2.7"),
        (["192.0.2.7, unix:"], "192.0.2.7"),
    ],
)
def test_the_first_from_the_right_that_is_not_trusted_asks(lines: list[str], address: str) -> None:
    assert forwarded_for(*lines) == address


@pytest.mark.parametrize(
    "entry",
    ["unknown", "_hidden", "192.0.2", "192.0.2.7.8", "010.0.0.1", "1.2.3.4:5:6", "[::1", "::1]", "fe80::1%eth0", "é"],
)
def test_a_trusted_proxy_that_names_no_address_is_refused(entry: str) -> None:
    assert refused(("X-Forwarded-For", f"192.0.2.7, {entry}"))


@pytest.mark.parametrize(
    "peer", [Peer("127.0.0.1"), Peer("10.9.9.9"), Peer("2001:db8:ffff::1"), Peer(""), Peer("::ffff:10.0.0.1")]
)
def test_every_trusted_peer_is_believed(peer: Peer) -> None:
    assert forwarded_for("192.0.2.7", peer=peer) == "192.0.2.7"


@pytest.mark.parametrize("address", ["203.0.113.9", "127.0.0.2", "2001:db8::1", "fe80::1%eth0"])
def test_nobody_else_is_believed(address: str) -> None:
    pairs = [("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.test")]
    found = asker(*pairs, peer=Peer(address))
    assert (found.address, found.scheme, found.host, found.is_forwarded) == (address, None, None, False)


def test_what_a_stranger_sends_is_not_even_judged() -> None:
    found = asker(("X-Forwarded-For", "é"), ("X-Forwarded-Proto", "gopher"), peer=Peer("203.0.113.9"))
    assert found.through is Through.STRANGER


def test_a_socket_is_trusted_where_it_was_named() -> None:
    found = who_asks(Peer(""), headers(("X-Forwarded-For", "192.0.2.7")), trusted_proxies(["127.0.0.1"]))
    assert (found.address, found.is_unheard) == ("", True)


def test_a_proxy_of_this_machine_that_nobody_named_is_noticed() -> None:
    nobody, said = trusted_proxies([]), headers(("X-Forwarded-For", "192.0.2.7"))
    assert who_asks(Peer("127.0.0.1"), said, nobody).is_unheard
    assert not who_asks(Peer("127.0.0.1"), headers(), nobody).is_unheard
    assert not who_asks(Peer("203.0.113.9"), said, nobody).is_unheard
    assert not asker(("X-Forwarded-For", "192.0.2.7")).is_unheard


def test_without_a_word_the_proxy_itself_asks() -> None:
    assert asker() == Asker("127.0.0.1", through=Through.TRUSTED)


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        (["https"], "https"),
        (["HTTP"], "http"),
        (["wss"], "https"),
        (["ws"], "http"),
        (["https, https"], "https"),
        ([""], None),
    ],
)
def test_the_scheme_is_the_browsers(lines: list[str], scheme: str | None) -> None:
    assert asker(*(("X-Forwarded-Proto", line) for line in lines)).scheme == scheme


def test_who_speaks_tls_with_us_came_by_https_unless_the_proxy_knows_better() -> None:
    assert asker(peer=Peer("203.0.113.9", is_secure=True)).scheme == "https"
    assert asker(("X-Forwarded-Proto", "http"), peer=Peer("127.0.0.1", is_secure=True)).scheme == "http"


@pytest.mark.parametrize("host", ["Example.org", "example.org:8443", "[2001:db8::1]:80", "192.0.2.1"])
def test_the_host_is_the_browsers(host: str) -> None:
    assert asker(("X-Forwarded-Host", host)).host == host.lower()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("X-Forwarded-Proto", ["gopher"]),
        ("X-Forwarded-Proto", ["http, https"]),
        ("X-Forwarded-Proto", ["http", "https"]),
        ("X-Forwarded-Host", ["evil.test, example.org"]),
        ("X-Forwarded-Host", ["evil.test", "example.org"]),
        ("X-Forwarded-Host", ["example.org/path"]),
        ("X-Forwarded-Host", ["user@example.org"]),
        ("X-Forwarded-Host", ["example.org:port"]),
        ("X-Forwarded-Host", ["["]),
    ],
)
def test_what_is_malformed_or_says_two_things_is_refused(name: str, lines: list[str]) -> None:
    assert refused(*((name, line) for line in lines))


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "example.org", "", "10.0.0.0/33", "UNIX"])
def test_a_network_that_is_none_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match=re.escape(entry or "''")):
        trusted_proxies([entry])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("10.0.0.1", None),
        ("", None),
        ("testclient", None),
    ],
)
def test_neither_this_machine_nor_a_proxy_is_counted(address: str, name: str | None) -> None:
    assert counted_as(address, TRUSTED) == name


NAMES = st.sampled_from(["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"])
TEXT = st.one_of(
    st.text(st.characters(min_codepoint=160, max_codepoint=255), max_size=30),
    st.text("0123456789abcdef.:[]%, /", max_size=30),
    st.sampled_from(["unix:", "192.0.2.7", "10.0.0.1", "::1", "https", "example.org", ","]),
)
PEERS = st.sampled_from([Peer("127.0.0.1"), Peer(""), Peer("203.0.113.9"), Peer("::1", is_secure=True)])


@given(PEERS, st.lists(st.tuples(NAMES, TEXT), max_size=5))
def test_nothing_that_a_header_says_raises(peer: Peer, pairs: list[tuple[str, str]]) -> None:
    with suppress(RefusedError):
        counted_as(asker(*pairs, peer=peer).address, TRUSTED)
