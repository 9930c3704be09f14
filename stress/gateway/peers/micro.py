"""`python -m stress.gateway.peers.micro HOST PORT`: µWebSockets with its own publish/subscribe, by socketify.

It runs in its own loop, without asyncio, between which socketify would go back and forth all the time: so messages do
not come from Redis, but over a WebSocket of the publisher's. They are published when all that has come was read: while
a message is being taken, µWebSockets has its buffer for the publisher, and writes each frame by itself.
"""

import sys

from socketify import App, OpCode, WebSocket

from stress.gateway.messages import FACILITY, HEARTBEAT

UNSENT_BYTES_AT_MOST = 64 * 1024 * 1024
"""Of one client. What is over that is dropped, and with the default of 64 KiB much would be."""


def main() -> None:
    app, come = App(), list[str | bytes]()
    behavior = {"idle_timeout": 0, "max_backpressure": UNSENT_BYTES_AT_MOST}

    def follow(client: WebSocket) -> None:
        client.subscribe(FACILITY)

    def answer(client: WebSocket, _message: str | bytes, _opcode: OpCode) -> None:
        client.send(HEARTBEAT, OpCode.TEXT)

    def tell(_publisher: WebSocket, message: str | bytes, _opcode: OpCode) -> None:
        come.append(message)

    def publish(_: object) -> None:
        for message in come:
            app.publish(FACILITY, message, OpCode.TEXT)
        come.clear()

    app.ws(f"/ws/{FACILITY}", {**behavior, "open": follow, "message": answer})
    app.ws("/publish", {**behavior, "message": tell})
    app.listen({"host": sys.argv[1], "port": int(sys.argv[2])})
    check = app.loop.uv_loop.create_check(publish, None)
    app.loop.uv_loop.run()
    check.stop()


if __name__ == "__main__":
    main()
