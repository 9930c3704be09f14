"""`python -m project.development.servers COMMAND …`: the command, beside a PostgreSQL and a Valkey of its own.

They are made in a temporary folder for it, with fsync on, and gone when it ends. It finds them in DATABASE_URL and
REDIS_URL, and PostgreSQL's programs in POSTGRES_BIN. Where the environment names one of the two, that one serves.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from project.development.postgres import Postgres
from project.development.programs import ServerError, postgres_binaries
from project.development.valkey import Valkey
from project.environment import DATABASE_VARIABLES, REDIS_VARIABLES, is_configured


def run_beside_servers(command: Sequence[str]) -> int:
    """The command's exit status. Raises ServerError."""
    urls: dict[str, str] = {}
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory(prefix="rowcast")))
        if not is_configured(DATABASE_VARIABLES):
            postgres = Postgres(folder / "postgres")
            postgres.start()
            cleanup.callback(postgres.stop)
            urls |= {"DATABASE_URL": postgres.owner_url, "POSTGRES_BIN": str(postgres_binaries())}
        if not is_configured(REDIS_VARIABLES):
            valkey = Valkey(folder / "valkey")
            valkey.start()
            cleanup.callback(valkey.stop)
            urls["REDIS_URL"] = valkey.url
        try:
            return subprocess.run(command, env={**os.environ, **urls}, check=False).returncode
        except KeyboardInterrupt:
            return 130


def main() -> int:
    if not sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return run_beside_servers(sys.argv[1:])
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
