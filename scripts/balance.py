"""balance — do the services know alike what they must know alike? Each keeps ledgers (common/ledger.h): rows of key and value,
walked by key, a page at a time. A page of all services of an equation is compared by its digest; only where digests differ are
rows listed. So memory is bounded, and no statement is long, however many dossiers there are.

What is on its way is not broken. A row that differs is looked at in this order: what the source knows, what waits in its outbox,
what the listener knows, the source again. What the source had said before the first look either waited in the outbox at the second
or had been applied before the third; so a difference that is neither in the outbox nor caused by a change between the two looks at
the source is none that time will heal. It is reported only if it is the same some seconds later."""
import concurrent.futures
import dataclasses
import time
import urllib.parse

from operator_api import Refused, Unreachable

BATCH = 16  # pages looked at row by row at once
BROKEN_MOST = 10000  # per equation; beyond it is said that there are more
LOOKS = 5  # for what changes while it is looked at


@dataclasses.dataclass
class Equation:
    name: str
    source: str
    listeners: tuple
    vi: str
    en: str
    both_ways: bool = False  # a listener begins or changes it, too, and says so

    def __post_init__(self):
        self.services = (self.source,) + self.listeners


EVERYWHERE = ("verification", "notification", "status-sync", "feedback")
EQUATIONS = [
    Equation("filed", "intake", EVERYWHERE, "hồ sơ đã nộp = Σ theo trạng thái, nơi nào cũng biết",
             "dossiers filed = Σ by state, known everywhere"),
    Equation("moves", "verification", ("intake", "notification", "status-sync", "feedback"), "mỗi bước xử lý đến mọi nơi đúng một lần",
             "every move arrived everywhere, once", both_ways=True),
    Equation("states", "verification", ("intake",), "trạng thái người dân thấy là trạng thái của hồ sơ",
             "the state citizens see is the case's", both_ways=True),
    Equation("supplements", "intake", ("verification", "status-sync"), "giấy tờ bổ sung", "papers supplied later"),
    Equation("withdrawals", "intake", ("verification",), "yêu cầu rút hồ sơ", "requests to withdraw"),
    Equation("fees", "verification", ("payment",), "phí phải thu = hóa đơn", "fees due = invoices"),
    Equation("owing", "verification", ("payment",), "phí còn chờ thu = hóa đơn chưa thu, chưa hủy", "fees still owed = open invoices",
             both_ways=True),
    Equation("books", "payment", (), "lập = chờ thu + đã thu + hủy; thu vào = biên lai + thừa; phải trả = hoàn",
             "invoiced = open + paid + void; taken = receipts + surplus; to be returned = refunds"),
    Equation("settled", "payment", ("intake", "notification", "status-sync", "feedback"), "hóa đơn đã thu, nơi nào cũng biết",
             "invoices settled, known everywhere"),
    Equation("paid", "payment", ("intake", "verification"), "tiền đã thu của từng hồ sơ, tính bằng đồng",
             "money paid for each dossier, in đồng"),
    Equation("refunded", "payment", ("notification",), "hoàn tiền đã báo người nộp", "refunds told to the payer"),
    Equation("told", "notification", (), "tin báo = đã gửi + thất bại + chờ + không gửi", "told = sent + failed + queued + none"),
    Equation("failed", "notification", ("verification",), "tin không gửi được, cán bộ đã biết", "messages that failed, known to the case"),
    Equation("synced", "status-sync", (), "đồng bộ = Cổng đã nhận + đang chờ", "synced = acknowledged by the portal + pending"),
    Equation("national", "status-sync", ("intake",), "hồ sơ từ Cổng quốc gia", "dossiers from the national portal"),
    Equation("rated", "feedback", (), "phiếu đánh giá đã cấp = đã tính + chờ đủ mười + chưa dùng",
             "rating tokens signed = counted + waiting for ten + open"),
    Equation("answers", "feedback", ("notification",), "điều đã nói về phản ánh, khiếu nại: báo người gửi đúng một lần",
             "what was said of petitions and complaints, told once"),
    Equation("accounts", "identity", ("notification",), "tài khoản", "accounts"),
    Equation("units", "identity", ("intake", "verification", "status-sync", "feedback"), "đơn vị", "units"),
    Equation("procedures", "intake", ("verification", "status-sync", "feedback"), "phiên bản thủ tục", "versions of procedures"),
]


# ---- what a service says ----

@dataclasses.dataclass
class Page:
    keys: int
    last: str
    terms: list

    def digest(self):
        return sum(t["entries"] for t in self.terms), sum(int(t["digest"]) for t in self.terms)

    def wrong(self):
        return sum(t["wrong"] for t in self.terms)


class Books:
    """The ledgers of all services, asked at once."""

    def __init__(self, op):
        self.op, self.pool, self.page_keys = op, concurrent.futures.ThreadPoolExecutor(8), 0

    def size(self, service):
        self.page_keys = int(self.op.call(service, "/admin/ledgers")["page"])

    def each(self, services, fn):
        return dict(zip(services, self.pool.map(fn, services)))

    def page(self, service, ledger, after, until=""):
        answer = self.op.call(service, "/admin/ledgers/%s?%s" % (ledger, urllib.parse.urlencode({"after": after, "until": until})))
        return Page(answer["keys"], answer["last"], answer["terms"])

    def rows(self, service, ledger, ranges):
        """{key: (value, wrong)} of some ranges."""
        found = {}
        for after, until in ranges:
            path = "/admin/ledgers/%s/rows?%s" % (ledger, urllib.parse.urlencode({"after": after, "until": until}))
            for row in self.op.call(service, path)["rows"]:
                value, wrong = found.get(row["key"], ("", None))
                found[row["key"]] = (value or row["value"], wrong or row["wrong"])
        return found

    def flying(self, source, listener, ranges):
        """The keys in the ranges about which something waits in the source's outbox for the listener."""
        found, lane, seq = set(), 0, 0
        while True:
            path = "/admin/outbox/%s?lane=%d&seq=%d" % (listener, lane, seq)
            rows = self.op.call(source, path)["rows"]
            found.update(row["key"] for row in rows if is_within(row["key"], ranges))
            if not rows:
                return found
            lane, seq = rows[-1]["lane"], rows[-1]["seq"]


def is_within(key, ranges):
    return any(after < key and (not until or key <= until) for after, until in ranges)


# ---- one equation ----

NOTHING = (None, None)  # a row that is not there


def odd(values):
    """Those who do not know what most know, and what that is. values: {service: value}, the source first. Of two it is the one
    who knows nothing, else the listener."""
    known = list(values.values())
    usual = max(known, key=lambda v: (known.count(v), v is not None, -known.index(v)))
    return {service: usual for service, value in values.items() if value != usual}


class Check:
    """What is found out about one equation. broken: {(key, service): (expected, found, why)}."""

    def __init__(self, books, equation):
        self.books, self.equation = books, equation
        self.terms = {service: {} for service in equation.services}
        self.ranges, self.broken, self.in_flight, self.more, self.unknown = [], {}, 0, False, None

    def run(self, settle_s):
        try:
            self.walk()
            self.settle(settle_s)
        except (Unreachable, Refused) as error:
            self.unknown = str(error)
        return self

    @property
    def verdict(self):
        return "broken" if self.broken else "unknown" if self.unknown else "balanced"

    # ---- by digest ----

    def walk(self):
        after, ledger = "", self.equation.name
        while True:
            pages = self.books.each(self.equation.services, lambda s: self.books.page(s, ledger, after))
            ends = [p.last for p in pages.values() if p.keys >= self.books.page_keys]
            until = min(ends) if ends else ""
            for service, page in pages.items():
                if until and page.last > until:
                    pages[service] = self.books.page(service, ledger, after, until)
            self.add_up(pages)
            if len({page.digest() for page in pages.values()}) > 1 or any(page.wrong() for page in pages.values()):
                self.ranges.append((after, until))
            if not until:
                return
            after = until

    def add_up(self, pages):
        for service, page in pages.items():
            for term in page.terms:
                entries, amount = self.terms[service].get(term["term"], (0, 0))
                self.terms[service][term["term"]] = (entries + term["entries"], amount + int(term["amount"]))

    # ---- by row ----

    def settle(self, settle_s):
        """Look at what differs, then at what still differs, until it is broken, healed or known to be under way."""
        before, ranges = None, self.ranges
        for look in range(LOOKS):
            if not ranges:
                break
            if look > 0:
                time.sleep(settle_s)
            found, self.in_flight, left, moving = {}, 0, [], False
            for at in range(0, len(ranges), BATCH):
                batch = ranges[at:at + BATCH]
                differs, moved = self.look(batch)
                found.update(differs)
                self.in_flight += moved
                moving = moving or moved > 0
                left += batch if differs or moved else []
                if len(found) > BROKEN_MOST:
                    self.more = True
                    break
            self.broken = {} if before is None else {k: v for k, v in found.items() if before.get(k) == v}
            if before is not None and len(self.broken) == len(found) and not moving:
                break
            before, ranges = found, left
        self.explain()

    def look(self, ranges):
        """What differs and is not under way: {(key, service): (expected, found, why)}; and how much is under way."""
        e, moved = self.equation, 0
        first = self.books.rows(e.source, e.name, ranges)
        flying = {listener: self.books.flying(e.source, listener, ranges) for listener in e.listeners}
        coming = set()  # what the source has yet to hear of, whoever else has heard
        if e.both_ways:
            coming = set().union(*(self.books.flying(listener, e.source, ranges) for listener in e.listeners))
        theirs = self.books.each(e.listeners, lambda s: self.books.rows(s, e.name, ranges))
        again = self.books.rows(e.source, e.name, ranges) if e.listeners else first
        books = {e.source: first, **theirs}
        differs = {(key, service): (None, None, wrong) for service, rows in books.items()
                   for key, (_, wrong) in rows.items() if wrong}
        for key in set().union(*books.values()):
            values = {service: rows.get(key, NOTHING)[0] for service, rows in books.items()}
            if len(set(values.values())) == 1:
                continue
            arriving = [s for s in e.listeners if values[s] != values[e.source] and
                        (key in flying[s] or key in coming or again.get(key, NOTHING)[0] != values[e.source])]
            moved += len(arriving)
            for service, expected in odd({s: v for s, v in values.items() if s not in arriving}).items():
                differs.setdefault((key, service), (expected, values[service], None))
        return differs, moved

    def explain(self):
        """A dead letter about the key says why."""
        for (key, service), (expected, found, why) in list(self.broken.items())[:100]:
            letters = self.books.op.call(service, "/admin/dead?key=" + urllib.parse.quote(key, safe=""))["dead_letters"]
            waiting = [letter for letter in letters if not letter["replayed_at_ms"]]
            if waiting and not why:
                self.broken[key, service] = (expected, found, "dead letter %s: %s" % (waiting[0]["id"], waiting[0]["reason"]))


# ---- all of them ----

def check_all(op, names, settle_s):
    """One Check per equation, and the services that do not answer."""
    books, away = Books(op), {}
    wanted = [e for e in EQUATIONS if not names or e.name in names]
    for service in sorted({s for e in wanted for s in e.services}):
        try:
            books.size(service)
        except Unreachable as error:
            away[service] = str(error)
    checks = []
    for equation in wanted:
        check = Check(books, equation)
        lost = [s for s in equation.services if s in away]
        if lost:
            check.unknown = "does not answer: " + ", ".join(lost)
        checks.append(check if lost else check.run(settle_s))
    return checks, away


def as_json(checks, away):
    return {"balanced": False if any(c.broken for c in checks) else None if any(c.unknown for c in checks) else True,
            "unreachable": sorted(away),
            "equations": [{
                "name": c.equation.name, "vi": c.equation.vi, "en": c.equation.en, "verdict": c.verdict, "why": c.unknown,
                "in_flight": c.in_flight, "more": c.more,
                "services": {s: {term: {"entries": n, "amount": amount} for term, (n, amount) in sorted(terms.items())}
                             for s, terms in c.terms.items()},
                "broken": [{"key": key, "service": service, "expected": expected, "found": found, "why": why}
                           for (key, service), (expected, found, why) in sorted(c.broken.items())]} for c in checks]}


def as_metrics(checks):
    """For a file that Prometheus' node exporter reads: what no service can know alone."""
    lines = ["# HELP motcua_balanced 1: what services must know alike they do", "# TYPE motcua_balanced gauge"]
    lines += ['motcua_balanced{equation="%s",between="all"} %s' % (
        c.equation.name, {"balanced": 1, "broken": 0, "unknown": "NaN"}[c.verdict]) for c in checks]
    return "\n".join(lines)


def said(value):
    return "nothing" if value is None else "yes" if value == "" else value


def as_text(checks, most):
    """Lines for people."""
    words = {"balanced": "cân / balanced", "broken": "LỆCH / BROKEN", "unknown": "chưa rõ / cannot tell"}
    for c in checks:
        yield "%-12s %s   %s — %s" % (c.equation.name, words[c.verdict], c.equation.vi, c.equation.en)
        for service, terms in c.terms.items():
            total = sum(n for n, _ in terms.values())
            parts = "  ".join("%s %d" % (term, amount) for term, (_, amount) in sorted(terms.items()))
            yield "    %-13s %8d   %s" % (service, total, parts)
        if c.in_flight:
            yield "    đang trên đường / in flight: %d" % c.in_flight
        if c.unknown:
            yield "    ! %s" % c.unknown
        for (key, service), (expected, found, why) in sorted(c.broken.items())[:most]:
            text = why if expected is None and found is None else "it has %s, the others %s%s" % (
                said(found), said(expected), "; " + why if why else "")
            yield "    ✗ %s   %s: %s" % (key, service, text)
        if len(c.broken) > most or c.more:
            yield "    … %d%s in all (--json names them)" % (len(c.broken), " or more" if c.more else "")
