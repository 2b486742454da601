"""elsewhere — a suite that runs in containers or on another machine, as the demo and the sample data see it: an address, a
folder with the demo accounts, and where the simulators of the outside world answer."""
import os

SIMULATORS = {"PORTAL_SIM": 41, "GATEWAY_SIM": 42, "MAIL_SIM": 44}


class Elsewhere:
    def __init__(self, folder, base, config=None, ports="80"):
        """ports: the first digits of the simulators' ports on this machine; the last two are SIMULATORS'."""
        self.run, self.base, self.config, self.ports = folder, base.rstrip("/"), config, ports

    def path(self, *parts):
        return self.config if parts == ("conf", "motcua.conf") else os.path.join(self.run, *parts)

    def url(self, path=""):
        return self.base + path

    def local(self, name):
        return "http://127.0.0.1:%s%d" % (self.ports, SIMULATORS[name])
