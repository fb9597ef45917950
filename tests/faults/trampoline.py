"""What a console starts as its engine: hands its pipes to the nursery and ends when that child ends.

Run with `python -I -S`, so that it costs next to nothing. Arguments: the nursery's socket, and
the socket at which the engine asks how it is armed.
"""

import json
import os
import socket
import sys


def main(nursery: str, control: str) -> int:
    """The exit code of the engine that was forked on our pipes."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(nursery)
    mark = os.getpid()
    asked = {"role": "engine", "control": control, "mark": mark}
    socket.send_fds(line, [json.dumps(asked).encode() + b"\n"], [0, 1])
    os.close(0)
    os.close(1)
    told = line.makefile().readlines()
    code = int(json.loads(told[-1])["exit"]) if told else 1
    report(control, {"mark": mark, "exit": code})
    return code


def report(control: str, told: dict[str, int]) -> None:
    """Say how the engine ended to whoever armed it, if they are still there."""
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(control)
        line.sendall(json.dumps(told).encode() + b"\n")
    except OSError:
        pass


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
