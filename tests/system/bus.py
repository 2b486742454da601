"""bus — a foreign end of the bus: Python, pyzmq and Google's protobuf, with the key of any service. Tests speak as a
service that is not running, or listen as one."""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
import weakref

import zmq

from lib import ROOT


def _load():
    """Generate and import the messages, in a folder of this process: workers run side by side."""
    proto = os.path.join(ROOT, "proto")
    files = [os.path.join(proto, f) for f in sorted(os.listdir(proto)) if f.endswith(".proto")]
    generated = tempfile.mkdtemp(prefix="motcua-proto-")
    atexit.register(shutil.rmtree, generated, ignore_errors=True)
    subprocess.run(["protoc", "--proto_path=" + proto, "--python_out=" + generated] + files, check=True)
    sys.path.insert(0, generated)


_load()
import common_pb2  # noqa: E402
import envelope_pb2  # noqa: E402
import feedback_pb2  # noqa: E402
import identity_pb2  # noqa: E402
import intake_pb2  # noqa: E402
import notification_pb2  # noqa: E402
import payment_pb2  # noqa: E402
import status_sync_pb2  # noqa: E402
import verification_pb2  # noqa: E402

MESSAGES = {}
for _module in (common_pb2, feedback_pb2, identity_pb2, intake_pb2, notification_pb2, payment_pb2, status_sync_pb2, verification_pb2):
    for _name, _descriptor in _module.DESCRIPTOR.message_types_by_name.items():
        MESSAGES["motcua." + _name] = getattr(_module, _name)


class Bus:
    """One connection to a broker as `service`. answered: {id: "ack" | refusal}; heard: envelopes, oldest first; frames:
    how many came in each; joined: the services that came; sender: who said the last envelope."""

    def __init__(self, suite, service, port_name="BROKER_BUS", credit=100, key_of=None, says=None, keys=None):
        self.service, self.answered, self.heard, self.frames, self.joined, self.sender = service, {}, [], [], set(), None
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        public, secret = keys or suite.secret((key_of or service) + ".secret").split()
        self.socket.curve_serverkey = suite.secret("public/broker.key").encode()
        self.socket.curve_publickey, self.socket.curve_secretkey = public.encode(), secret.encode()
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDTIMEO, 200)
        self.socket.connect("tcp://127.0.0.1:%d" % suite.ports[port_name])
        weakref.finalize(self, self.socket.close, 0)  # collected unclosed, its context would wait for the socket for ever
        self.hello = envelope_pb2.Packet()
        self.hello.hello.service = says or service
        self.hello.hello.replica = "test-" + uuid.uuid4().hex[:8]
        self.hello.hello.credit = credit
        self.known, self.said_hello = False, 0.0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.say_bye()
        self.socket.close(linger=200)
        self.context.term()

    def _send(self, packet):
        """Not sent within 200 ms: there is no connection; what waits for an answer asks again."""
        try:
            self.socket.send(packet.SerializeToString())
        except zmq.Again:
            pass

    def pump(self, seconds=0.05):
        """Say hello when it is time, take what came."""
        if time.monotonic() - self.said_hello > 1.0:
            self.said_hello = time.monotonic()
            self._send(self.hello)
        while self.socket.poll(int(seconds * 1000)):
            frame = self.socket.recv()
            packet, bundle = envelope_pb2.Packet.FromString(frame), envelope_pb2.Bundle.FromString(frame)
            kind = packet.WhichOneof("body")
            self.known = self.known or kind == "beat"
            if kind == "ack":
                self.answered.update({bytes(i): "ack" for i in packet.ack.ids})
            elif kind == "refusal":
                self.answered.update({bytes(i): packet.refusal for i in packet.refusal.ids})
            elif kind == "envelope":
                self.sender = bundle.sender
                self.heard += bundle.envelopes
                self.frames.append(len(bundle.envelopes))
            elif kind == "joined":
                self.joined.add(packet.joined.service)
            elif kind == "who":
                self.said_hello = 0.0
            seconds = 0

    def connect(self, seconds=10):
        until = time.monotonic() + seconds
        while not self.known and time.monotonic() < until:
            self.pump()
        return self.known

    def say_bye(self):
        packet = envelope_pb2.Packet()
        packet.bye.SetInParent()
        self._send(packet)

    def send(self, destination, message, key, version=1, source=None, envelope_id=None, payload=None, type_name=None):
        """Send one envelope; returns its id."""
        assert self.known or self.connect()
        bundle = envelope_pb2.Bundle()
        e = bundle.envelopes.add()
        e.id = uuid.uuid4().bytes if envelope_id is None else envelope_id
        e.source, e.destination, e.key, e.version = source or self.service, destination, key, version
        e.type = type_name or message.DESCRIPTOR.full_name
        e.occurred_at_ms = int(time.time() * 1000)
        e.payload = payload if payload is not None else message.SerializeToString()
        self._send(bundle)
        return bytes(e.id)

    def answer_to(self, envelope_id, seconds=10):
        until = time.monotonic() + seconds
        while envelope_id not in self.answered and time.monotonic() < until:
            self.pump()
        return self.answered.pop(envelope_id, None)

    def say(self, destination, message, key, version=1, seconds=15, **more):
        """Send until it is acknowledged, as an outbox would."""
        until = time.monotonic() + seconds
        envelope_id = more.pop("envelope_id", None) or uuid.uuid4().bytes
        while time.monotonic() < until:
            self.send(destination, message, key, version, envelope_id=envelope_id, **more)
            if self.answer_to(envelope_id, 3) == "ack":
                return envelope_id
            time.sleep(0.1)
        raise AssertionError("%s did not take %s" % (destination, message.DESCRIPTOR.name))

    def listen(self, type_name, key=None, seconds=15):
        """The next envelope of a type (and key), acknowledged and decoded: (envelope, message)."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.pump()
            for e in list(self.heard):
                if e.type == type_name and (key is None or e.key == key):
                    self.heard.remove(e)
                    return e, MESSAGES[e.type].FromString(e.payload)
        raise AssertionError("no %s came" % type_name)

    def ack(self, envelope, to):
        packet = envelope_pb2.Packet()
        packet.ack.ids.append(envelope.id)
        packet.to = to
        self._send(packet)
