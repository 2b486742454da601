"""clock — F17: the services' wall clock jumps while they work, as on a machine whose date somebody sets (tools/clock_shift.c).
The store's clock stays right: what is due is decided by it."""
import datetime
import os

from embedded.layout import SERVICES
from shared_page import clock_page, preload

from . import Fault, register

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def page_of(ground):
    if not hasattr(ground, "clock"):
        ground.clock = clock_page(ground.suite.build, ground.suite.path("clock.page"))
        for service in SERVICES:
            preload(ground.suite.environment, service, ground.clock)
    return ground.clock


class Jump(Fault):
    seconds, shift_s = 5.0, 0

    def why_not(self, ground):
        library = os.path.join(ground.suite.build, "drill", "clock_shift.so")
        return None if os.path.exists(library) else "%s is not built: make drill-tools" % library

    def prepare(self, ground):
        self.clock = page_of(ground)

    def shift(self):
        return self.shift_s

    def inject(self, ground, rng):
        self.asked, self.told_s = self.clock["asked"], self.shift()
        self.clock["shift_us"] = int(self.told_s * 10 ** 6)

    def heal(self, ground):
        self.clock["shift_us"] = 0
        self.asked = self.clock["asked"] - self.asked

    def proof(self):
        return "the clock was asked %d times while it was wrong by %+d s" % (self.asked, self.told_s) if self.asked else ""


@register
class BackFiveMinutes(Jump):
    id, name, shift_s = "F17", "clock-back-5min", -300


@register
class AheadAnHour(Jump):
    id, name, shift_s = "F17", "clock-ahead-1h", 3600


@register
class BackAnHour(Jump):
    id, name, shift_s = "F17", "clock-back-1h", -3600


@register
class AheadADay(Jump):
    id, name, shift_s = "F17", "clock-ahead-1d", 86400


@register
class BackADay(Jump):
    id, name, shift_s = "F17", "clock-back-1d", -86400


@register
class YearEnd(Jump):
    """The year ends three seconds after the jump, in Vietnam."""
    id, name = "F17", "clock-year-end"

    def shift(self):
        now = datetime.datetime.now(VIETNAM)
        end = datetime.datetime(now.year + 1, 1, 1, tzinfo=VIETNAM)
        return (end - now).total_seconds() - 3
