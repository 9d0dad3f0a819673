"""Knocks a hundred times at a mosquitto with mutual TLS behind broker-limiter.nft, and prints what came of it as JSON.

usage: unshare --net python3 limiter.py BROKER-LIMITER.NFT DIRECTORY
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

limiter, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
if [line.split(":")[0].strip() for line in open("/proc/self/net/dev").readlines()[2:]] != ["lo"]:
    sys.exit("not in a network namespace of its own")
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
     work / "key.pem", "-subj", "/CN=localhost", "-days", "2", "-out", work / "crt.pem"],
    check=True, stderr=subprocess.DEVNULL)
(work / "mosquitto.conf").write_text(
    f"user root\nlistener 8883 127.0.0.1\ncafile {work}/crt.pem\ncertfile {work}/crt.pem\nkeyfile {work}/key.pem\n"
    f"require_certificate true\nlog_dest file {work}/log\nlog_type all\n")
environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin"}
broker = subprocess.Popen(["mosquitto", "-c", work / "mosquitto.conf"], env=environment, stderr=subprocess.DEVNULL)


def knock():
    try:
        return socket.create_connection(("127.0.0.1", 8883), timeout=10)
    except ConnectionRefusedError:
        return None


try:
    while (first := knock()) is None:
        time.sleep(0.05)
    # One stands before the limiter is there.
    text = limiter.read_text().replace("200/second burst 200", "1/hour burst 5")
    (work / "limiter.nft").write_text(text)
    for _ in range(2):  # twice: it can be loaded again
        subprocess.run(["nft", "-f", work / "limiter.nft"], check=True, env=environment)
    before = (work / "log").read_text().count("New connection from")
    knocks = [knock() for _ in range(100)]
    admitted = [one for one in knocks if one]
    while (heard := (work / "log").read_text().count("New connection from") - before) < len(admitted):
        time.sleep(0.05)
    # A byte is no record of TLS yet, so the broker waits for more; a reset would be heard here.
    first.sendall(b"x")
    first.settimeout(1)
    try:
        first.recv(1)
        stands = False
    except TimeoutError:
        stands = True
    except ConnectionResetError:
        stands = False
    counters = subprocess.run(
        ["nft", "list", "counters", "table", "inet", "kadomori_broker"], check=True, capture_output=True, text=True,
        env=environment).stdout
    found = {name: int(re.search(name + r" \{\s+packets (\d+)", counters)[1]) for name in ("admitted", "refused")}
    subprocess.run(["nft", "delete", "table", "inet", "kadomori_broker"], check=True, env=environment)
    after = knock()
    print(json.dumps({
        "admitted": len(admitted), "refused": 100 - len(admitted), "heard": heard, "counted": found,
        "stands": stands, "open_again": after is not None}))
finally:
    broker.kill()
    broker.wait()
