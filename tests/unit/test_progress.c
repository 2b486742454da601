/* links: services/intake/dossier.c services/intake/applicant.c services/intake/catalogue.c */
/* What the public sees of a move: every fact under its name, nothing where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "services/intake/dossier.h"
#include "status.h"

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static const char *shown(const Motcua__DossierProgressed *p)
{
    return json_print(ctx, json_own(ctx, progress_json(p)));
}

/* A move with one more fact, as it is shown: what follows the four members that are always there. */
#define MORE(assignment) \
    __extension__({ \
        Motcua__DossierProgressed p = MOTCUA__DOSSIER_PROGRESSED__INIT; \
        p.status = MOTCUA__STATUS__IN_PROGRESS; \
        p.transition = MOTCUA__TRANSITION__STEP; \
        p.at_ms = 5; \
        assignment; \
        more_of(&p); \
    })
static const char always[] =
    "{\"status\":4,\"status_name\":\"Đang xử lý\",\"transition\":\"STEP\",\"at_ms\":5";

static const char *more_of(const Motcua__DossierProgressed *p)
{
    const char *text = shown(p);
    assert_memory_equal(text, always, strlen(always));
    return text + strlen(always);
}

static void a_bare_move_shows_status_transition_and_time(void **state)
{
    (void)state;
    assert_string_equal(MORE((void)0), "}");
}

static void every_status_and_transition_has_its_words(void **state)
{
    (void)state;
    for (int status = 1; status < STATUSES; status++)
        for (int transition = 1; transition <= MOTCUA__TRANSITION__REAPPOINT; transition++) {
            Motcua__DossierProgressed p = MOTCUA__DOSSIER_PROGRESSED__INIT;
            p.status = (Motcua__Status)status;
            p.transition = (Motcua__Transition)transition;
            json_t *o = json_own(ctx, progress_json(&p));
            assert_int_equal(json_integer_value(json_object_get(o, "status")), status);
            assert_string_equal(json_string_value(json_object_get(o, "status_name")),
                                status_phrase(status)->vi);
            assert_string_equal(json_string_value(json_object_get(o, "transition")),
                                transition_name(transition));
        }
}

static void each_fact_is_shown_under_its_name(void **state)
{
    (void)state;
    assert_string_equal(MORE(p.note = (char *)"x"), ",\"note\":\"x\"}");
    assert_string_equal(MORE(p.handling_unit_code = (char *)"H07.5"), ",\"handling_unit_code\":\"H07.5\"}");
    assert_string_equal(MORE(p.handling_unit_name = (char *)"Sở"), ",\"handling_unit_name\":\"Sở\"}");
    assert_string_equal(MORE(p.accepted_at_ms = 7), ",\"accepted_at_ms\":7}");
    assert_string_equal(MORE(p.due_at_ms = 7), ",\"due_at_ms\":7}");
    assert_string_equal(MORE(p.due_before_ms = 7), ",\"due_before_ms\":7}");
    assert_string_equal(MORE(p.step_name = (char *)"Thẩm định"), ",\"step_name\":\"Thẩm định\"}");
    assert_string_equal(MORE(p.step_due_at_ms = 7), ",\"step_due_at_ms\":7}");
    assert_string_equal(MORE(p.answer_by_ms = 7), ",\"answer_by_ms\":7}");
    assert_string_equal(MORE(p.finished_at_ms = 7), ",\"finished_at_ms\":7}");
    assert_string_equal(MORE(p.returned_at_ms = 7), ",\"returned_at_ms\":7}");
    assert_string_equal(MORE(p.fee_dong = 15000), ",\"fee_dong\":15000}");
}

static void an_official_is_named_but_not_his_account(void **state)
{
    (void)state;
    Motcua__Official by = MOTCUA__OFFICIAL__INIT;
    assert_string_equal(MORE(p.by = &by), "}"); /* the applicant or the system */
    by.account_id = (char *)"secret";
    by.name = (char *)"Võ Thị Mẫu";
    by.title = (char *)"Công chức";
    by.department = (char *)"Một cửa";
    assert_string_equal(MORE(p.by = &by), ",\"by\":{\"name\":\"Võ Thị Mẫu\",\"title\":\"Công chức\","
                                          "\"department\":\"Một cửa\"}}");
}

static void papers_that_are_asked_for_are_listed(void **state)
{
    (void)state;
    Motcua__AskedPaper first = MOTCUA__ASKED_PAPER__INIT, second = MOTCUA__ASKED_PAPER__INIT;
    Motcua__AskedPaper *asked[] = { &first, &second };
    first.component_code = (char *)"TP01";
    second.name = (char *)"Ảnh";
    second.reason = (char *)"mờ";
    assert_string_equal(MORE(p.asked_papers = asked; p.n_asked_papers = 2),
                        ",\"asked_papers\":[{\"component\":\"TP01\",\"name\":\"\",\"reason\":\"\"},"
                        "{\"component\":\"\",\"name\":\"Ảnh\",\"reason\":\"mờ\"}]}");
}

static void a_result_shows_its_file_only_if_there_is_one(void **state)
{
    (void)state;
    static const char without[] =
        ",\"result\":{\"number\":\"12/GP\",\"name\":\"Giấy phép\",\"signer\":\"Mẫu\","
        "\"signed_at_ms\":9,\"agency\":\"Sở\"";
    Motcua__Result r = MOTCUA__RESULT__INIT;
    uint8_t sha256[SHA256_BYTES] = { 0xab, [31] = 0x01 };
    r.number = (char *)"12/GP";
    r.name = (char *)"Giấy phép";
    r.signer = (char *)"Mẫu";
    r.agency = (char *)"Sở";
    r.signed_at_ms = 9;
    assert_string_equal(MORE(p.result = &r), talloc_asprintf(ctx, "%s}}", without));
    r.sha256.data = sha256;
    r.sha256.len = sizeof sha256;
    r.file_name = (char *)"gp.pdf";
    r.media_type = (char *)"application/pdf";
    r.size_bytes = 1234;
    assert_string_equal(
        MORE(p.result = &r),
        talloc_asprintf(ctx,
                        "%s,\"file\":{\"sha256\":\"ab%060d01\",\"name\":\"gp.pdf\",\"size\":1234,"
                        "\"type\":\"application/pdf\"}}}",
                        without, 0));
}

static void whose_dossier_it_is_is_not_shown(void **state)
{
    (void)state;
    assert_string_equal(MORE(p.received_by = (char *)"Trần Văn Mẫu"), "}");
    assert_string_equal(MORE(p.national_code = (char *)"G09.20-20260609-0092637"), "}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_move_shows_status_transition_and_time),
        cmocka_unit_test(every_status_and_transition_has_its_words),
        cmocka_unit_test(each_fact_is_shown_under_its_name),
        cmocka_unit_test(an_official_is_named_but_not_his_account),
        cmocka_unit_test(papers_that_are_asked_for_are_listed),
        cmocka_unit_test(a_result_shows_its_file_only_if_there_is_one),
        cmocka_unit_test(whose_dossier_it_is_is_not_shown),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
