"""Plays a device of a LAN that may be held back, and prints as JSON when each of its connections came about.

usage: held-device.py FAR GATEWAY PORT GO

Before the file GO is there it opens a connection to FAR, says "ready", and waits; then it uses that connection, begins
new ones to FAR by TCP and UDP, and asks the gateway itself. Times are seconds since GO; null is never.
"""

import json
import os
import socket
import sys
import threading
import time

far, gateway, port, go = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
before = socket.create_connection((far, port), timeout=10)
before.sendall(b"a")
assert before.recv(1) == b"a"
print("ready", flush=True)
while not os.path.exists(go):
    time.sleep(0.01)
start = time.monotonic()
found = {}


def note(name, work):
    try:
        work()
        found[name] = round(time.monotonic() - start, 3)
    except OSError:
        found[name] = None


def old():
    before.settimeout(20)
    before.sendall(b"b")
    before.recv(1)


def connect(address, number):
    with socket.create_connection((address, number), timeout=40) as new:
        new.sendall(b"c")
        new.recv(1)


def datagram(address, number):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as new:
        new.settimeout(0.2)
        for _ in range(200):
            new.sendto(b"d", (address, number))
            try:
                return new.recv(1)
            except TimeoutError:
                pass
        raise OSError


works = {
    "old": old, "tcp": lambda: connect(far, port), "udp": lambda: datagram(far, port),
    "gateway_tcp": lambda: connect(gateway, 53), "gateway_udp": lambda: datagram(gateway, 53),
}
threads = [threading.Thread(target=note, args=pair) for pair in works.items()]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(found), flush=True)
