"""operator_api — the services' admin ports as Python: where they are, the operator's token, and what they refuse."""
import json
import os
import socket
import urllib.error
import urllib.parse
import urllib.request

SERVICES = ["broker", "identity", "intake", "verification", "payment", "notification", "status-sync", "feedback"]
STORES = SERVICES[1:]
FILE_TIMEOUT_S = 120


class Unreachable(Exception):
    """Whoever was asked does not answer, or says that it cannot now."""


class Refused(Exception):
    pass


def addresses(url):
    """The admin URL once for each address its host has."""
    parts = urllib.parse.urlsplit(url)
    try:
        found = {a[4][0] for a in socket.getaddrinfo(parts.hostname, parts.port, socket.AF_INET, socket.SOCK_STREAM)}
    except OSError:
        return []
    return ["%s://%s:%d" % (parts.scheme, ip, parts.port) for ip in sorted(found)]


def ready_at(url):
    try:
        with urllib.request.urlopen(url + "/readyz", timeout=3) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)
    except OSError:
        return None


class Operator:
    def __init__(self, config):
        """config: lines `service = url`, and `token_file = path`."""
        self.urls = {}
        with open(config, encoding="utf-8") as f:
            for line in f:
                name, equals, value = line.partition("=")
                if equals and not line.startswith("#"):
                    self.urls[name.strip()] = value.strip()
        with open(self.urls.pop("token_file"), encoding="utf-8") as f:
            self.token = f.read().strip()

    def url(self, service):
        if service not in self.urls:
            raise Unreachable("the operator's configuration does not say where %s is: a line %s = http://…" % (service, service))
        return self.urls[service]

    def call(self, service, path, method="GET", body=None, content_type="application/json"):
        request = urllib.request.Request(self.url(service) + path, data=body, method=method, headers={
            "Authorization": "Operator " + self.token, "Content-Type": content_type, "Accept-Language": "en"})
        try:
            with urllib.request.urlopen(request, timeout=FILE_TIMEOUT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise (Unreachable if error.code == 503 else Refused)(describe(service, error)) from None
        except OSError as error:
            raise Unreachable("%s does not answer at %s: %s" % (service, self.urls[service], error)) from None

    def ready(self, service):
        """What /readyz says; None: no answer."""
        return ready_at(self.url(service))

    def replicas_ready(self, service):
        """The same of each replica that bears the service's name."""
        return [ready_at(url) for url in addresses(self.url(service))]

    def send_file(self, service, path, file):
        with open(file, "rb") as f:
            data = f.read()
        return self.call(service, path, "POST", data, "text/csv" if file.lower().endswith(".csv") else "application/json")

    # ---- what the suite's first start and the command both do ----

    def import_units(self, file):
        return self.send_file("identity", "/admin/units", file)

    def import_calendars(self, file):
        return self.send_file("verification", "/admin/calendars", file)

    def import_holidays(self, file):
        return self.send_file("verification", "/admin/special-days", file)

    def import_catalogue(self, file, mode="apply", plan=None):
        query = {"mode": mode, **({"plan": plan} if plan else {})}
        return self.send_file("intake", "/admin/catalogue?" + urllib.parse.urlencode(query), file)

    def add_user(self, user):
        """Make a staff account; the answer holds its password, made here unless the user brings one."""
        return self.call("identity", "/admin/users", "POST", json.dumps(user).encode())


def describe(service, error):
    try:
        problem = json.load(error)
    except ValueError:
        return "%s answered %d" % (service, error.code)
    lines = ["%s: %s" % (service, problem.get("title", error.code))]
    return "\n".join(lines + ["  %s: %s" % (e["field"], e["message"]) for e in problem.get("errors", [])])


def default_config(run_dir):
    return os.environ.get("MOTCUA_CONFIG") or os.path.join(run_dir, "conf", "motcua.conf")
