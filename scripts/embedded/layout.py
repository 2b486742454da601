"""layout — where an embedded suite keeps its things: folders, ports, secrets, configuration."""
import glob
import hashlib
import os
import socket
import string

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVICES = ["identity", "intake", "verification", "payment", "notification", "status-sync", "feedback"]
SECRETS = ["mail.password", "gateway.secret", "portal.password", "portal.push"]
# What nginx's pieces share in every deployment; what follows SERVICES counts callers, whom the embedded suite never limits.
FRONT = {"SERVICES": "|".join(SERVICES), "CALLS_PER_S": "200", "CALLS_BURST": "400", "LOGINS_PER_S": "20", "LOGINS_BURST": "100",
         "LOOKUPS_PER_S": "20", "LOOKUPS_BURST": "100"}
SOCKET_PATH_MAX = 90  # a unix socket's path holds 107 bytes

# Offsets from PORT; the public port is PORT itself.
PORTS = {"BROKER_BUS": 1, "BROKER_ADMIN": 2, "BROKER2_BUS": 3, "BROKER2_ADMIN": 4, "PORTAL_SIM": 41, "GATEWAY_SIM": 42,
         "MAIL_SMTP": 43, "MAIL_SIM": 44}


def env_name(service):
    return service.upper().replace("-", "_")


for _i, _service in enumerate(SERVICES):
    PORTS[env_name(_service) + "_HTTP"] = 11 + 2 * _i
    PORTS[env_name(_service) + "_ADMIN"] = 12 + 2 * _i


def variables(service, **settings):
    """Settings of a service as its environment has them."""
    return {"MOTCUA_%s_%s" % (env_name(service), name.upper()): value for name, value in settings.items()}


def database_of(service):
    return "motcua_" + service.replace("-", "_")


def write_private(path, text, mode="w"):
    with open(path, mode, encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as f:
        f.write(text)


class Layout:
    def __init__(self, run_dir, port, build=None):
        self.run = os.path.abspath(run_dir)
        self.port = port
        self.build = os.path.join(ROOT, build or "build")
        self.find_sockets()
        self.ports = {name: port + offset for name, offset in PORTS.items()}

    def path(self, *parts):
        return os.path.join(self.run, *parts)

    def find_sockets(self):
        """In the run folder, unless that path is too long or the server was moved outside."""
        self.sockets = self.path("sockets")
        if len(self.sockets) > SOCKET_PATH_MAX or os.path.islink(self.path("pg")):
            self.sockets = os.path.join(self.outside(), "sockets")

    def outside(self):
        """A folder for what cannot live in the run folder: a long socket path, or a server that may not enter it."""
        return "/var/tmp/motcua-" + hashlib.sha256(self.run.encode()).hexdigest()[:12]

    def program(self, name):
        return os.path.join(self.build, name)

    def local(self, port_name):
        return "http://127.0.0.1:%d" % self.ports[port_name]

    def admin_url(self, service):
        return self.local(env_name(service) + "_ADMIN")

    def url(self, path=""):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def secret(self, name):
        with open(self.path("keys", name), encoding="utf-8") as f:
            return f.read().strip()

    def make_folders(self):
        for sub in ("", "conf", "log", "files", "keys", "nginx", "redis", "sim", "state", "pid"):
            os.makedirs(self.path(sub), exist_ok=True)
        os.makedirs(self.sockets, exist_ok=True)
        for folder in {self.sockets, os.path.dirname(self.sockets)} - {self.run}:
            os.chmod(folder, 0o711)

    def make_secrets(self):
        for name in SECRETS:
            if not os.path.exists(self.path("keys", name)):
                write_private(self.path("keys", name), os.urandom(24).hex() + "\n", "x")

    def render_conf(self):
        """deploy/dev and deploy/nginx with this suite's ports and folders, in conf/."""
        values = {name: str(port) for name, port in self.ports.items()}
        values.update({name.upper().replace(".", "_"): self.secret(name) for name in SECRETS})
        values.update(RUN=self.run, SOCKETS=self.sockets, PORT=str(self.port), ROOT=ROOT,
                      BROKERS="tcp://127.0.0.1:%d" % self.ports["BROKER_BUS"],
                      NGINX_USER="user root;" if os.getuid() == 0 else "",
                      WEB=os.path.join(ROOT, "build", "web"), UPSTREAMS=self.upstreams(), **FRONT)
        for file in sorted(glob.glob(os.path.join(ROOT, "deploy", "dev", "*.conf")) +
                           glob.glob(os.path.join(ROOT, "deploy", "nginx", "*"))):
            with open(file, encoding="utf-8") as f:
                write_private(self.path("conf", os.path.basename(file)), string.Template(f.read()).safe_substitute(values))

    def upstreams(self):
        """nginx's groups: a service's public port under its name, its admin port under <name>_ops."""
        groups = [(s, env_name(s) + "_HTTP", "keepalive 64; ") for s in SERVICES]
        groups += [(s + "_ops", env_name(s) + "_ADMIN", "") for s in ["broker"] + SERVICES]
        return "\n".join("    upstream %s { server 127.0.0.1:%d; %s}" % (name, self.ports[port], keep)
                         for name, port, keep in groups)

    def check_ports(self):
        for name, port in [("PORT", self.port)] + sorted(self.ports.items()):
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", port))
                except OSError:
                    raise RuntimeError("port %d (%s) is taken: choose another range with PORT=…; ports PORT to PORT+%d are used"
                                       % (port, name, max(PORTS.values()))) from None
