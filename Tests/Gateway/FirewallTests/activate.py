"""Holds a listening socket and starts a program whenever somebody connects, as systemd does for a .socket unit.

A program that a signal ended is started again at once, as Restart=on-failure has it.

usage: activate.py SOCKET PROGRAM [ARGUMENT ...]      SIGTERM ends it and the program
"""

import os
import select
import signal
import socket
import sys

path, command = sys.argv[1], sys.argv[2:]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
os.chmod(path, 0o666)
listener.listen(8)
child = 0


def end(*_):
    if child:
        os.kill(child, signal.SIGTERM)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
failed = False
while True:
    if not failed:
        select.select([listener], [], [])
    child = os.fork()
    if child == 0:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.execv(command[0], command)
    with open(path + ".pid", "w", encoding="utf-8") as file:
        file.write(str(child))
    failed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    child = 0
