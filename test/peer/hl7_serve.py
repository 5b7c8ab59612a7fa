# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Pollux authors
"""python3-hl7's MLLP server on a free port, which it prints; answers every message with its own ACK.

Ends when its standard input does. Exit status 77 when python3-hl7 is not installed."""
import asyncio
import sys

try:
    import hl7
    import hl7.mllp
except ImportError:
    sys.exit(77)


async def answer(reader, writer):
    try:
        while not writer.is_closing():
            message = await reader.readmessage()
            writer.writemessage(message.create_ack())
            await writer.drain()
    except asyncio.IncompleteReadError:
        if not writer.is_closing():
            writer.close()


async def main():
    server = await hl7.mllp.start_hl7_server(answer, host="127.0.0.1", port=0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)
    sys.stdout.flush()


asyncio.run(main())
