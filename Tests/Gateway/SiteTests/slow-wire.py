"""Puts a wire before the device whose namespace it runs in, that becomes slow while the device is asked.

usage: slow-wire.py ADDRESS/LENGTH FRAMES SECONDS

The device's interface becomes a TAP device with the same name, hardware address and address; frames pass
between it and the old interface. After FRAMES connection attempts (SYN) everything takes SECONDS longer; the
time of that moment (seconds since 1970) is then printed. "ready" is printed once frames pass.
"""

import fcntl
import heapq
import os
import select
import socket
import struct
import subprocess
import sys
import time

network, frames, delay = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x400454CA, 0x0002, 0x1000, 0x4000  # linux/if_tun.h
SOL_PACKET, PACKET_VNET_HDR = 263, 15  # linux/if_packet.h
# Says, before each frame, that its checksum is yet to be made: inside one machine nobody makes it.
VNET_HEADER = 10


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


with open("/sys/class/net/eth0/address") as file:
    hardware = file.read().strip()
# The old interface is a piece of wire from here on: it has no address, and answers nobody.
ip("link", "set", "eth0", "down")
ip("address", "flush", "dev", "eth0")
ip("link", "set", "eth0", "name", "wire0")
ip("link", "set", "wire0", "address", "02:00:00:77:77:77")
write("/proc/sys/net/ipv6/conf/wire0/disable_ipv6", "1")
write("/proc/sys/net/ipv4/conf/wire0/arp_ignore", "8")
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", b"eth0", IFF_TAP | IFF_NO_PI | IFF_VNET_HDR))
ip("link", "set", "eth0", "address", hardware, "up")
ip("address", "add", network, "dev", "eth0")
ip("link", "set", "wire0", "promisc", "on", "up")
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
wire.bind(("wire0", 3))


def is_attempt(frame):
    """Whether a frame is IPv4 TCP with SYN and no ACK."""
    frame = frame[VNET_HEADER:]
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return False
    return frame[14 + (frame[14] & 15) * 4 + 13] & 0x12 == 0x02


print("ready", flush=True)
attempts, number, waiting = 0, 0, []
while True:
    pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    for source in select.select([tap, wire], [], [], pause)[0]:
        if source is wire:
            frame, address = wire.recvfrom(65536)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            attempts += is_attempt(frame)
            if attempts == frames and is_attempt(frame):
                print("slow", time.time(), flush=True)
            # Half of the delay on the way in would do the same; all of it here keeps the order.
            number += 1
            late = delay if attempts >= frames else 0
            heapq.heappush(waiting, (time.monotonic() + late, number, frame))
        else:
            wire.send(os.read(tap, 65536))
    while waiting and waiting[0][0] <= time.monotonic():
        os.write(tap, heapq.heappop(waiting)[2])
