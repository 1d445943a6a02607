"""echo.py LOOP MODE PORT: an echo server on asyncio or uvloop, by streams or a protocol."""
import asyncio
import socket
import sys


async def echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def main(mode, port):
    if mode == "streams":
        server = await asyncio.start_server(echo, "127.0.0.1", port, backlog=socket.SOMAXCONN)
    else:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Echo, "127.0.0.1", port, backlog=socket.SOMAXCONN)
    await server.serve_forever()


if __name__ == "__main__":
    loop, mode, port = sys.argv[1:]
    if loop == "uvloop":
        import uvloop

        uvloop.install()
    asyncio.run(main(mode, int(port)))
