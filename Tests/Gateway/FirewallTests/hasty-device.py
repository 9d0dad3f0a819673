"""Begins COUNT connections to FAR at once, as a device with much to catch up with, and prints how many came about.

usage: hasty-device.py FAR PORT COUNT

A connection that is refused does not count; one whose first packets are lost tries again by itself, for 30 s at most.
"""

import selectors
import socket
import sys
import time

far, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
waiting = selectors.DefaultSelector()
for _ in range(count):
    new = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    new.setblocking(False)
    new.connect_ex((far, port))
    waiting.register(new, selectors.EVENT_WRITE)
came, end = 0, time.monotonic() + 30
while waiting.get_map() and time.monotonic() < end:
    for key, _ in waiting.select(1):
        waiting.unregister(key.fileobj)
        came += key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
        key.fileobj.close()
print(came)
