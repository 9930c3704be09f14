"""The real proxies, each with its file of deploy/: on a free port, in a folder of the test's own, as whoever tests.

Only addresses, log files, timeouts and users are changed in the files, by `changed`, which misses none. What a Debian
machine has around such a file is written beside it.
"""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from typing import Protocol
from uuid import uuid4

from project.development.programs import free_port
from project.environment import CHECKOUT
from tests.processes import READY_SECONDS, Process

GATEWAY, SITE = "127.0.0.1:8001", "127.0.0.1:8000"
"""Where the files say that these two are."""


DEBIAN_ENABLES = ["mpm_event", "authz_core", "reqtimeout"]
DEBIAN_SETS = [
    "Timeout 300",
    "RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500",
    "StartServers 2",
    "MinSpareThreads 25",
    "MaxSpareThreads 75",
    "ThreadLimit 64",
    "ThreadsPerChild 25",
    "MaxRequestWorkers 150",
    "MaxConnectionsPerChild 0",
]
"""Of Apache's modules those that matter here, and what apache2.conf, mpm_event.conf and reqtimeout.conf set."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a proxy is put before, and what else its file has otherwise."""

    gateway: str
    site: str
    seconds: int = 60
    """Until a silent WebSocket is ended."""
    certificate: Path | None = None
    """With its key: the lines for TLS take the place of those for port 80."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Made first."""


class Kind(Protocol):
    """A proxy of deploy/."""

    programs: list[str]
    """Its program's names: an ordinary user's PATH lacks /usr/sbin."""
    install: str
    ready: str
    """What it prints when it can be reached, and again when it has read its file anew."""
    tells_systemd: bool
    """It is not ready for signals before systemd is told so."""
    reload: signal.Signals
    """What `systemctl reload` sends it."""
    looks_inside: bool
    """Whether it knows what the gateway answered, and ends a WebSocket that is silent."""

    def write(self, folder: Path, port: int, place: Place) -> list[str]:
        """Its files, and the arguments with which the program runs in the foreground and logs to its output."""
        ...


def changed(name: str, changes: Mapping[str, str]) -> str:
    """A file of deploy/ with each of these texts replaced, everywhere. One that does not stand there fails the test."""
    text = (CHECKOUT / "deploy" / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"deploy/{name} has no {old!r}"
        text = text.replace(old, new)
    return text


class Nginx:
    programs = ["nginx", "/usr/sbin/nginx"]
    install = "apt-get install nginx-light"
    ready = "start worker process "
    tells_systemd = False
    reload = signal.SIGHUP
    looks_inside = True

    def write(self, folder: Path, port: int, place: Place) -> list[str]:
        changes = {
            **place.changes,
            **self._door(port, place.certificate),
            GATEWAY: place.gateway,
            SITE: place.site,
            "/var/log/nginx/site.access.log": "/dev/stdout",
            "proxy_read_timeout 60s;": f"proxy_read_timeout {place.seconds}s;",
        }
        (folder / "site.conf").write_text(changed("nginx.conf", changes), encoding="utf-8")
        temporary = [f"{of}_temp_path {folder / of};" for of in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
        lines = [
            "user root;" if os.getuid() == 0 else "",
            f"pid {folder / 'nginx.pid'};",
            "daemon off;",
            "error_log stderr notice;",
            "events { worker_connections 768; }",
            "http {",
            *temporary,
            f"include {folder / 'site.conf'};",
            "}",
        ]
        (folder / "nginx.conf").write_text("\n".join(lines), encoding="utf-8")
        return ["-e", "stderr", "-c", str(folder / "nginx.conf")]

    @staticmethod
    def _door(port: int, certificate: Path | None) -> dict[str, str]:
        if certificate is None:
            return {"listen 80;": f"listen 127.0.0.1:{port};"}
        return {
            "listen 80;": "",
            "# listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "# ssl_certificate ": "ssl_certificate ",
            "# ssl_certificate_key ": "ssl_certificate_key ",
            "/etc/ssl/certs/site.pem": str(certificate),
            "/etc/ssl/private/site.key": str(certificate),
        }


class Haproxy:
    programs = ["haproxy", "/usr/sbin/haproxy"]
    install = "apt-get install haproxy"
    ready = "Loading success"
    tells_systemd = True
    reload = signal.SIGUSR2
    looks_inside = True

    def write(self, folder: Path, port: int, place: Place) -> list[str]:
        """Without root it neither becomes another user nor takes descriptors for 20,000 browsers."""
        changes = {
            **place.changes,
            **self._door(port, place.certificate),
            "/dev/log local0": "stdout format raw local0",
            "    user haproxy\n    group haproxy\n    chroot /var/lib/haproxy\n": "",
            "maxconn 20000": "maxconn 500",
            GATEWAY: place.gateway,
            SITE: place.site,
            "timeout tunnel 60s": f"timeout tunnel {place.seconds}s",
        }
        (folder / "haproxy.cfg").write_text(changed("haproxy.cfg", changes), encoding="utf-8")
        return ["-Ws", "-f", str(folder / "haproxy.cfg")]

    @staticmethod
    def _door(port: int, certificate: Path | None) -> dict[str, str]:
        if certificate is None:
            return {"bind :80\n": f"bind 127.0.0.1:{port}\n"}
        return {
            "    bind :80\n": "",
            "# bind :443 ssl crt /etc/haproxy/site.pem": f"bind 127.0.0.1:{port} ssl crt {certificate}",
        }


class Apache:
    programs = ["apache2", "/usr/sbin/apache2"]
    install = "apt-get install apache2-bin"
    ready = "resuming normal operations"
    tells_systemd = False
    reload = signal.SIGUSR1

    def __init__(self, file: str, *, like_older_ones: bool = False) -> None:
        """Up to 2.4.46 mod_proxy_wstunnel did alone what mod_proxy_http does now, unless it is told otherwise."""
        self._file = file
        self.looks_inside = not like_older_ones
        self._beside = ["ProxyWebsocketFallbackToProxyHttp Off"] if like_older_ones else []

    def write(self, folder: Path, port: int, place: Place) -> list[str]:
        """With the modules that Debian enables and touch this, and those that the file's own comments enable."""
        changes = {
            **place.changes,
            **self._door(port, place.certificate),
            "${APACHE_LOG_DIR}/site.access.log": "/dev/stdout",
            GATEWAY: place.gateway,
            SITE: place.site,
            "Timeout 60": f"Timeout {place.seconds}",
        }
        site = changed(self._file, changes)
        (folder / "site.conf").write_text(site, encoding="utf-8")
        lines = [
            f"ServerRoot {folder}",
            "ServerName localhost",
            f"DefaultRuntimeDir {folder}",
            f"PidFile {folder / 'apache2.pid'}",
            "User www-data",
            "Group www-data",
            "ErrorLog /dev/stderr",
            "LogLevel warn mpm_event:notice",
            *(
                f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                for name in [*DEBIAN_ENABLES, *_enabled(site)]
            ),
            *DEBIAN_SETS,
            f"Listen 127.0.0.1:{port}",
            *self._beside,
            f"Include {folder / 'site.conf'}",
        ]
        (folder / "apache2.conf").write_text("\n".join(lines), encoding="utf-8")
        return ["-d", str(folder), "-f", str(folder / "apache2.conf"), "-DFOREGROUND"]

    @staticmethod
    def _door(port: int, certificate: Path | None) -> dict[str, str]:
        if certificate is None:
            return {"<VirtualHost *:80>": f"<VirtualHost *:{port}>"}
        return {
            "<VirtualHost *:80>": f"<VirtualHost *:{port}>",
            "# SSLEngine on": "SSLEngine on",
            "# SSLCertificateFile ": "SSLCertificateFile ",
            "# SSLCertificateKeyFile ": "SSLCertificateKeyFile ",
            "/etc/ssl/certs/site.pem": str(certificate),
            "/etc/ssl/private/site.key": str(certificate),
        }


def _enabled(site: str) -> list[str]:
    """The modules that the file's comments say to enable: at its head, and above a line that is no comment."""
    always = re.findall(r"(?m)^#     a2enmod (.+)$", site)
    besides = re.findall(r"`a2enmod (.+)`:\n *[^# ]", site)
    return " ".join([*always, *besides]).split()


KINDS: Mapping[str, Kind] = {
    "nginx": Nginx(),
    "haproxy": Haproxy(),
    "apache": Apache("apache.conf"),
    "apache-rewrite": Apache("apache-rewrite.conf"),
    "apache-rewrite-before-2.4.47": Apache("apache-rewrite.conf", like_older_ones=True),
}


@dataclass(frozen=True, slots=True)
class RunningProxy:
    """Its output has its logs."""

    port: int
    process: Process
    certificate: Path | None = None

    @property
    def origin(self) -> str:
        """Of the pages that it shows."""
        return f"{'https' if self.certificate else 'http'}://localhost:{self.port}"


@contextmanager
def running(program: str, kind: Kind, folder: Path, place: Place) -> Iterator[RunningProxy]:
    """A proxy that can be reached."""
    port = free_port()
    with socket(AF_UNIX, SOCK_DGRAM) as service_manager:
        name = f"rowcast-{uuid4().hex}"
        service_manager.bind(f"\0{name}")
        service_manager.settimeout(READY_SECONDS)
        with Process([program, *kind.write(folder, port, place)], {"NOTIFY_SOCKET": f"@{name}"}) as process:
            process.wait_for(kind.ready)
            while kind.tells_systemd and b"READY=1" not in service_manager.recv(4096):
                pass
            yield RunningProxy(port, process, place.certificate)
