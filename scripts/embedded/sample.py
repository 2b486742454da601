"""sample — the sample data of deploy/sample, loaded once, and the demo accounts with passwords made here."""
import json
import os
import secrets

from operator_api import Operator

from .layout import ROOT, write_private
from .web import send, wait_for

BUSY_S = 60
SAMPLE = os.path.join(ROOT, "deploy", "sample")
UNIT, STAFF = "000.00.21.H07", "tpbentre"  # an office, and how the logins of its clerk, officer and leader begin
WITH_FEE, FREE = "1.009994", "1.008455"    # a building permit; information about planning


def accounts_file(suite):
    return suite.path("demo-accounts.json")


def load(suite):
    """Units, calendars, holidays, catalogue, accounts. Repeating it changes nothing; the accounts come last."""
    if os.path.exists(accounts_file(suite)):
        return
    operator = Operator(suite.path("conf", "motcua.conf"))
    operator.import_units(os.path.join(SAMPLE, "units.csv"))
    operator.import_calendars(os.path.join(SAMPLE, "calendars.csv"))
    operator.import_holidays(os.path.join(SAMPLE, "holidays.csv"))
    refused = operator.import_catalogue(os.path.join(SAMPLE, "catalogue.json"))["refused"]
    if refused:
        raise RuntimeError("the sample catalogue is not accepted: %s" % refused)
    make_accounts(suite, operator)


def make_accounts(suite, operator):
    """Passwords are written down before the accounts exist, so a start cut off half-way can go on."""
    with open(os.path.join(SAMPLE, "accounts.json"), encoding="utf-8") as f:
        accounts = json.load(f)
    draft = suite.path("demo-accounts.draft")
    if not os.path.exists(draft):
        made = {a["login"] if "login" in a else a["email"]: new_password() for a in accounts["staff"] + accounts["citizens"]}
        write_private(draft, json.dumps(made))
    with open(draft, encoding="utf-8") as f:
        passwords = json.load(f)
    staff = [{**a, "password": passwords[a["login"]]} for a in accounts["staff"]]
    citizens = [{**a, "password": passwords[a["email"]]} for a in accounts["citizens"]]
    for account in staff:
        operator.add_user(account)
    for account in citizens:
        sign_up(suite, account)
    write_private(accounts_file(suite), json.dumps({"staff": staff, "citizens": citizens}, ensure_ascii=False, indent=1))
    os.remove(draft)


def new_password():
    return "-".join(secrets.token_hex(2) for _ in range(3))


def sign_up(suite, account):
    """A busy machine may say 503: it is asked again, with the same key."""
    answered = wait_for(lambda: signed_up(suite, account), BUSY_S, "an account for %s" % account["email"], pause=0.5)
    if answered.status != 201:
        raise RuntimeError("sample account refused: %s" % answered)


def signed_up(suite, account):
    answer = send("POST", suite.url("/api/identity/accounts"), account, key="sample-" + account["email"])
    return answer if answer.status != 503 else None


def demo_accounts(suite):
    with open(accounts_file(suite), encoding="utf-8") as f:
        return json.load(f)


def print_accounts(suite):
    accounts = demo_accounts(suite)
    roles = {"administrator": "quản trị", "auditor": "giám sát", "clerk": "một cửa", "inspector": "thanh tra", "officer": "chuyên viên",
             "leader": "lãnh đạo"}
    print("  %-26s %-17s %s" % ("đăng nhập / login", "mật khẩu", "vai trò, đơn vị / role, unit"))
    for a in accounts["staff"]:
        granted = ", ".join("%s @ %s" % (roles[g["role"]], g["unit"]) for g in a["grants"])
        print("  %-26s %-17s %s" % (a["login"], a["password"], granted))
    for a in accounts["citizens"]:
        print("  %-26s %-17s %s" % (a["email"], a["password"], "người dân" if a["kind"] == "citizen" else "doanh nghiệp"))
