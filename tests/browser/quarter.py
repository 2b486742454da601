"""quarter — a published quarter in feedback's store, made once for a suite: where only four answered about a field of one unit, nothing is
said of it."""
from embedded.web import send
from feedback_quarter import QUARTER, fill, run_job


class Published:
    """feedback's store, as feedback_quarter fills it."""

    def __init__(self, suite):
        self.suite = suite

    def sql(self, text):
        return self.suite.psql(text, database="motcua_feedback")


def publish(suite):
    """The page of the quarter as data."""
    store = Published(suite)
    if store.sql("SELECT to_regclass('units_of_test') IS NULL") == "t":
        fill(store)
        store.sql("DELETE FROM rating WHERE id IN (SELECT id FROM rating WHERE unit_code = 'H07.102' AND field_code = 'F2' ORDER BY id OFFSET 4)")
        run_job(store, "freeze")
    return send("GET", suite.url("/api/feedback/published/%d" % QUARTER)).json
