"""Real listeners, and a question of UPnP as devices ask it.

listeners.py FILE KIND:ADDRESS:PORT...: listens until it is ended, and makes FILE when all do.
listeners.py talk FILE ADDRESS PORT...: says a word to each, makes FILE when all have taken it, and stays connected.
listeners.py map URL EXTERNAL CLIENT INTERNAL NAME: has a gateway map a TCP port.
"""
import fcntl
import signal
import socket
import struct
import sys
import time
import urllib.error
import urllib.request


def listen(words):
    kind, rest = words.split(":", 1)
    address, port = rest.rsplit(":", 1)
    family = socket.AF_INET if kind.endswith("4") and "6" not in kind else socket.AF_INET6
    made = socket.socket(family, socket.SOCK_DGRAM if kind.startswith("udp") else socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if kind.endswith("46") else 1)
    made.bind((address, int(port)))
    if not kind.startswith("udp"):
        made.listen()
    return made


def talk(address, port):
    made = socket.create_connection((address, int(port)), timeout=10)
    made.sendall(b"hello\n")
    # The other end has taken it when nothing of it is left to send (SIOCOUTQ).
    end = time.monotonic() + 10
    while struct.unpack("i", fcntl.ioctl(made, 0x5411, bytes(4)))[0] and time.monotonic() < end:
        time.sleep(0.01)
    return made


def map_port(url, external, client, internal, name):
    service = "urn:schemas-upnp-org:service:WANIPConnection:1"
    body = (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
        f'<u:AddPortMapping xmlns:u="{service}"><NewRemoteHost></NewRemoteHost>'
        f"<NewExternalPort>{external}</NewExternalPort><NewProtocol>TCP</NewProtocol>"
        f"<NewInternalPort>{internal}</NewInternalPort><NewInternalClient>{client}</NewInternalClient>"
        f"<NewEnabled>1</NewEnabled><NewPortMappingDescription>{name}</NewPortMappingDescription>"
        "<NewLeaseDuration>0</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>"
    )
    request = urllib.request.Request(
        url + "/ctl/IPConn", body.encode(),
        {"Content-Type": "text/xml", "SOAPAction": f'"{service}#AddPortMapping"'})
    end = time.monotonic() + 15
    while True:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            sys.exit(f"{error}: {error.read().decode()}")
        except OSError:
            # It is not up yet.
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


if sys.argv[1] == "map":
    map_port(*sys.argv[2:])
elif sys.argv[1] == "talk":
    held = [talk(*pair) for pair in zip(sys.argv[3::2], sys.argv[4::2])]
    open(sys.argv[2], "w").close()
    signal.pause()
else:
    held = [listen(words) for words in sys.argv[2:]]
    open(sys.argv[1], "w").close()
    signal.pause()
