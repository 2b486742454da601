"""live — that a dossier went on shows at once to its owner and to whoever tracks it by its code, and to nobody else."""
import time

import pytest

from bus import verification_pb2
from intake import DISTRICT, open_for_filing, procedure
from lib import call, file_dossier, sign_up
from live import Page

CODE, SOON_S = "1.900001", 0.5


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, procedure(CODE))


def moves(verification, code, version, status="ACCEPTED"):
    moved = verification_pb2.DossierProgressed(code=code, status=status, transition="ACCEPT", at_ms=1000 * version)
    verification.say("intake", moved, code, version)
    return time.monotonic()


def test_the_owner_and_who_tracks_it_hear_it_within_half_a_second(suite, citizen, verification):
    code = file_dossier(suite, citizen, CODE, DISTRICT)
    own, tracked = suite.url("/api/intake/events"), suite.url("/api/intake/lookup/%s/events" % code)
    with Page(own, citizen) as mine, Page(tracked) as anybody, Page(own, sign_up(suite)) as another:
        for page in (mine, anybody, another):
            page.hears("look")
        said = moves(verification, code, 1)
        assert mine.hears("dossier", code=code, status=2, version=1) - said < SOON_S
        assert anybody.hears("dossier", code=code, status=2) - said < SOON_S
        assert not another.named("dossier")


def test_what_is_said_twice_is_heard_once(suite, citizen, verification):
    code = file_dossier(suite, citizen, CODE, DISTRICT)
    with Page(suite.url("/api/intake/events"), citizen) as page:
        page.hears("look")
        message = verification_pb2.DossierProgressed(code=code, status="ACCEPTED", transition="ACCEPT", at_ms=1000)
        message_id = verification.say("intake", message, code, 1)
        verification.say("intake", message, code, 1, envelope_id=message_id)
        moves(verification, code, 2, "IN_PROGRESS")
        page.hears("dossier", code=code, version=2)
        assert len(page.named("dossier", code=code, version=1)) == 1


def test_a_code_that_does_not_exist_is_not_followed(suite):
    with Page(suite.url("/api/intake/lookup/%s-261123-9999/events" % DISTRICT)) as page:
        assert page.status == 404
    assert call("GET", suite.url("/api/intake/events")).status == 401
