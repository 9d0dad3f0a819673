"""Plays devices for which there is no server in Debian, each at an address of its own, and says what it was asked.

usage: devices.py NAME=ADDRESS...
"""
import select
import socket
import sys


def echonet_lite(question):
    """A node with one air conditioner; answers to port 3610 whatever port asked, with the transaction repeated."""
    properties = {0xD6: bytes([1, 0x01, 0x30, 0x01]), 0x82: bytes([1, 14, 1, 0]), 0x8A: bytes([0, 0, 8])}
    if question[:2] != b"\x10\x81" or question[10] != 0x62:
        return None
    asked = [question[12 + 2 * place] for place in range(question[11])]
    values = b"".join(bytes([code, len(properties[code])]) + properties[code] for code in asked)
    return question[:4] + question[7:10] + question[4:7] + bytes([0x72, len(asked)]) + values


def knx(question):
    """A router of KNXnet/IP: its description, with the hardware's and the families' blocks."""
    if question[:4] != b"\x06\x10\x02\x03":
        return None
    body = bytes([54, 1, 0x20, 0]) + bytes(50) + bytes([8, 2, 2, 1, 3, 1, 4, 1])
    return b"\x06\x10\x02\x04" + (6 + len(body)).to_bytes(2, "big") + body


def ssdp(question):
    if not question.startswith(b"M-SEARCH"):
        return None
    return (b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\nEXT:\r\nUSN: uuid:1::upnp:rootdevice\r\n"
            b"SERVER: Lab UPnP/1.1\r\nLOCATION: http://198.18.0.5:80/d.xml\r\n\r\n")


def liar(question):
    """Answers DNS as it has been asked, with another identifier."""
    return bytes([question[0] ^ 1]) + question[1:2] + b"\x84" + question[3:]


kinds = {"echonet-lite": (3610, echonet_lite), "knx": (3671, knx), "ssdp": (1900, ssdp), "liar": (53, liar)}
sockets = {}
for word in sys.argv[1:]:
    name, address = word.split("=")
    port, answer = kinds[name]
    device = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    device.bind((address, port))
    sockets[device] = (name, answer)
print("ready", flush=True)
while True:
    for device in select.select(list(sockets), [], [])[0]:
        question, peer = device.recvfrom(2048)
        name, answer = sockets[device]
        reply = answer(question)
        print(name, peer, len(question), len(reply or b""), flush=True)
        if reply:
            device.sendto(reply, (peer[0], 3610) if name == "echonet-lite" else peer)
