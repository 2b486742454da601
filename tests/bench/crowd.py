"""crowd — a suite with all services, the sample's units, calendars and catalogue, the bench's procedure, and as many dossiers as one
asks for."""
import os

from ground import DEFINITION, Ground, sign_up
from generate import SAMPLE, Filler
from intake import import_catalogue
from lists import CITIZEN, People
from operator_api import Operator

SERVED = ["postgres", "redis", "broker", "identity", "intake", "verification", "payment", "notification", "status-sync", "feedback", "nginx"]
LISTENERS = ["verification", "payment", "notification", "status-sync", "feedback"]
ANYBODY = {"MOTCUA_INTAKE_LOOKUP_TRIES": "1000000000"}


class Crowd(Ground):
    def __init__(self, only=None):
        super().__init__(only or SERVED, env=ANYBODY)
        operator = Operator(self.suite.path("conf", "motcua.conf"))
        operator.import_units(os.path.join(SAMPLE, "units.csv"))
        if "verification" in self.suite.children:
            operator.import_calendars(os.path.join(SAMPLE, "calendars.csv"))
            operator.import_holidays(os.path.join(SAMPLE, "holidays.csv"))
        operator.import_catalogue(os.path.join(SAMPLE, "catalogue.json"))
        import_catalogue(self.suite, [DEFINITION])
        sign_up(self.suite, **CITIZEN)
        self.people = People(self)
        self.citizen = self.people.account("citizen")
        self.filler = Filler(self.suite.sockets, self.citizen, self.people.account("officer"))

    def filing(self):
        """The request that files, with a fresh token."""
        return self.filing_request("filing", {"Authorization": "Bearer " + self.people.token("citizen")})

    def end_listeners(self):
        """Only intake goes on, and the others' data give their room on the disk back."""
        for service in LISTENERS:
            self.suite.stop(service)
            database = "motcua_" + service.replace("-", "_")
            self.suite.psql("DROP DATABASE %s WITH (FORCE)" % database)
        self.suite.psql("DELETE FROM outbox", database="motcua_intake")
        self.suite.psql("VACUUM outbox", database="motcua_intake")
