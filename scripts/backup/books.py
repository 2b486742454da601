"""books — `motcua balance` on databases instead of services: the ledgers' own statements, run on one moment of each store."""
import dataclasses

import balance

OUTBOX = "SELECT lane, seq, packet FROM outbox WHERE destination = %s"
DEAD = "SELECT id::text, reason, replayed_at FROM dead_letter WHERE key = %s"
ENVELOPE, KEY = 1, 5  # fields of Packet and Envelope (proto/envelope.proto)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def field(data, number):
    """The last text of that number in a protobuf message; b"" if there is none."""
    at, found = 0, b""
    while at < len(data):
        tag, at = varint(data, at)
        size = {0: 0, 1: 8, 5: 4}.get(tag & 7)
        if tag & 7 == 0:
            _, at = varint(data, at)
        elif size is None:
            size, at = varint(data, at)
            found = data[at:at + size] if tag >> 3 == number else found
        at += size or 0
    return found


def key_of(packet):
    return field(field(bytes(packet), ENVELOPE), KEY).decode(errors="replace")


def bare(sql):
    """A service's statement for psycopg2. What is overdue is so at the moment of the backup, however much later it is asked."""
    return sql.replace("%", "%%").replace("$1", "%(after)s").replace("$2", "%(until)s").replace("now()", "%(at)s::timestamptz")


class Store:
    """One service's ledgers; it asks as balance.Books asks a service."""

    def __init__(self, connection, statements, at):
        self.connection, self.statements, self.at = connection, statements, at

    def rows(self, sql, values):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def ask(self, ledger, kind, after, until):
        return self.rows(bare(self.statements[ledger][kind]), {"after": after, "until": until, "at": self.at})


class StoredBooks(balance.Books):
    """statements: {service: {"page": keys a page, "statements": {ledger: {"sum", "rows"}}}}."""

    def __init__(self, connections, statements, at):
        super().__init__(self)
        self.page_keys = int(next(iter(statements.values()))["page"]) if statements else 0
        self.stores = {s: Store(c, statements.get(s, {}).get("statements"), at) for s, c in connections.items()}

    def each(self, services, fn):
        return {service: fn(service) for service in services}

    def page(self, service, ledger, after, until=""):
        rows = self.stores[service].ask(ledger, "sum", after, until)
        terms = [{"term": r["term"], "entries": r["entries"], "amount": str(r["amount"]), "wrong": r["wrong"],
                  "digest": str(r["digest"])} for r in rows if r["term"] is not None]
        return balance.Page(rows[0]["keys"], rows[0]["last"] or "", terms)

    def rows(self, service, ledger, ranges):
        found = {}
        for after, until in ranges:
            for row in self.stores[service].ask(ledger, "rows", after, until):
                value, wrong = found.get(row["key"], ("", None))
                found[row["key"]] = (value or row["value"], wrong or row["wrong"])
        return found

    def flying(self, source, listener, ranges):
        keys = {key_of(row["packet"]) for row in self.stores[source].rows(OUTBOX, (listener,))}
        return {key for key in keys if balance.is_within(key, ranges)}

    def dead(self, service, key):
        letters = self.stores[service].rows(DEAD, (key,))
        return [letter for letter in letters if not letter["replayed_at"]]


class StoredCheck(balance.Check):
    def explain(self):
        for (key, service), (expected, found, why) in list(self.broken.items())[:100]:
            letters = self.books.dead(service, key)
            if letters and not why:
                self.broken[key, service] = (expected, found, "dead letter %s: %s" % (letters[0]["id"], letters[0]["reason"]))


@dataclasses.dataclass
class Equation:
    """What is written down of one, and must be found again."""
    verdict: str
    in_flight: int
    broken: int
    terms: dict


def those_of(said):
    """The equations there are; or those that were written down, between the services that were in them then: a release may have
    brought another one since."""
    if said is None:
        return balance.EQUATIONS
    return [dataclasses.replace(e, listeners=tuple(s for s in e.listeners if s in said[e.name]["terms"]))
            for e in balance.EQUATIONS if e.name in said]


def equations(connections, statements, at, said=None):
    """{name: its Equation as a dict}; of a service whose statements are not known, nothing is."""
    books, found = StoredBooks(connections, statements, at), {}
    for equation in those_of(said):
        lacking = [s for s in equation.services if s not in statements]
        check = StoredCheck(books, equation)
        if lacking:
            check.unknown = "not asked: " + ", ".join(lacking)
        else:
            check.run(0)
        found[equation.name] = dataclasses.asdict(Equation(check.verdict, check.in_flight, len(check.broken), {
            service: {term: [n, int(amount)] for term, (n, amount) in sorted(terms.items())}
            for service, terms in check.terms.items()}))
    return found
