"""test_survey_pages — what staff read and keep of how satisfied people were: comments, declared figures and freezes, surveys."""
import pytest

import staff
from people import UNIT


@pytest.fixture
def leader(new_browser, people):
    return staff.enter(new_browser(), people, staff.LEADER)


def feedback(people, sql):
    return people.suite.psql(sql, database="motcua_feedback")


# ---- comments ----

def test_a_leader_reads_what_people_wrote_with_its_field(leader, people):
    feedback(people, "INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin) SELECT '%s',"
             " p.field_code, quarter_of(now()), 5, 5, 5, 5, 'Cô ở quầy số 3 rất tận tình.', 'web' FROM procedure p WHERE field_name <> '' ORDER BY code LIMIT 1" % UNIT)
    name = feedback(people, "SELECT field_name FROM procedure WHERE field_name <> '' ORDER BY code LIMIT 1")
    leader.open(staff.COMMENTS)
    leader.wait_text("Cô ở quầy số 3 rất tận tình.", ".hits")
    leader.wait_text(name, ".hits")
    assert leader.axe() == [] and leader.overflow() is None
    before = leader.all("#quarter option")[1].get_attribute("value")
    leader.fill("Quý", before)
    leader.wait_address("quarter=" + before)
    leader.wait_text("chưa có ý kiến nào")
