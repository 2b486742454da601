"""lib — what system tests share: HTTP held against the API's description, accounts, dossiers, metrics."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import contract  # noqa: E402
from embedded import filing as portal, web  # noqa: E402
from embedded.filing import PDF, answers_for  # noqa: E402,F401
from embedded.web import Answer, wait_for  # noqa: E402,F401


def call(method, url, *args, **kwargs):
    """One request (see embedded.web.send), its answer held against the service's openapi.yaml."""
    answer = web.send(method, url, *args, **kwargs)
    contract.check(method, url, answer.status, answer.headers.get("Content-Type", ""), answer.body)
    return answer


def metric(suite, service, name, labels=""):
    """The value of a counter or gauge; 0 if the service has no such line."""
    text = call("GET", suite.admin_url(service) + "/metrics").body.decode()
    for line in text.splitlines():
        if line.startswith(name + "{") and labels in line:
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def operator(suite):
    return "Operator " + suite.secret("operator.token")


def motcua(suite, *args, seconds=60):
    """The operator's command on this suite: returncode, stdout, stderr."""
    return subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "motcua"), *args], capture_output=True, text=True,
                          check=False, timeout=seconds, env={**os.environ, "RUN_DIR": suite.run})


def hold(suite, service, statement):
    """A transaction in the service's store that has run the statement; let_go() ends it."""
    psql = subprocess.Popen(["psql", "-h", suite.sockets, "-U", "postgres", "-d", "motcua_" + service, "-qAt"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    psql.stdin.write("BEGIN; %s; SELECT 'held';\n" % statement)
    psql.stdin.flush()
    while psql.stdout.readline() != "held\n":
        assert psql.poll() is None, statement
    psql.let_go = lambda: psql.communicate("COMMIT;")
    return psql


# ---- people ----

def sign_up(suite, **changes):
    """A new citizen; returns the token."""
    unique = int.from_bytes(os.urandom(4), "big")
    password = "mật khẩu %d dài" % unique
    person = {"kind": "citizen", "name": "Trần Thị Thử Nghiệm", "id_number": "0833%08d" % (unique % 10 ** 8),
              "phone": "09%08d" % (unique % 10 ** 8), "email": "nguoi%d@example.vn" % unique, "password": password, **changes}
    person["id_number"] = person["id_number"][:4] + "00" + person["id_number"][6:]
    made = call("POST", suite.url("/api/identity/accounts"), person, key=True)
    assert made.status == 201, made
    return log_in(suite, person["email"], person["password"])


def log_in(suite, login, password):
    answer = call("POST", suite.url("/api/identity/sessions"), {"login": login, "password": password})
    assert answer.status == 200, answer
    return answer["access_token"]


def staff(suite, roles, login=None, **more):
    """A new member of staff with [(role, unit)]; returns the token."""
    login = login or "cb" + os.urandom(6).hex()
    user = {"login": login, "name": "Cán Bộ Thử", "title": "Chuyên viên", "department": "Phòng thử nghiệm",
            "grants": [{"role": r, "unit": u} for r, u in roles], **more}
    made = call("POST", suite.admin_url("identity") + "/admin/users", user, token=operator(suite))
    assert made.status == 201, made
    return log_in(suite, login, made["password"])


# ---- dossiers ----

def asker(suite, token):
    return lambda method, path, *args, **kwargs: call(method, suite.url(path), *args, token=token, **kwargs)


def upload(suite, token, data=PDF, name="giấy tờ.pdf"):
    return portal.upload(asker(suite, token), data, name)


def filing(suite, token, code, unit, **changes):
    return portal.filing(asker(suite, token), code, unit, **changes)


def file_dossier(suite, token, code, unit, **changes):
    return portal.file_dossier(asker(suite, token), code, unit, **changes)
