"""evidence — what the judges look at, read once at the end: the clients' journals and the ledgers of the bank, the national
portal and the mail server; and, beside these, what the suite's own stores say."""
import collections
import functools
import re

from journal import FILING_PATH, load_lines, read_all

CODE = re.compile(r"\d{3}\.\d\d\.\d\d\.H\d\d-\d{6}-\d{4,7}")
FILING = ("POST", FILING_PATH)


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
        self.paying, self.asked_keys, self.load_statuses = set(), set(), collections.Counter()
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
            if what == "paying":
                self.paying.add(line["code"])
            if (line.get("method"), line.get("path")) == FILING:
                self.read_filing(line)

        for name, (kind, key, *rest) in load_lines(self.ground.journals):
            self.asked_keys.add(key)
            if kind == "=":
                self.load_statuses[rest[0]] += 1
            if kind == "=" and rest[0] == "201":
                self.codes_by_key[key].add(rest[1])
                if name.startswith("load-counter"):
                    self.unmailed.add(rest[1])

    def read_filing(self, line):
        self.asked_keys.add(line["key"])
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
        """{code: {Message-ID: how often it was taken}}, and which text each Message-ID had."""
        self.mails, self.texts = collections.defaultdict(collections.Counter), collections.defaultdict(set)
        self.mails_refused = self.ground.outside["mail"].faults("refuse_next")
        for entry in self.ground.outside["mail"].entries("mail"):
            found = CODE.search(entry["subject"]) or CODE.search(entry["body"])
            if found:
                self.mails[found[0]][entry["message_id"]] += 1
                self.texts[entry["message_id"]].add((tuple(entry["envelope_to"]), entry["subject"], entry["body"]))

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
