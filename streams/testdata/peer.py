"""An echo server or client by CPython's asyncio.

peer.py server tcp|unix ADDRESS [CERT KEY]: serves one connection after the other
peer.py client tcp|unix ADDRESS [CA]: sends much, and compares what comes back
"""
import asyncio, hashlib, ssl, sys


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        pass


async def serve(kind, address, files):
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    if kind == "unix":
        server = await asyncio.start_unix_server(echo, address, ssl=context)
    else:
        server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=context)
    print(address or "127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


async def ask(kind, address, files):
    context = ssl.create_default_context(cafile=files[0]) if files else None
    if kind == "unix":
        reader, writer = await asyncio.open_unix_connection(
            address, ssl=context, server_hostname="localhost" if context else None)
    else:
        host, port = address.rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    pieces = [hashlib.shake_128(b"%d" % n).digest(1 + n * n) for n in range(150)]

    async def send():
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    sending = asyncio.create_task(send())
    for piece in pieces:
        assert await reader.readexactly(len(piece)) == piece
    await sending
    if writer.can_write_eof():
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    print("ok")


what, kind, address, *files = sys.argv[1:]
asyncio.run({"server": serve, "client": ask}[what](kind, address, files))
