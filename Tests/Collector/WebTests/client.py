"""Talks to a web server over sockets of its own: client.py PORT|PATH ACT, a line for each thing it saw."""

import socket
import ssl
import sys

place, act = sys.argv[1], sys.argv[2]


def door():
    if place.startswith("/"):
        plain = socket.socket(socket.AF_UNIX)
        plain.connect(place)
    else:
        plain = socket.create_connection(("127.0.0.1", int(place)))
    plain.settimeout(30)
    return plain


def ask(text, connection=None):
    connection = connection or door()
    connection.sendall(text.encode())
    return connection


def answer(connection, has_body=True):
    """Status, fields and body of the next answer."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        try:
            byte = connection.recv(1)
        except ConnectionResetError:
            byte = b""
        if not byte:
            return "closed", {}, b""
        head += byte
    first, *rest = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest if line)}
    body = bytearray()
    # What comes behind it is the next answer's.
    while has_body and (left := int(fields.get("content-length", 0)) - len(body)) > 0:
        part = connection.recv(min(left, 1 << 20))
        if not part:
            break
        body += part
    return first.split(" ")[1], fields, bytes(body)


def tell(connection, **more):
    status, _, body = answer(connection, **more)
    print(status, body.decode().strip(), flush=True)


def ended(connection):
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    print("ended", flush=True)


HOST = "Host: localhost\r\n"

if act == "pipelined":
    connection = ask(f"POST /a HTTP/1.1\r\n{HOST}Content-Length: 2\r\n\r\nxyGET /b%2Fc?d=e HTTP/1.1\r\n{HOST}\r\n")
    tell(connection)
    tell(connection)
    # And on it goes.
    tell(ask(f"HEAD /d HTTP/1.1\r\n{HOST}\r\n", connection), has_body=False)
    tell(ask(f"GET /e HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n", connection))
    ended(connection)
elif act == "large":
    connection = ask(f"POST /a HTTP/1.1\r\n{HOST}Content-Length: 200000\r\n\r\n" + "x" * 200000)
    tell(connection)
    ended(connection)
    connection = ask(f"POST /a HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n" + "8000\r\n" + "x" * 0x8000 + "\r\n8001\r\n" + "x" * 0x8001 + "\r\n0\r\n\r\n")
    tell(connection)
    ended(connection)
    status, _, _ = answer(ask(f"GET /a HTTP/1.1\r\n{HOST}X: {'x' * 20000}\r\n\r\n"))
    print(status)
elif act == "wrong":
    for text in (
        "nonsense\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        f"GET /a HTTP/1.1\r\n{HOST}Host: other\r\n\r\n",
        f"GET /%ff HTTP/1.1\r\n{HOST}\r\n",
        f"POST /a HTTP/1.1\r\n{HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        f"GET /a HTTP/1.1\r\n{HOST}a b: c\r\n\r\n",
    ):
        print(answer(ask(text))[0], flush=True)
elif act == "slow-head":
    ended(ask("GET / HTTP/1.1\r\n" + HOST))
elif act == "slow-body":
    ended(ask(f"POST / HTTP/1.1\r\n{HOST}Content-Length: 10\r\n\r\nxy"))
elif act == "idle":
    connection = ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n")
    tell(connection)
    ended(connection)
elif act == "many":
    connections = [door() for _ in range(4)]
    for connection in connections:
        tell(ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n", connection))
    ended(door())
    tell(ask(f"GET /a HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n", connections[0]))
    ended(connections[0])
    connections[0].close()
    # That it is closed here may be heard of there after the next one has come.
    status = "closed"
    while status == "closed":
        status, _, body = answer(ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n"))
    print(status, body.decode(), flush=True)
elif act == "full":
    connections = [door() for _ in range(6)]
    for connection in connections:
        tell(ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n", connection))
    late = ask(f"GET /late HTTP/1.1\r\n{HOST}\r\n")
    late.settimeout(0.3)
    try:
        print(late.recv(1))
    except TimeoutError:
        print("waits")
    late.settimeout(30)
    connections[0].close()
    tell(late)
elif act == "proxied":
    for value in ("192.0.2.9, 198.51.100.7", "nonsense"):
        tell(ask(f"GET /a HTTP/1.1\r\n{HOST}X-Forwarded-For: {value}\r\n\r\n"))
elif act == "fields":
    _, fields, _ = answer(ask(f"GET /fields HTTP/1.1\r\n{HOST}\r\n"))
    print(fields["x-text"], "set-cookie" in fields)
elif act == "deaf":
    connection = door()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ask(f"GET /endless HTTP/1.1\r\n{HOST}\r\n", connection)
    sys.stdin.read()
elif act == "leaves":
    connection = ask(f"GET /endless HTTP/1.1\r\n{HOST}\r\n")
    print(connection.recv(5).decode(), flush=True)
elif act == "last":
    idle, waits, hears = door(), ask(f"GET /held HTTP/1.1\r\n{HOST}\r\n"), ask(f"GET /calm HTTP/1.1\r\n{HOST}\r\n")
    while b"one" not in hears.recv(65536):
        pass
    print("ready", flush=True)
    status, _, body = answer(waits)
    print(status, len(body))
    ended(waits)
    ended(hears)
    ended(idle)
elif act == "upgrade":
    for start in (f"GET /a HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: x\r\n\r\n", f"CONNECT a:1 HTTP/1.1\r\n{HOST}\r\n"):
        connection = ask(start)
        status, fields, _ = answer(connection)
        print(status, fields["connection"], flush=True)
        sent = 0
        try:
            while sent < 1 << 30:
                sent += connection.send(bytes(1 << 16))
        except OSError:
            pass
        print("taken little" if sent < 40 << 20 else f"taken {sent}", flush=True)
elif act == "head":
    connection = ask(f"HEAD /endless HTTP/1.1\r\n{HOST}\r\n")
    status, _, _ = answer(connection, has_body=False)
    print(status, flush=True)
    tell(ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n", connection))
elif act == "close":
    for value in ("Close", "keep-alive, close"):
        connection = ask(f"GET /a HTTP/1.1\r\n{HOST}Connection: {value}\r\n\r\n")
        tell(connection)
        # At once, and not after the patience.
        ended(connection)
elif act == "behind":
    connection = ask(f"GET /a HTTP/1.1\r\n{HOST}Host: b\r\n\r\nGET /held HTTP/1.1\r\n{HOST}\r\n")
    tell(connection)
    ended(connection)
elif act == "tls":
    trust = ssl.create_default_context(cafile=sys.argv[3])
    with trust.wrap_socket(door(), server_hostname="localhost") as connection:
        tell(ask(f"POST /a HTTP/1.1\r\n{HOST}Content-Length: 40000\r\n\r\n" + "x" * 40000, connection))
        _, _, body = answer(ask(f"GET /big HTTP/1.1\r\n{HOST}\r\n", connection))
        print(len(body), flush=True)
    ended(ask(f"GET /a HTTP/1.1\r\n{HOST}\r\n"))
