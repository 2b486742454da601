#!/usr/bin/python3
"""simulator NAME — becomes the simulator of the national portal, the bank's gateway or the mail server (tests/sim/), with the
secrets the suite shares with the real one."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS, LEDGERS = "/var/lib/motcua/keys", "/var/lib/motcua/sim"


def secret(name):
    with open(os.path.join(KEYS, name), encoding="utf-8") as f:
        return f.read().strip()


def options(name):
    return {
        "portal": lambda: ["--listen", "0.0.0.0:8041", "--username", "motcua", "--password", secret("portal.password"), "--dstcode",
                           os.environ["PORTAL_DSTCODE"], "--madonvi", os.environ["PORTAL_MADONVI"], "--push-key",
                           secret("portal.push")],
        "gateway": lambda: ["--listen", "0.0.0.0:8042", "--tmn-code", os.environ["GATEWAY_TMN_CODE"], "--secret",
                            secret("gateway.secret"), "--ipn-url", "http://payment:8000/api/payment/vnpay/ipn"],
        "mail": lambda: ["--listen", "0.0.0.0:8043", "--control", "0.0.0.0:8044", "--user", "motcua", "--password",
                         secret("mail.password"), "--tls-dir", os.path.join(LEDGERS, "tls")],
    }[name]()


def main():
    name = sys.argv[1]
    script = os.path.join(ROOT, "tests", "sim", name + ".py")
    os.environ["MOTCUA_SIM_IN_CONTAINER"] = "yes"
    os.execv(sys.executable, [sys.executable, script, "--ledger", os.path.join(LEDGERS, name + ".jsonl")] + options(name))


if __name__ == "__main__":
    main()
