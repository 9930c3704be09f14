"""`make run`."""

import asyncio
import os
import sys

from project.development.programs import ServerError
from project.development.supervisor import Supervisor


def main() -> int:
    site_port = int(os.environ.get("SITE_PORT") or 8000)
    gateway_port = int(os.environ.get("GATEWAY_PORT") or 8001)
    try:
        return asyncio.run(Supervisor(site_port, gateway_port).run())
    except ServerError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
