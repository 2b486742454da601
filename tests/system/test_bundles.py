"""bundles — what a service has to say in one turn leaves in few frames, as many and as long as a frame may be, in order; the
listener acknowledges each. identity sends what a dead replica left, intake hears it."""
from left_behind import intake, leave_behind, packet, suite  # noqa: F401
from lib import wait_for

MOST, BYTES = 64, 64 * 1024  # common/bundle.h


def left(suite):
    return suite.psql("SELECT count(*) FROM outbox WHERE destination = 'intake'", database="motcua_identity")


def carried(suite, intake, sizes):
    """How packets of these sizes come: how many in each frame."""
    keys = ["000.00.%02d.H%02d" % (i % 100, i // 100) for i in range(len(sizes))]
    leave_behind(suite, *(packet(key, size) for key, size in zip(keys, sizes)))
    wait_for(lambda: intake.pump(0.01) or len(intake.heard) >= len(sizes), what="all of them")
    for e in intake.heard:
        intake.ack(e, intake.sender)
    wait_for(lambda: left(suite) == "0", what="an empty outbox")
    assert [e.key for e in intake.heard] == keys
    return intake.frames


def test_what_waits_together_leaves_together(suite, intake):
    assert carried(suite, intake, [300] * 70) == [MOST, 6]


def test_a_frame_is_no_longer_than_it_may_be(suite, intake):
    assert carried(suite, intake, [BYTES // 2] * 5) == [2, 2, 1]


def test_what_is_too_long_for_others_beside_it_goes_alone(suite, intake):
    assert carried(suite, intake, [300, 300, BYTES + 1, 300]) == [2, 1, 1]
