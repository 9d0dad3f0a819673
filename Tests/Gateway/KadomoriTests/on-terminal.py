"""Runs a program on a terminal of a size, types what it is given, and prints what the terminal was sent.

usage: on-terminal.py COLUMNS ROWS ANSWERS PROGRAM ARGUMENT...

ANSWERS is text with '\\n' between lines, or '^C' and a text: then the interrupt key is pressed once that text is
seen. Ends with the program's exit status, or 128 and the number of the signal that ended it.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

columns, rows = int(sys.argv[1]), int(sys.argv[2])
answers = sys.argv[3].replace("\\n", "\n").encode()
mark = answers[2:] if answers.startswith(b"^C") else None
child, terminal = pty.fork()
if child == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The size has to be there before the program looks; standard input waits for it.
    os.read(0, 1)
    os.execvp(sys.argv[4], sys.argv[4:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
os.write(terminal, b"\n" if mark else b"\n" + answers)
said = b""
while select.select([terminal], [], [], 20)[0]:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    said += part
    if mark and mark in said:
        mark = None
        os.write(terminal, b"\x03")
sys.stdout.buffer.write(said)
status = os.waitpid(child, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
