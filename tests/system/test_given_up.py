"""given up — a save takes longer than its request may; it is committed when nobody waits for it any more, and what it says to
others leaves all the same, at once."""
import subprocess

import pytest

from bus import Bus
from lib import wait_for
from programs import beside, settings

PERSON = {"kind": "citizen", "name": "Trần Thị Thử", "id_number": "083300000017", "phone": "0912345678",
          "email": "cham@example.vn", "password": "mật khẩu đủ dài"}


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity"])


def sql(suite, text):
    return suite.psql(text, database="motcua_identity")


def test_what_a_save_says_leaves_though_its_request_has_given_up(suite, tmp_path):
    psql = subprocess.Popen(["psql", "-h", suite.sockets, "-U", "postgres", "-d", "motcua_identity", "-qAt"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with beside("identity", tmp_path, settings(suite, "identity", request_ms="1500")) as one, Bus(suite, "notification") as bus:
        psql.stdin.write("BEGIN; LOCK TABLE account IN SHARE MODE; SELECT 'locked';\n")
        psql.stdin.flush()
        assert psql.stdout.readline() == "locked\n"
        answer = one.ask("POST", "/api/identity/accounts", body=PERSON, key=True)
        assert (answer.status, answer["code"]) == (503, "unknown")
        psql.communicate()
        wait_for(lambda: sql(suite, "SELECT count(*) FROM account WHERE email = 'cham@example.vn'") == "1", what="the commit")
        assert bus.listen("motcua.AccountChanged", seconds=5)[1].email == "cham@example.vn"
