"""Workers in Python: workers.py DIALECT ADDRESS [TYPE]. They answer with the frames of the body in upper case.

A body that begins with `wait MS` is answered after so long, one that is `count N` with N parts (MDP 0.2) and an end.
"""

import sys
import time

import zmq

HEARTBEAT = 0.3
DIALECT, ADDRESS = sys.argv[1:3]
TYPE = sys.argv[3].encode() if len(sys.argv) > 3 else b""
context = zmq.Context()


def say(*words):
    print(*words, flush=True)


def do(frames):
    say("start", frames[0].decode() if frames else "")
    words = frames[0].split() if frames else []
    if words[:1] == [b"wait"]:
        time.sleep(int(words[1]) / 1000)
    return [frame.upper() for frame in frames]


def parts(frames):
    words = frames[0].split() if frames else []
    return [b"part %d" % n for n in range(int(words[1]))] if words[:1] == [b"count"] else []


def classic():
    """With a type it says so, and its load with every answer; without, it has the default type."""
    socket = context.socket(zmq.REQ)
    socket.connect(ADDRESS)
    socket.send_multipart([b"", b"", b"READY", TYPE, b"0"] if TYPE else [b"", b"", b""])
    say("ready")
    while True:
        client, _, body = socket.recv_multipart()
        socket.send_multipart([client, b""] + do([body]) + ([b"0.5"] if TYPE else []))


def with_heartbeats(ready, request, partial, final, heartbeat, disconnect):
    """Majordomo and the Paranoid Pirate Protocol: a DEALER that says it is there while it is idle."""

    def connect():
        socket = context.socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(ADDRESS)
        socket.send_multipart(ready)
        return socket

    socket = connect()
    say("ready")
    beat_at = time.monotonic() + HEARTBEAT
    while True:
        if socket.poll(100):
            frames = socket.recv_multipart()
            if frames == disconnect:
                say("told to disconnect")
                socket.close()
                socket = connect()
            elif frames[: len(request)] == request and len(frames) > len(request) + 1:
                client, gap, *body = frames[len(request) :]
                assert gap == b""
                for part in parts(body):
                    socket.send_multipart(partial + [client, b"", part])
                socket.send_multipart(final + [client, b""] + do(body))
            else:
                assert frames == heartbeat, frames
        if time.monotonic() > beat_at:
            socket.send_multipart(heartbeat)
            beat_at = time.monotonic() + HEARTBEAT


def majordomo(head, numbers):
    ready, request, partial, final, heartbeat, disconnect = (head + [bytes([n])] for n in numbers)
    with_heartbeats(ready + [TYPE], request, partial, final, heartbeat, disconnect)


if DIALECT == "classic":
    classic()
elif DIALECT == "mdp-0.1":
    majordomo([b"", b"MDPW01"], [1, 2, 3, 3, 4, 5])
elif DIALECT == "mdp-0.2":
    majordomo([b"MDPW02"], [1, 2, 3, 4, 5, 6])
else:
    with_heartbeats([b"\x01"], [], [], [], [b"\x02"], None)
