"""sealed — what only the holder of the passphrase may read, or may have written: keys by openssl, the manifest by its seal."""
import contextlib
import hashlib
import hmac
import io
import os
import secrets
import subprocess
import tarfile

from operator_api import Refused

CIPHER = ["openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-md", "sha256"]
SCRYPT = {"n": 2 ** 15, "r": 8, "p": 1, "maxmem": 64 * 2 ** 20}


def make_passphrase(path):
    """True: there was none, and now there is."""
    try:
        with open(path, "x", encoding="ascii", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            f.write(secrets.token_hex(24) + "\n")
        return True
    except FileExistsError:
        return False


def read_passphrase(path):
    try:
        with open(path, "rb") as f:
            words = f.readline().strip()
    except OSError as error:
        raise Refused("the passphrase cannot be read from %s (%s): --passphrase-file FILE" % (path, error.strerror)) from None
    if len(words) < 12:
        raise Refused("%s: the passphrase has fewer than 12 characters" % path)
    return words


def seal_of(manifest, passphrase_file, salt):
    key = hashlib.scrypt(read_passphrase(passphrase_file), salt=salt, **SCRYPT)
    return "%s %s\n" % (salt.hex(), hmac.new(key, manifest, hashlib.sha256).hexdigest())


def new_seal(manifest, passphrase_file):
    return seal_of(manifest, passphrase_file, secrets.token_bytes(16))


def fits(manifest, seal, passphrase_file):
    try:
        salt = bytes.fromhex(seal.split()[0])
    except (ValueError, IndexError):
        return False
    return hmac.compare_digest(seal_of(manifest, passphrase_file, salt), seal)


def openssl(options, passphrase_file, **streams):
    """The passphrase goes by a pipe: neither a command line nor a second file shows it."""
    theirs, ours = os.pipe()
    os.write(ours, read_passphrase(passphrase_file) + b"\n")
    os.close(ours)
    try:
        return subprocess.run(CIPHER + options + ["-pass", "fd:%d" % theirs], pass_fds=[theirs], capture_output=True, check=False,
                              **streams)
    finally:
        os.close(theirs)


def pack(folder_of, to, passphrase_file):
    """folder_of: {name in the archive: path}."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, path in sorted(folder_of.items()):
            tar.add(path, arcname=name, recursive=False)
    ran = openssl(["-e", "-salt", "-out", to], passphrase_file, input=archive.getvalue())
    if ran.returncode != 0:
        raise Refused("openssl could not seal the keys: %s" % ran.stderr.decode(errors="replace").strip())


@contextlib.contextmanager
def unpacked(path, passphrase_file):
    """The archive, open for reading; its members are plain files below nobody's root."""
    ran = openssl(["-d", "-in", path], passphrase_file)
    if ran.returncode != 0:
        raise Refused("%s: the passphrase does not open it" % path)
    with tarfile.open(fileobj=io.BytesIO(ran.stdout), mode="r:gz") as tar:
        for member in tar.getmembers():
            if not member.isfile() or member.name.startswith("/") or ".." in member.name.split("/"):
                raise Refused("%s: %s has no place in it" % (path, member.name))
        yield tar


def unpack(tar, folder, only=""):
    """Write its files under the folder, each for its owner alone; only: a first part of names."""
    for member in tar.getmembers():
        if member.name.startswith(only):
            path = os.path.join(folder, member.name[len(only):])
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            with open(path, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
                f.write(tar.extractfile(member).read())
            os.chmod(path, member.mode & 0o777)
