"""verification's preview: a decision is looked at before it is taken. It leads where the decision leads, says what the decision
will say, is refused as the decision would be, and changes nothing."""
import base64

import pytest

from bus import verification_pb2
from desk import COUNTER, ELSEWHERE
from lib import call

PAPERS = {"reason": "Thiếu bản vẽ", "papers": [{"name": "Bản vẽ"}]}


def preview(desk, code, action, role="clerk", at=COUNTER, version=None, **brings):
    headers = {"If-Match": '"%d"' % (desk.version(code) if version is None else version)}
    return call("POST", desk.url("/cases/%s/decisions/preview" % code), {"action": action, **brings}, headers=headers,
                token=desk.token(role, at))


def drafts(answer):
    """What would be said, but for its moment."""
    packed = [base64.urlsafe_b64decode(move["draft"] + "==") for move in answer["moves"]]
    return [timeless(verification_pb2.DossierProgressed.FromString(p)) for p in packed]


def timeless(message):
    copy = type(message)()
    copy.CopyFrom(message)
    for field in ("at_ms", "due_at_ms", "answer_by_ms", "step_due_at_ms", "accepted_at_ms", "finished_at_ms"):
        if field in copy.DESCRIPTOR.fields_by_name:
            copy.ClearField(field)
    return copy


@pytest.mark.parametrize("action, brings, moves", [("ACCEPT", {}, 1), ("ASK_SUPPLEMENT", PAPERS, 1),
                                                   ("REFUSE", {"reason": "Không thuộc thẩm quyền"}, 1)])
def test_what_is_previewed_is_what_is_said(desk, action, brings, moves):
    code = desk.file(desk.procedure())
    said = len(desk.hears(code, "DossierProgressed"))
    seen = preview(desk, code, action, **brings)
    assert seen.status == 200 and len(seen["moves"]) == moves
    assert desk.version(code) == 1 and len(desk.told(code, "DossierProgressed")) == said
    assert desk.do(code, action, **brings) == seen["status"]
    told = desk.hears(code, "DossierProgressed", said + moves)[-moves:]
    assert [timeless(message) for message in told] == drafts(seen)


def test_a_fee_to_pay_first_shows_as_a_second_letter_and_its_sum(desk):
    code = desk.file(desk.procedure(fees=["before"]))
    seen = preview(desk, code, "ACCEPT")
    assert [move["transition"] for move in seen["moves"]] == ["ACCEPT", "ASK_PAYMENT"]
    assert (seen["status"], seen["fee_asked_dong"]) == (6, 30000)


def test_it_is_refused_as_the_decision_would_be(desk):
    code = desk.file(desk.procedure())
    assert preview(desk, code, "REFUSE")["errors"][0]["field"] == "reason"
    assert preview(desk, code, "SIGN_RESULT", "leader", result={"number": "1", "name": "x"}).status == 409
    assert preview(desk, code, "ACCEPT", at=ELSEWHERE).status == 404
    assert preview(desk, code, "ACCEPT", "auditor").status == 403
    desk.do(code, "ACCEPT")
    late = preview(desk, code, "REFUSE", version=1, reason="Trùng")
    assert late.status == 412 and [change["transition"] for change in late["changes"]] == ["ACCEPT"]
