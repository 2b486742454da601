"""filers — dossiers by the hundred beside the walkers: build/bench/load with a journal, straight at intake, as fast as intake
can for a moment (closed loop), so that faults find a backlog, then at an even rate (open loop). It is in C so that it leaves the two cores to what is being judged."""
import os
import threading
import time

from filings import DEFINITION, filing_request, load
from intake import import_catalogue

ROUND_S, PEAK_EVERY = 10, 30  # a peak is followed by so many even rounds: the simulators need a minute or two for its mails
PATIENCE_S = 300  # of a citizen whose answer did not come


class Filers:
    def __init__(self, ground, office, options):
        self.ground, self.office, self.options = ground, office, options
        self.ends, self.troubles, self.reports = threading.Event(), [], []
        import_catalogue(ground.suite, [DEFINITION])
        self.thread = threading.Thread(target=self._file, name="filers")

    def start(self):
        self.thread.start()

    def finish(self):
        """The round comes to its end: every key is answered."""
        self.ends.set()
        self.thread.join()

    def _file(self):
        peak = self.options.peak
        while not self.ends.is_set() and self.options.rate > 0:
            try:
                if peak and len(self.reports) % (PEAK_EVERY + 1) == 0:
                    self.reports.append(("peak", peak, self._round(peak)))
                else:
                    self.reports.append(("even", ROUND_S, self._round(ROUND_S, rate=self.options.rate)))
            except RuntimeError as trouble:
                self.troubles.append("the load: %s" % trouble)
                time.sleep(1)

    def _round(self, seconds, **more):
        request = filing_request(os.path.join(self.ground.folder, "filing"), {"Authorization": "Bearer " + self._token()})
        journal = os.path.join(self.ground.journals, "load-%04d" % len(self.reports))
        return load(self.ground.port("intake"), request, self.options.connections, seconds, journal=journal,
                    patience=PATIENCE_S, **more)

    def _token(self):
        """Waits while identity is not there."""
        while not self.ends.is_set():
            token = self.office.citizen.enter()
            if token:
                return token
            time.sleep(0.1)
        raise RuntimeError("the citizen could not log in any more")

    def summary(self):
        """Dossiers accepted a second, by kind of round: the best and the mean."""
        found = {}
        for kind in ("peak", "even"):
            rates = [report["accepted"] / seconds for k, seconds, report in self.reports if k == kind]
            if rates:
                found[kind] = {"rounds": len(rates), "most_per_s": round(max(rates)), "mean_per_s": round(sum(rates) / len(rates))}
        return found
