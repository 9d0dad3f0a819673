"""Answers SYNs that a real kernel lets pass as an attacker or a tarpit would, from a packet socket.

usage: forger.py INTERFACE WRONG TARPIT ELSEWHERE    addresses: one gets an acknowledgement of something else, one a
connection that goes nowhere (no options, a window of 5), one an answer that comes from the address after it.
"""
import socket
import struct
import sys

wrong, tarpit, elsewhere = (socket.inet_aton(word) for word in sys.argv[2:])
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
line.bind((sys.argv[1], 0x0800))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(frame, source, acknowledged, window, options):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(options), 0, 0x4000, 64, 6, 0, source, frame[26:30])
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    ports = struct.unpack("!HH", frame[34:38])
    tcp = struct.pack("!HHIIBBHHH", ports[1], ports[0], 77, acknowledged & 0xFFFFFFFF, (5 + len(options) // 4) << 4, 0x12,
                      window, 0, 0) + options
    pseudo = source + frame[26:30] + struct.pack("!HH", 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    line.send(frame[6:12] + frame[0:6] + b"\x08\0" + head + tcp)


print("ready", flush=True)
mss = b"\x02\x04\x05\xb4"
while True:
    frame, peer = line.recvfrom(2048)
    # Only SYNs that come in.
    if peer[2] == socket.PACKET_OUTGOING or len(frame) < 54 or frame[23] != 6 or frame[47] & 0x17 != 0x02:
        continue
    target, sequence = frame[30:34], struct.unpack("!I", frame[38:42])[0]
    if target == wrong:
        for other in (0, 2, 0x5EED):
            answer(frame, target, sequence + other, 64240, mss)
        print("forged", flush=True)
    elif target == tarpit:
        answer(frame, target, sequence + 1, 5, b"")
    elif target == elsewhere:
        answer(frame, target[:3] + bytes([target[3] + 1]), sequence + 1, 64240, mss)
