"""Plays a device of a LAN to which power comes back: tells the link that it is there, and calls FAR until it is let.

usage: returning-device.py FAR PORT GO

When the file GO is there it tries whether its address is free (RFC 5227), then begins a connection four times a second,
each with one SYN, until one comes about.
"""

import fcntl
import os
import socket
import struct
import sys
import time

far, port, go = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    # SIOCGIFADDR and SIOCGIFHWADDR (netdevice(7)).
    name = struct.pack("256s", b"eth0")
    address = fcntl.ioctl(any_socket, 0x8915, name)[20:24]
    hardware = fcntl.ioctl(any_socket, 0x8927, name)[18:24]
while not os.path.exists(go):
    time.sleep(0.01)
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
    link.bind(("eth0", 0x0806))
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + hardware + bytes(4) + bytes(6) + address
    link.send(b"\xff" * 6 + hardware + b"\x08\x06" + body)
for _ in range(400):
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as new:
        new.settimeout(0.25)
        try:
            new.connect((far, port))
            break
        except OSError:
            pass
    time.sleep(max(0.0, 0.25 - (time.monotonic() - began)))
