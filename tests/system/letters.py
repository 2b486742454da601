"""letters — what the tests of notification share: a dossier it has heard of, moves it hears, mails that have arrived."""
import os

from bus import Bus, common_pb2, intake_pb2, verification_pb2
from lib import call

UNIT = "000.00.01.H07"
PROCEDURE = "Cấp giấy phép xây dựng nhà ở riêng lẻ"
FRIDAY = 1795770000000  # 16:00 27/11/2026 in Việt Nam


def sim(suite, path):
    return "http://127.0.0.1:%d%s" % (suite.ports["MAIL_SIM"], path)


def mails(suite, code):
    return call("GET", sim(suite, "/mails?code=" + code))["mails"]


def new_code():
    return "%s-261127-%s" % (UNIT, int.from_bytes(os.urandom(4), "big"))


def submit(suite, code=None, email="nguyen.hong@example.vn", account="", language="vi", name="Nguyễn Thị Hồng"):
    """A dossier that notification knows; returns its code."""
    code = code or new_code()
    m = intake_pb2.DossierSubmitted(code=code, unit_code=UNIT, account_id=account, language=language,
                                    applicant=common_pb2.Applicant(name=name, email=email, id_number="083300000017"))
    with Bus(suite, "intake") as bus:
        bus.say("notification", m, key=code)
    return code


def progressed(code, move, at_ms=FRIDAY, **fields):
    return verification_pb2.DossierProgressed(
        code=code, transition=common_pb2.Transition.Value(move), at_ms=at_ms, unit_code=UNIT, procedure_name=PROCEDURE,
        unit_name="Bộ phận một cửa Phường Thử", **fields)
