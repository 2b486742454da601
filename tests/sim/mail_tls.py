"""mail_tls — a small CA and a server certificate for localhost, 127.0.0.1 and mail-sim, made with openssl at first use.

Both are valid from 30 days ago, so that a client whose clock is turned back in a test still trusts them. The
CA's key is thrown away.
"""
import datetime
import os
import shutil
import ssl
import subprocess
import tempfile

NAMES = ("server.key", "server.pem", "ca.pem")  # ca.pem comes last: when it is there, all are
DAY = datetime.timedelta(days=1)
CONFIG = """
[req]
distinguished_name = none
[none]
[ca]
default_ca = sim
[sim]
new_certs_dir = .
database = index.txt
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
[of_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[of_server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:mail-sim, IP:127.0.0.1
"""


def openssl(folder, *arguments):
    done = subprocess.run(("openssl", *arguments), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"openssl {arguments[0]}: {done.stderr.strip()}")


def request_certificate(folder, name, subject):
    openssl(folder, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-out", f"{name}.key")
    openssl(folder, "req", "-new", "-config", "openssl.cnf", "-key", f"{name}.key", "-subj", f"/CN={subject}",
            "-out", f"{name}.csr")


def sign_certificate(folder, name, extensions, *signer):
    now = datetime.datetime.now(datetime.timezone.utc)
    start, end = ((now + days * DAY).strftime("%Y%m%d%H%M%SZ") for days in (-30, 3650))
    openssl(folder, "ca", "-batch", "-notext", "-config", "openssl.cnf", "-extensions", extensions,
            "-startdate", start, "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.pem", *signer)


def make_certificates(folder):
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        for name, text in (("openssl.cnf", CONFIG), ("index.txt", "")):
            with open(os.path.join(work, name), "w", encoding="ascii") as f:
                f.write(text)
        request_certificate(work, "ca", "Motcua mail simulator CA")
        sign_certificate(work, "ca", "of_ca", "-selfsign", "-keyfile", "ca.key")
        request_certificate(work, "server", "localhost")
        sign_certificate(work, "server", "of_server", "-cert", "ca.pem", "-keyfile", "ca.key")
        for name in NAMES:
            shutil.move(os.path.join(work, name), os.path.join(folder, name))


def server_context(folder):
    """The TLS context of the server; ca.pem in the folder is what a client must trust."""
    if not os.path.exists(os.path.join(folder, "ca.pem")):
        make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
    return context
