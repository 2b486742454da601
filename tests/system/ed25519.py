"""ed25519 — signatures made and checked by openssl, so that they do not rest on the library the services use."""
import base64
import subprocess
import tempfile

PUBLIC_DER, SECRET_DER = bytes.fromhex("302a300506032b6570032100"), bytes.fromhex("302e020100300506032b657004220420")


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def run_openssl(key, data, *arguments, signature=b""):
    with tempfile.NamedTemporaryFile() as k, tempfile.NamedTemporaryFile() as d, tempfile.NamedTemporaryFile() as s:
        for file, content in ((k, key), (d, data), (s, signature)):
            file.write(content)
            file.flush()
        files = ["-inkey", k.name, "-keyform", "DER", "-rawin", "-in", d.name] + (["-sigfile", s.name] if signature else [])
        return subprocess.run(["openssl", "pkeyutl", *arguments, *files], capture_output=True, check=False)


def sign(seed, data):
    """seed: the first 32 bytes of a secret key."""
    done = run_openssl(SECRET_DER + seed, data, "-sign")
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_signed(public_key, data, signature):
    return run_openssl(PUBLIC_DER + public_key, data, "-verify", "-pubin", signature=signature).returncode == 0


def public_of(seed):
    with tempfile.NamedTemporaryFile() as key:
        key.write(SECRET_DER + seed)
        key.flush()
        made = subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", key.name, "-pubout", "-outform", "DER"],
                              capture_output=True, check=True).stdout
    return made[len(PUBLIC_DER):]
