"""Listens on ports of both versions of IP and sends back what it is sent.

usage: talkers.py tcp/23 udp/161 tcp/8080 ...      says "ready" when all of them listen

once/1883 takes one connection by TCP, and then listens no more.
"""

import selectors
import socket
import sys

watched = selectors.DefaultSelector()
for word in sys.argv[1:]:
    transport, port = word.split("/")
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    own = socket.socket(socket.AF_INET6, kind)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    own.bind(("::", int(port)))
    if transport != "udp":
        own.listen(64)
    watched.register(own, selectors.EVENT_READ, transport + "-listener")
print("ready", flush=True)
while True:
    for key, _ in watched.select():
        try:
            if key.data == "tcp-listener":
                watched.register(key.fileobj.accept()[0], selectors.EVENT_READ, "tcp")
            elif key.data == "once-listener":
                key.fileobj.accept()
                watched.unregister(key.fileobj)
                key.fileobj.close()
            elif key.data == "udp-listener":
                data, peer = key.fileobj.recvfrom(2048)
                key.fileobj.sendto(data, peer)
            else:
                data = key.fileobj.recv(2048)
                if not data:
                    watched.unregister(key.fileobj)
                    key.fileobj.close()
                else:
                    key.fileobj.sendall(data)
        except OSError:
            if key.data == "tcp":
                watched.unregister(key.fileobj)
                key.fileobj.close()
