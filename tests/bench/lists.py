"""lists — every list that officers and citizens open, each asked a few hundred times with other units, dossiers and pages."""
import os
import urllib.parse

from ground import UNIT, log_in, operator, web, write_request
from lib import call

CONNECTIONS, SECONDS, LEAST = 2, 2, 200
CITIZEN = {"email": "bench.citizen@example.vn", "password": "mật khẩu của người dân 1"}


def add_staff(ground, login, role, unit):
    user = {"login": login, "name": "Phạm Văn Chuyên Viên", "title": "Chuyên viên", "department": "Phòng",
            "grants": [{"role": role, "unit": unit}]}
    made = call("POST", ground.suite.admin_url("identity") + "/admin/users", user, token=operator(ground.suite))
    return {"login": login, "password": made["password"]}


class People:
    """Those who open lists: a citizen with dossiers, an officer with cases, and an auditor who may read everything."""

    def __init__(self, ground):
        self.ground = ground
        self.names = {"officer": add_staff(ground, "bench.officer", "officer", UNIT),
                      "auditor": add_staff(ground, "bench.auditor", "auditor", "*"),
                      "citizen": {"login": CITIZEN["email"], "password": CITIZEN["password"]}}

    def token(self, name):
        return log_in(self.ground.suite, **self.names[name])

    def account(self, name):
        return web.send("GET", self.ground.suite.url("/api/identity/me"), token=self.token(name))["id"]


# name: service, who asks, path; @unit, @code (a dossier of anybody's), @mine (one of the citizen's) are put in at random.
LISTS = {
    "queue, in progress": ("verification", "auditor", "/queue?unit=@unit&status=4"),
    "queue, new": ("verification", "auditor", "/queue?unit=@unit&status=1"),
    "queue, handed over": ("verification", "auditor", "/queue?unit=@unit&status=10"),
    "queue, page of 200": ("verification", "auditor", "/queue?unit=@unit&status=10&limit=200"),
    "queue, second page": ("verification", "auditor", "/queue?unit=%s&status=10&after=@next" % UNIT),
    "queue, mine": ("verification", "officer", "/queue?mine=true"),
    "queue, counts of tabs": ("verification", "auditor", "/queue/counts?unit=@unit"),
    "case": ("verification", "auditor", "/cases/@code"),
    "appointment": ("verification", "auditor", "/cases/@code/appointment"),
    "dossiers of a citizen": ("intake", "citizen", "/dossiers"),
    "dossiers of a citizen, second page": ("intake", "citizen", "/dossiers?after=@next"),
    "dossier": ("intake", "citizen", "/dossiers/@mine"),
    "dossier, at the counter": ("intake", "auditor", "/dossiers/@code"),
    "look-up": ("intake", None, "/lookup/@code"),
    "catalogue": ("intake", None, "/procedures"),
    "catalogue, search": ("intake", None, "/procedures?q=" + urllib.parse.quote("cấp giấy phép")),
    "catalogue, search with errors": ("intake", None, "/procedures?q=" + urllib.parse.quote("giay phpe xay dugn")),
    "inbox": ("notification", "citizen", "/inbox"),
    "inbox, second page": ("notification", "citizen", "/inbox?after=@next"),
    "inbox, unread": ("notification", "citizen", "/inbox/unread"),
    "messages of a dossier": ("notification", "auditor", "/dossiers/@code/messages"),
    "invoices of a dossier": ("payment", "auditor", "/invoices/@paid"),
    "refunds that wait": ("payment", "auditor", "/refunds?unit=@unit"),
    "told to the portal": ("status-sync", "auditor", "/dossiers/@code"),
    "refused by the portal": ("status-sync", "auditor", "/refused"),
    "refused by the portal, second page": ("status-sync", "auditor", "/refused?after=@next"),
}
SAME_LENGTH = " length(code) = (SELECT max(length(code)) FROM (SELECT code FROM {0} LIMIT 20000) c)"
VALUES = {
    "unit": ("motcua_verification", "SELECT DISTINCT unit_code FROM case_file"),
    "code": ("motcua_verification", "SELECT code FROM case_file TABLESAMPLE SYSTEM (2) WHERE" + SAME_LENGTH.format("case_file") + " LIMIT 5000"),
    "paid": ("motcua_payment", "SELECT code FROM invoice TABLESAMPLE SYSTEM (20) WHERE" + SAME_LENGTH.format("invoice") + " LIMIT 5000"),
    "mine": ("motcua_intake", "SELECT code FROM (SELECT code, length(code) AS n, max(length(code)) OVER () AS most FROM dossier"
                              " WHERE account_id = '{citizen}') d WHERE n = most"),
}


def next_page(ground, port, path, token):
    answer = web.send("GET", "http://127.0.0.1:%d%s" % (port, path), token=token)
    if not answer["next"]:
        raise RuntimeError("there is no second page of %s" % path)
    return urllib.parse.quote(answer["next"])


def request_of(ground, people, values, service, who, path):
    """The request's file and, where values go into it, theirs."""
    token, full, more = people.token(who) if who else None, "/api/%s%s" % (service, path), {}
    if "@next" in path:
        plain = full.replace("&after=@next", "").replace("?after=@next", "")
        full = full.replace("@next", next_page(ground, ground.port(service), plain, token))
    for name, (file, length) in values.items():
        if "@" + name in full:
            full, more = full.replace("@" + name, "@" * length), {"values": file}
    headers = {"Authorization": "Bearer " + token} if token else {}
    return write_request(os.path.join(ground.folder, "list"), "GET", full, headers), more


def values_of(ground, citizen):
    """{name: (file of values, their length)}"""
    found = {}
    for name, (database, sql) in VALUES.items():
        rows = ground.suite.psql(sql.replace("{citizen}", citizen), database=database).split()
        found[name] = (os.path.join(ground.folder, "values-" + name), len(rows[0]))
        with open(found[name][0], "w", encoding="ascii") as f:
            f.write("\n".join(rows))
    return found


def measure(ground, people, citizen):
    """{name: p95 in ms}"""
    values, found = values_of(ground, citizen), {}
    for name, (service, who, path) in LISTS.items():
        request, more = request_of(ground, people, values, service, who, path)
        report = ground.load(ground.port(service), request, CONNECTIONS, SECONDS, warm=1, **more)
        if report["refused"] or report["failed"] or report["accepted"] < LEAST:
            raise RuntimeError("%s: %s" % (name, report))
        found[name] = report["p95_us"] / 1000
    return found
