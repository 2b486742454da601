"""late — F26: a commit that comes after whoever asked for it has died."""
import json
import threading
import time

from embedded.layout import database_of
from embedded.processes import Process, answers
from embedded.sample import demo_accounts
from embedded.web import Person, send
from filings import FILING, NUMBER
from ground import wait_for
from journal import FILING_PATH, Journal
from lib import hold

from . import Fault, register

WAITING = ("SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND wait_event_type = 'Lock' AND pid IN (%%s)"
           % database_of("intake"))
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = '%s'" % database_of("intake")
HELD_UP = "LOCK TABLE paper IN SHARE MODE"  # filings only: behind an event's change of a dossier they would not be on their way
PORTS = {"LISTEN": 50, "ADMIN_LISTEN": 51}  # behind the suite's own


@register
class LateCommit(Fault):
    """A second intake commits dossiers of people who will not ask again; a lock holds its statement up, it dies, the lock goes,
    and the statement commits among those of the first intake. Whoever sends only what lies behind the last number it has seen
    would skip what was said about these."""
    id, name, seconds, filings = "F26", "late-commit", 0, 5

    def inject(self, ground, rng):
        self.late, self.lock = 0, None
        self.keys = ["9%015d" % rng.randrange(10 ** 15) for _ in range(self.filings)]
        account = demo_accounts(ground.suite)["citizens"][0]
        self.token = Person(ground.suite.url(), account["email"], account["password"]).log_in()
        before = self.sessions(ground)
        self.add_second(ground)
        its = ", ".join(map(str, self.sessions(ground) - before))
        self.lock = hold(ground.suite, "intake", HELD_UP)
        self.file(ground)
        wait_for(lambda: ground.count("intake", WAITING % its), 5, "a statement that waits")
        ground.drop("intake-two")
        died_at = time.monotonic()
        self.let_go()
        self.late = wait_for(lambda: self.committed(ground), 10, "a late commit")
        self.after_s = time.monotonic() - died_at

    def let_go(self):
        if self.lock:
            self.lock.let_go()
            self.lock = None

    def add_second(self, ground):
        at = {name: "127.0.0.1:%d" % (ground.suite.port + offset) for name, offset in PORTS.items()}
        ground.add(Process("intake-two", ground.process("intake").argv, answers("http://%s/readyz" % at["ADMIN_LISTEN"]),
                           env={"MOTCUA_INTAKE_" + name: value for name, value in at.items()}))

    @staticmethod
    def sessions(ground):
        return set(ground.suite.psql(SESSIONS).split())

    def file(self, ground):
        """Written down as any client does; nobody reads an answer."""
        journal = Journal(ground.journals, "late-%s" % self.keys[0])
        threads = [threading.Thread(target=self.file_one, args=(ground, self.token, key, journal)) for key in self.keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        journal.close()

    @staticmethod
    def file_one(ground, token, key, journal):
        body = json.loads(json.dumps(FILING).replace(NUMBER, key))
        journal.write("asked", method="POST", path=FILING_PATH, key=key)
        try:
            send("POST", "http://127.0.0.1:%d%s" % (ground.suite.port + PORTS["LISTEN"], FILING_PATH), body, token, key, timeout=1.5)
        except OSError:
            pass

    def committed(self, ground):
        return ground.count("intake", "SELECT count(*) FROM dossier WHERE right(summary, 16) IN ('%s')" % "', '".join(self.keys))

    def heal(self, ground):
        self.let_go()
        ground.drop("intake-two")

    def proof(self):
        return "%d dossiers were committed %.2f s after the intake that took them had died" % (self.late, self.after_s) if (
            self.late) else ""
