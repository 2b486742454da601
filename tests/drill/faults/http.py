"""http — F23: clients that send a byte a second, or half a body and then nothing."""
import contextlib
import resource
import socket
import threading

from . import Fault, register

HEAD = b"POST /api/intake/dossiers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@register
class SlowClients(Fault):
    """Half of them through nginx, half straight at intake."""
    id, name, seconds, count = "F23", "slow-clients", 10.0, 2000

    def inject(self, ground, rng):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * self.count + 512)), hard))
        self.sockets, self.sent, self.ends = [], 0, threading.Event()
        for n in range(self.count):
            port = ground.suite.port if n % 2 else ground.port("intake")
            with contextlib.suppress(OSError):
                self.sockets.append(socket.create_connection(("127.0.0.1", port), timeout=2))
                self.sockets[-1].sendall(HEAD[:1] if n % 4 < 2 else HEAD + b"Content-Length: 900\r\n\r\n{")
        self.open = len(self.sockets)
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def drip(self):
        at = 1
        while not self.ends.wait(1):
            for s in self.sockets:
                with contextlib.suppress(OSError):
                    self.sent += s.send(HEAD[at:at + 1])
            at = at % (len(HEAD) - 1) + 1

    def heal(self, ground):
        self.ends.set()
        self.thread.join()
        for s in self.sockets:
            s.close()

    def proof(self):
        return "%d connections open, %d bytes in %.0f s" % (self.open, self.sent, self.seconds) if self.sent else ""
