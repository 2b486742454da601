#!/usr/bin/python3
"""render OUT — what an image knows of all services, made from the one list of them: nginx's routes (OUT/nginx/) and where the
operator's command finds whom (OUT/motcua.conf), and for a backup each service's database, files and keys (OUT/<service>.conf)."""
import os
import string
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from embedded.layout import FRONT, SERVICES, database_of  # noqa: E402

RATES = {name: "@%s@" % name for name in FRONT if name.endswith("_PER_S")}  # said when the container starts
STORE = ("database = dbname=%s user=%s passfile=/var/lib/motcua/keys/pgpass target_session_attrs=read-write\n"
         "files_dir = /var/lib/motcua/files\nkeys_dir = /var/lib/motcua/keys\n")
PIECES = {"front.conf": "nginx.conf", "http.inc": "http.inc", "routes.inc": "routes.inc"}


def main():
    out = sys.argv[1]
    os.makedirs(os.path.join(out, "nginx"))
    for source, target in PIECES.items():
        with open(os.path.join(ROOT, "deploy", "nginx", source), encoding="utf-8") as f:
            text = string.Template(f.read()).safe_substitute({**FRONT, **RATES, "WEB": "/usr/share/motcua/pages"})
        with open(os.path.join(out, "nginx", target), "w", encoding="utf-8") as f:
            f.write(text)
    with open(os.path.join(out, "motcua.conf"), "w", encoding="utf-8") as f:
        f.write("token_file = /var/lib/motcua/keys/operator.token\n")
        f.writelines("%s = http://%s:9000\n" % (name, name) for name in ["broker"] + SERVICES)
    for service in SERVICES:
        with open(os.path.join(out, service + ".conf"), "w", encoding="utf-8") as f:
            f.write(STORE % (database_of(service), database_of(service)))


if __name__ == "__main__":
    main()
