"""`make run`."""

import asyncio
import os
import sys

from project.development.programs import ServerError
from project.development.supervisor import Supervisor


def main() -> int:
    try:
        return asyncio.run(Supervisor(port("SITE_PORT", 8000)).run())
    except ServerError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1


def port(variable: str, default: int) -> int:
    """The port that this environment variable names. Raises ServerError for what is none."""
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ServerError(f"{variable} is {text!r}, which is no port: write a number from 1 to 65535.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
