"""`python -m stress.gateway.peers.ws4redis HOST PORT FOLDER`: the original's server under Debian's uWSGI.

As deploy/ws4redis-uwsgi.ini starts it, with greenlets for as many clients as are measured. Its Python is Debian's, so
it gets a virtual environment of that one in the folder, in which our packages are found.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import which

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
UWSGI = f"uwsgi_{PYTHON.replace('.', '')}"
GREENLETS = "12000"
INSTALL = "apt-get install uwsgi-core uwsgi-plugin-python3 uwsgi-plugin-gevent-python3"


def main() -> None:
    host, port, folder = sys.argv[1:]
    program, python = which(UWSGI), which(f"/usr/bin/{PYTHON}")
    if program is None or python is None:
        sys.exit(f"There is no {UWSGI}, or no /usr/bin/{PYTHON}: {INSTALL}")
    environment = Path(folder) / "ws4redis"
    if not environment.exists():
        subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)  # noqa: S603 - Debian's
        packages = environment / f"lib/{PYTHON}/site-packages"
        (packages / "ours.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    own = {"VIRTUAL_ENV": str(environment), "WEBSOCKET_ADDRESS": f"{host}:{port}"}
    os.environ.update(own, DJANGO_SETTINGS_MODULE="stress.gateway.peers.ws4redis_settings")
    os.execv(Path(program).resolve(), [UWSGI, "--ini", "deploy/ws4redis-uwsgi.ini", "--gevent", GREENLETS])  # noqa: S606


if __name__ == "__main__":
    main()
