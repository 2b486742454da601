"""evidence — what the judges look at, read once at the end: the clients' journals and the ledgers of the bank, the national
portal and the mail server; and, beside these, what the suite's own stores say."""
import collections
import datetime
import functools
import re

from journal import FILING_PATH, exchanges, read_all

CODE = re.compile(r"\d{3}\.\d\d\.\d\d\.H\d\d-\d{6}-\d{4,7}")
COMPLAINT = re.compile(r"PA-[0-9A-Z]{10}")
FILING = ("POST", FILING_PATH)


def is_refused(status):
    return 400 <= status < 500 and status not in (401, 408, 429)


def uuid_of(message_id):
    return message_id.strip("<>").partition("@")[0]


class Evidence:
    def __init__(self, ground, run):
        self.ground, self.run = ground, run
        self.read_journals()
        self.read_portal()
        self.read_bank()
        self.read_mails()
        self.read_stores()

    # ---- clients ----

    def read_journals(self):
        self.answers, self.walked, self.unfinished = [], {}, set()
        self.paying, self.asked_keys, self.load = set(), set(), []
        self.refused_keys = set()  # for good
        self.ratings = collections.Counter()  # begun, and answered
        self.complaining, self.complained, self.heard = set(), {}, set()  # titles, what was answered by title, codes
        self.unmailed = set()  # filed for people without an e-mail address
        self.codes_by_key = collections.defaultdict(set)
        for line in read_all(self.ground.journals):
            what = line["what"]
            if what == "answered":
                self.answers.append(line)
            if what == "began":
                self.unfinished.add(line["code"])
            if what == "walked":
                self.unfinished.discard(line["code"])
                self.walked[line["code"]] = line
            if what in ("rating", "rated"):
                self.ratings[what] += 1
            if what == "complaining":
                self.complaining.add(line["title"])
            if what == "complained":
                self.complained[line["title"]] = line
            if what == "heard":
                self.heard.add(line["code"])
            if what == "paying":
                self.paying.add(line["code"])
            if (line.get("method"), line.get("path")) == FILING:
                self.read_filing(line)

        for exchange in exchanges(self.ground.journals):
            self.load.append(exchange)
            self.asked_keys.add(exchange.key)
            if is_refused(exchange.status):
                self.refused_keys.add(exchange.key)
            if exchange.status == 201:
                self.codes_by_key[exchange.key].add(exchange.code)
                if exchange.journal.startswith("load-counter"):
                    self.unmailed.add(exchange.code)

    def read_filing(self, line):
        self.asked_keys.add(line["key"])
        if is_refused(line.get("status", 0)):
            self.refused_keys.add(line["key"])
        if line["what"] == "answered" and line["status"] == 201:
            self.codes_by_key[line["key"]].add(line["code"])

    @functools.cached_property
    def filed(self):
        """Codes that somebody was told."""
        return {code for codes in self.codes_by_key.values() for code in codes}

    # ---- the outside world ----

    def read_portal(self):
        self.creates, self.lines = collections.Counter(), collections.defaultdict(list)
        self.record_status, self.violations = {}, []
        for entry in self.ground.outside["portal"].entries():
            kind, code = entry["kind"], entry["key"]
            if kind == "created":
                self.creates[code] += 1
            if kind in ("created", "updated"):
                self.record_status[code] = int(entry["record"]["TrangThaiHoSo"])
            if kind == "progress":
                self.lines[code].append(int(entry["line"]["TrangThai"]))
                self.record_status[code] = int(entry["line"]["TrangThai"])
            if kind == "violation":
                self.violations.append("%s: %s" % (code, entry["message"]))

    def read_bank(self):
        """Captures by dossier: the transaction's reference is CODE.…"""
        self.captures = collections.defaultdict(list)
        for entry in self.ground.outside["gateway"].entries("captured"):
            self.captures[CODE.match(entry["key"])[0]].append(entry["amount_vnd"])

    def read_mails(self):
        """{code: {Message-ID: how often it was taken}}; which text each Message-ID had; when it was taken, and whether its
        sender could hear so."""
        self.mails, self.texts = collections.defaultdict(collections.Counter), collections.defaultdict(set)
        self.taken, self.complaint_mails = collections.defaultdict(list), collections.defaultdict(set)
        self.mails_refused = self.ground.outside["mail"].faults("refuse_next")
        for entry in self.ground.outside["mail"].entries("mail"):
            at = datetime.datetime.fromisoformat(entry["at"]).timestamp()
            self.taken[entry["message_id"]].append((at, entry["answered_250"]))
            for code in COMPLAINT.findall(entry["subject"]):
                self.complaint_mails[code].add(entry["message_id"])
            found = CODE.search(entry["subject"]) or CODE.search(entry["body"])
            if found:
                self.mails[found[0]][entry["message_id"]] += 1
                self.texts[entry["message_id"]].add((tuple(entry["envelope_to"]), entry["subject"], entry["body"]))

    def unfinished_sends(self):
        """{Message-ID: how many sends notification began and does not know the end of}, of those that were taken more than once."""
        repeated = {uuid_of(m): m for m, taken in self.taken.items() if len(taken) > 1}
        sql = "SELECT message_id, count(*) FROM attempt WHERE (ended_at IS NULL OR outcome = 'unknown') AND message_id IN (%s) GROUP BY 1"
        ids = ", ".join("'%s'" % i for i in repeated)
        return {repeated[i]: int(n) for i, n in self.rows("notification", sql % ids)} if repeated else {}

    # ---- the suite's own stores ----

    def rows(self, service, sql):
        text = self.ground.psql(service, sql)
        return [line.split("|") for line in text.splitlines()]

    def read_stores(self):
        self.dossiers = {r[0]: r for r in self.rows("intake", "SELECT code, status, version, right(summary, 16) FROM dossier")}
        self.cases = {r[0]: r for r in self.rows("verification", "SELECT code, status, version FROM case_file")}
        self.moves = {r[0]: r for r in self.rows(
            "verification", "SELECT code, count(*), min(version), max(version) FROM move GROUP BY code")}
        self.records = {r[0]: r for r in self.rows("status-sync", "SELECT code, record_status FROM dossier")}
        self.tokens = [int(n) for n in self.rows("feedback", "SELECT (SELECT count(*) FROM rating_grant), (SELECT count(*) FROM"
                                                 " rating_spent), (SELECT count(*) FROM rating_sealed), (SELECT count(*) FROM rating)")[0]]
        self.complaints = self.rows("feedback", "SELECT title, code, ms(due_at) FROM complaint")
        self.facts = {r[0] for r in self.rows("feedback", "SELECT code FROM dossier")}
