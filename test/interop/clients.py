"""Clients in Python: clients.py KIND ADDRESS TYPE BODY... They print a line for each answer: its frames as JSON.

`async` hands in every BODY as a request of its own before it reads; `titanic` prints the UUID of a request, and
`titanic-reply`, with the UUID as its TYPE, the answer and what is left of it after it was closed. For others each BODY is a frame.
"""

import json
import sys
import time

import zmq

KIND, ADDRESS, TYPE = sys.argv[1:4]
SERVICE = TYPE.encode()
BODY = [frame.encode() for frame in sys.argv[4:]]
context = zmq.Context()


def connected(kind):
    socket = context.socket(kind)
    socket.linger = 0
    socket.connect(ADDRESS)
    return socket


def tell(frames):
    print(json.dumps([frame.decode("latin-1") for frame in frames]), flush=True)


def mdp(socket, service, body):
    """A call of a Majordomo client on a REQ socket, as the guide's API makes it."""
    socket.send_multipart([b"MDPC01", service] + body)
    name, said, *answer = socket.recv_multipart()
    assert (name, said) == (b"MDPC01", service)
    return answer


def classic():
    socket = connected(zmq.REQ)
    socket.send_multipart(([SERVICE] if SERVICE else []) + BODY)
    tell(socket.recv_multipart())


def asynchronous():
    socket = connected(zmq.DEALER)
    for body in BODY:
        socket.send_multipart([b"", b"MDPC01", SERVICE, body])
    for _ in BODY:
        frames = socket.recv_multipart()
        assert frames[:3] == [b"", b"MDPC01", SERVICE]
        tell(frames[3:])


def with_parts():
    socket = connected(zmq.DEALER)
    socket.send_multipart([b"MDPC02", b"\x01", SERVICE] + BODY)
    command = b""
    while command != b"\x03":
        name, command, said, *body = socket.recv_multipart()
        assert (name, said) == (b"MDPC02", SERVICE) and command in (b"\x02", b"\x03")
        tell(body)


def titanic():
    status, uuid = mdp(connected(zmq.REQ), b"titanic.request", [SERVICE] + BODY)
    assert status == b"200"
    tell([uuid])


def titanic_reply():
    socket = connected(zmq.REQ)
    answer = []
    while answer[:1] != [b"200"]:
        time.sleep(0.05)
        answer = mdp(socket, b"titanic.reply", [SERVICE])
        assert answer[0] in (b"200", b"300"), answer
    tell(answer[1:])
    assert mdp(socket, b"titanic.close", [SERVICE]) == [b"200"]
    tell(mdp(socket, b"titanic.reply", [SERVICE]))


if KIND == "classic":
    classic()
elif KIND == "mdp-0.1":
    tell(mdp(connected(zmq.REQ), SERVICE, BODY))
elif KIND == "async":
    asynchronous()
elif KIND == "mdp-0.2":
    with_parts()
elif KIND == "titanic":
    titanic()
else:
    titanic_reply()
