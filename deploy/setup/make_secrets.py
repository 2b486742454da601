#!/usr/bin/python3
"""make_secrets — makes at the first start what must be secret, and refuses what everybody knows.

  keys/    CURVE keys, signing keys, the operator's token (motcua-keys), the services' passwords at the store (pgpass), and what
           is shared with the outside: from the environment, else made here
  store/   the password of the store's own administrator, and of each service's role
  tls/     certificate and key of the public port: put there by whoever has one, else made here, with a warning

What is there already stays; what the environment says anew is taken over. `complete` says to the others that all is there.
"""
import os
import secrets
import subprocess
import sys
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from embedded.layout import SERVICES, database_of  # noqa: E402

BASE = os.environ.get("MOTCUA_STATE", "/var/lib/motcua")
PROGRAMS = os.environ.get("MOTCUA_PROGRAMS", "/usr/lib/motcua")
SHARED = {"mail.password": "SMTP_PASSWORD", "gateway.secret": "GATEWAY_SECRET", "portal.password": "PORTAL_PASSWORD",
          "portal.push": "PORTAL_PUSH_KEY"}
KNOWN = {"postgres", "password", "passw0rd", "changeme", "change-me", "secret", "admin", "administrator", "root", "test", "demo",
         "default", "motcua", "motcua123", "123456", "12345678", "123456789", "1234567890", "qwerty", "abc123", "matkhau", "example"}
SHORTEST = 12
WARNING = ("CẢNH BÁO: chưa có chứng thư TLS; đã tạo chứng thư tự ký cho %s. Trình duyệt sẽ không tin. Xem deploy/README.md, TLS."
           "\nWARNING: there is no TLS certificate; made a self-signed one for %s. Browsers will not trust it. See deploy/README.md, "
           "TLS.")


def path(*parts):
    return os.path.join(BASE, *parts)


def say(text):
    print(text, file=sys.stderr, flush=True)


def read(name):
    try:
        with open(name, encoding="utf-8") as f:
            return f.read().strip()
    except FileNotFoundError:
        return ""


def write(name, text, mode):
    """Whole or not at all: who reads it meanwhile sees the old one."""
    with open(name + ".new", "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, mode)) as f:
        f.write(text + "\n")
        f.flush()
        os.fsync(f.fileno())
    os.rename(name + ".new", name)


def fault_of(value):
    """Why nobody should use this secret; None: it will do."""
    plain = value.lower().strip()
    if plain in KNOWN or plain.rstrip("0123456789!@#") in KNOWN:
        return "it is one that everybody knows"
    if len(value) < SHORTEST:
        return "it is shorter than %d characters" % SHORTEST
    return "it is one character repeated" if len(set(value)) < 4 else None


def check(where, value):
    fault = fault_of(value)
    if fault:
        raise SystemExit("secrets: %s is refused: %s. Say another, or leave it empty: then one is made." % (where, fault))


def keep(name, variable=None, mode=0o600):
    """The secret in the file: said by the variable, or there already, or made now."""
    said = os.environ.get(variable, "") if variable else ""
    value = said or read(name) or secrets.token_urlsafe(24)
    check(variable if said else name, value)
    if value != read(name):
        write(name, value, mode)
    return value


def make_store():
    """Passwords of the store; those of the roles also as the file that libpq reads."""
    keep(path("store", "postgres.password"), "POSTGRES_PASSWORD", 0o444)
    roles = [(database_of(s), keep(path("store", database_of(s) + ".password"))) for s in SERVICES]
    lines = "\n".join("*:*:*:%s:%s" % pair for pair in roles)
    if read(path("keys", "pgpass")) != lines:
        write(path("keys", "pgpass"), lines, 0o600)


def make_certificate():
    """Only if there is none: for the name of the public address, of this machine, and for no authority's trust."""
    chain, key = path("tls", "fullchain.pem"), path("tls", "privkey.pem")
    if os.path.exists(chain):
        return
    if not os.access(path("tls"), os.W_OK):
        raise SystemExit("secrets: there is no fullchain.pem in the folder of TLS_DIR; put it and privkey.pem there")
    host = urllib.parse.urlsplit(os.environ.get("PUBLIC_URL") or "https://localhost").hostname
    names = ",".join(sorted({"DNS:localhost", "IP:127.0.0.1", "%s:%s" % ("IP" if host[-1].isdigit() else "DNS", host)}))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "825",
                    "-subj", "/CN=" + host, "-addext", "subjectAltName=" + names, "-keyout", key + ".new", "-out", chain + ".new"],
                   check=True, capture_output=True)
    os.chmod(key + ".new", 0o444)  # the volume is mounted by nginx alone, which is another account
    os.rename(key + ".new", key)
    os.rename(chain + ".new", chain)
    say(WARNING % (host, host))


def main():
    subprocess.run([os.path.join(PROGRAMS, "motcua-keys"), path("keys"), "broker"] + SERVICES, check=True)
    for name, variable in SHARED.items():
        keep(path("keys", name), variable)
    make_store()
    make_certificate()
    write(path("keys", "complete"), "yes", 0o600)


if __name__ == "__main__":
    main()
