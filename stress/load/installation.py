"""thor, and the Node that runs it: found, installed on first use, or refused with the remedy."""

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stress.load.refusal import RefusedError

FOLDER = Path(__file__).resolve().parent.parent
LOCK = FOLDER / "package-lock.json"
STAMP = FOLDER / "node_modules" / ".installed"
"""Holds the digest of the lock that was installed, so that a second start needs no network."""
THOR = FOLDER / "node_modules" / "thor" / "bin" / "thor"
WORKER = FOLDER / "load" / "worker.cjs"
OLDEST_NODE = 18
REMEDY = f"Install Node.js {OLDEST_NODE} or newer and npm; on Debian: apt-get install nodejs npm"


@dataclass(frozen=True, slots=True)
class Thor:
    """How to start it."""

    node: str

    def command(self, url: str, connections: int, messages: int, workers: int) -> list[str]:
        """`--messages` in full: thor gives `-M` to `--masked` too, which every server asks for."""
        numbers = {"--amount": connections, "--messages": messages, "--workers": workers}
        options = [text for name, number in numbers.items() for text in (name, str(number))]
        return [self.node, str(THOR), "--masked", "--generator", str(WORKER), *options, url]


def require_thor() -> Thor:
    """Raises RefusedError without Node or npm, or where thor could not be installed."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        raise RefusedError(f"The load test needs Node.js, and there is no node on the PATH. {REMEDY}")
    require_version(subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip())
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text(encoding="ascii") != wanted:
        _install()
        STAMP.write_text(wanted, encoding="ascii")
    return Thor(node)


def require_version(version: str) -> None:
    """Raises RefusedError for a Node that is too old; `version` as `node --version` prints it."""
    major = re.match(r"v(\d+)\.", version)
    if major is None or int(major[1]) < OLDEST_NODE:
        raise RefusedError(
            f"The load test needs Node.js {OLDEST_NODE} or newer, but node is {version or 'broken'}. {REMEDY}"
        )


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RefusedError(f"The load test needs npm once, to install thor, and there is no npm on the PATH. {REMEDY}")
    print("Installing thor into stress/node_modules with npm ci; this once needs the network …", flush=True)
    npm_ci = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(npm_ci, cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RefusedError(f"npm could not install thor (exit status {done.returncode}):\n{done.stderr.strip()}")
