"""key_rotation — `motcua keys rotate`: new keys in the place of old ones, made by motcua-keys as at the first start. What was
signed with an old key stays good: its public half stays in the list, for tokens until they have run out, for receipts and figures
for ever. Services read their keys when they start, so it ends with saying who must be started again, and in which order."""
import os
import subprocess
import tempfile

from operator_api import Refused

# kind → (files, how many old public keys stay, who is started again)
SIGNING = {
    "tokens": (2, "mọi dịch vụ trừ identity, rồi identity / every service but identity, then identity: tokens of the old key are good "
                  "until they run out (15 minutes)"),
    "receipts": (None, "intake"),
    "indexes": (None, "feedback"),
}
KINDS = list(SIGNING) + ["operator", "services"]
HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
PROGRAMS = [os.path.join(HERE, "build", "motcua-keys"), "/usr/lib/motcua/motcua-keys"]


def put(new, old):
    """Whoever reads it meanwhile sees the old one or the new one; it stays its owner's."""
    with open(new, "rb") as f:
        data, mode = f.read(), os.stat(new).st_mode & 0o777
    with open(old + ".new", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
    os.chmod(old + ".new", mode)
    if os.path.exists(old):
        os.chown(old + ".new", os.stat(old).st_uid, os.stat(old).st_gid)
    os.replace(old + ".new", old)


def rotate_signing(kind, fresh, keys):
    """First the public halves, so that nobody signs with what others do not know."""
    most, who = SIGNING[kind]
    name = os.path.join("public", kind + ".keys")
    with open(os.path.join(keys, name), encoding="ascii") as f:
        old = f.read().splitlines()
    with open(os.path.join(fresh, name), "a", encoding="ascii") as f:
        f.write("".join(line + "\n" for line in old[:most and most - 1]))
    put(os.path.join(fresh, name), os.path.join(keys, name))
    put(os.path.join(fresh, kind + ".secret"), os.path.join(keys, kind + ".secret"))
    return who


def rotate_services(fresh, keys):
    for service in services_in(keys):
        for name in (os.path.join("public", service + ".key"), service + ".secret"):
            put(os.path.join(fresh, name), os.path.join(keys, name))
    return "broker, rồi mọi dịch vụ / the brokers, then every service, all within a minute: until then they do not hear each other, " \
           "and messages wait"


def rotate_operator(fresh, keys):
    put(os.path.join(fresh, "operator.token"), os.path.join(keys, "operator.token"))
    return "mọi dịch vụ và broker / every service and broker, one after the other"


def services_in(keys):
    return sorted(name[:-len(".key")] for name in os.listdir(os.path.join(keys, "public")) if name.endswith(".key"))


def rotate(args, places):
    keys = args.keys_dir or places.keys
    program = next((p for p in PROGRAMS if os.access(p, os.X_OK)), None)
    if not program:
        raise Refused("motcua-keys is not here: %s" % ", ".join(PROGRAMS))
    if not os.path.isdir(os.path.join(keys, "public")):
        raise Refused("%s is no folder of keys" % keys)
    with tempfile.TemporaryDirectory(dir=keys) as fresh:
        subprocess.run([program, fresh] + services_in(keys), check=True, stdout=subprocess.DEVNULL)
        who = {"services": rotate_services, "operator": rotate_operator}.get(
            args.what, lambda *folders: rotate_signing(args.what, *folders))(fresh, keys)
    print("%s: khóa mới / new keys in %s\nkhởi động lại / start again: %s" % (args.what, keys, who))
    return 0
