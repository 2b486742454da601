/* links: services/intake/dossier.c services/intake/applicant.c services/intake/catalogue.c */
/* Filing: what a request must bring, where and how it may be filed, with which papers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/dossier.h"
#include "tests/unit/faults.h"
#include "text.h"

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

/* ---- reading a request --------------------------------------------------------------------------- */

static json_t *body_with(const char *name, json_t *value)
{
    json_t *body = json_own(ctx, json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s}}", "procedure", "1.004363",
                                           "unit", "000.00.05.H07", "applicant", "kind", "citizen", "name",
                                           "Trần Văn Mẫu", "id_number", "083085009901", "phone", "0900000901",
                                           "address", "12 Đại lộ Đồng Khởi"));
    if (value)
        json_object_set_new(body, name, value);
    else if (name)
        json_object_del(body, name);
    return body;
}

static const char *read_verdict(const json_t *body, bool is_staff, struct filing *f)
{
    struct err err = { 0 };
    int rc = filing_read(ctx, json_nodes(ctx, body), is_staff, 2026, f, &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

static void a_request_is_read_into_its_filing(void **state)
{
    (void)state;
    struct filing f;
    json_t *papers =
        json_pack("[{s:s, s:s}, {s:s, s:i, s:i}]", "component", "TP01", "upload",
                  "01939b1e-0000-7000-8000-000000000001", "name", "Giấy khác", "originals", 1, "copies", 2);
    json_t *body = body_with("papers", papers);
    json_object_set_new(body, "summary", json_string(" Xin cấp phép "));
    json_object_set_new(body, "result_by_post", json_true());
    json_object_set_new(body, "language", json_string("en"));
    json_object_set_new(body, "answers", json_pack("{s:i}", "pages", 7));
    assert_string_equal(read_verdict(body, false, &f), "");
    assert_string_equal(f.procedure_code, "1.004363");
    assert_string_equal(f.unit_code, "000.00.05.H07");
    assert_string_equal(f.summary, "Xin cấp phép");
    assert_string_equal(f.language, "en");
    assert_true(f.result_by_post);
    assert_int_equal(json_member(f.answers, "pages")->integer, 7);
    assert_string_equal(f.applicant.name, "Trần Văn Mẫu");
    assert_int_equal(f.papers_count, 2);
    assert_string_equal(f.papers[0].upload, "01939b1e-0000-7000-8000-000000000001");
    assert_string_equal(f.papers[0].name, "");
    assert_string_equal(f.papers[1].name, "Giấy khác");
    assert_int_equal(f.papers[1].originals * 10 + f.papers[1].copies, 12);
}

static void what_is_not_said_has_its_default(void **state)
{
    (void)state;
    struct filing f;
    assert_string_equal(read_verdict(body_with(NULL, NULL), false, &f), "");
    assert_string_equal(f.summary, "");
    assert_string_equal(f.language, "vi");
    assert_false(f.result_by_post);
    assert_null(f.answers);
    assert_int_equal(f.papers_count, 0);
}

static void each_missing_or_wrong_member_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *want;
    } cases[] = {
        { "procedure", NULL, "procedure:required" },
        { "unit", NULL, "unit:required" },
        { "applicant", NULL, "applicant:required" },
        { "applicant", "7", "applicant:not_object" },
        { "unit", "\"0123456789012345678901234567890\"", "" },
        { "unit", "\"01234567890123456789012345678901\"", "unit:too_long" },
        { "language", "\"fr\"", "language:not_a_choice" },
        { "result_by_post", "1", "result_by_post:not_boolean" },
        { "papers", "{}", "papers:not_list" },
        { "papers", "[7]", "papers[0]:not_object" },
        { "papers", "[{\"originals\": 101, \"copies\": -1, \"x\": 1}]",
          "papers[0].originals:out_of_range papers[0].copies:out_of_range papers[0].x:unknown_field" },
        { "code", "\"x\"", "code:unknown_field" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filing f;
        json_t *value = cases[i].value ? json_loads(cases[i].value, JSON_DECODE_ANY, NULL) : NULL;
        assert_string_equal(read_verdict(body_with(cases[i].name, value), false, &f), cases[i].want);
    }
}

static void the_counter_says_how_the_dossier_came_and_others_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        bool is_staff;
        int want; /* 0: refused */
    } cases[] = {
        { NULL, false, MOTCUA__CHANNEL__ONLINE },
        { NULL, true, MOTCUA__CHANNEL__COUNTER },
        { "counter", true, MOTCUA__CHANNEL__COUNTER },
        { "post", true, MOTCUA__CHANNEL__POST },
        { "online", true, 0 },
        { "counter", false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filing f;
        json_t *body = body_with("channel", cases[i].channel ? json_string(cases[i].channel) : NULL);
        const char *want = cases[i].want       ? ""
                           : cases[i].is_staff ? "channel:not_a_choice"
                                               : "channel:unknown_field";
        assert_string_equal(read_verdict(body, cases[i].is_staff, &f), want);
        if (cases[i].want)
            assert_int_equal(f.channel, cases[i].want);
    }
}

static void at_most_a_hundred_papers_come_at_once(void **state)
{
    (void)state;
    for (int n = PAPERS_MAX; n <= PAPERS_MAX + 1; n++) {
        struct filing f;
        json_t *papers = json_array();
        for (int i = 0; i < n; i++)
            json_array_append_new(papers, json_object());
        assert_string_equal(read_verdict(body_with("papers", papers), true, &f),
                            n > PAPERS_MAX ? "papers:too_many" : "");
    }
}

/* ---- comparing with the catalogue ---------------------------------------------------------------- */

static Motcua__Component needed = { .code = (char *)"TP01", .name = (char *)"Tờ khai", .is_required = true },
                         wanted = { .code = (char *)"TP02", .name = (char *)"Ảnh" };
static Motcua__Component *components[] = { &needed, &wanted };
static const char *levels[] = { "province", "commune" };

static struct procedure procedure_of(const char *online_level)
{
    struct procedure p;
    procedure_init(&p);
    p.online_level = online_level;
    p.levels_count = 2;
    p.levels = levels;
    p.components_count = 2;
    p.components = components;
    return p;
}

static struct asked_paper paper(const char *component, const char *name, const char *upload,
                                uint32_t originals)
{
    return (struct asked_paper){ component, name, upload, originals, 0 };
}

static const char *verdict(Motcua__Channel channel, const struct procedure *p, const char *level,
                           struct asked_paper first, struct asked_paper second)
{
    struct err err = { 0 };
    struct asked_paper papers[] = { first, second };
    struct filing f = { .channel = channel, .papers = papers, .papers_count = 2 };
    int rc = filing_check(&f, p, level, &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

static void a_unit_takes_the_procedures_of_its_level(void **state)
{
    (void)state;
    static const struct {
        const char *level, *want;
    } cases[] = { { "province", "" },
                  { "department", "" }, /* a department is of the province */
                  { "commune", "" },
                  { "district", "unit:unit_wrong_level" },
                  { NULL, "unit:unit_unknown" } };
    struct procedure p = procedure_of("full");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(verdict(MOTCUA__CHANNEL__ONLINE, &p, cases[i].level, paper("TP01", "", "u1", 0),
                                    paper("TP02", "", "u2", 0)),
                            cases[i].want);
}

static void online_takes_only_what_is_offered_online(void **state)
{
    (void)state;
    static const char *const online[] = { "full", "partial", "none" };
    for (int i = 0; i < 3; i++)
        for (int channel = MOTCUA__CHANNEL__COUNTER; channel <= MOTCUA__CHANNEL__POST; channel++) {
            struct procedure p = procedure_of(online[i]);
            bool refused = i == 2 && channel == MOTCUA__CHANNEL__ONLINE;
            assert_string_equal(verdict((Motcua__Channel)channel, &p, "commune", paper("TP01", "", "u1", 0),
                                        paper("TP02", "", "u2", 0)),
                                refused ? "procedure:not_online" : "");
        }
}

static void papers_are_those_of_the_list_or_have_a_name(void **state)
{
    (void)state;
    static const struct {
        Motcua__Channel channel;
        struct asked_paper second;
        const char *want;
    } cases[] = {
        { MOTCUA__CHANNEL__ONLINE, { "", "Giấy khác", "u2", 0, 0 }, "" },
        { MOTCUA__CHANNEL__ONLINE, { "", "", "u2", 0, 0 }, "papers[1]:paper_name_required" },
        { MOTCUA__CHANNEL__ONLINE, { "TP09", "", "u2", 0, 0 }, "papers[1]:component_unknown" },
        { MOTCUA__CHANNEL__ONLINE, { "TP02", "", "", 1, 0 }, "papers[1]:file_required" },
        { MOTCUA__CHANNEL__COUNTER, { "TP02", "", "", 1, 0 }, "" },
        { MOTCUA__CHANNEL__COUNTER, { "TP02", "", "", 0, 0 }, "" },
    };
    struct procedure p = procedure_of("full");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(verdict(cases[i].channel, &p, "commune", paper("TP01", "", "u1", 0),
                                    cases[i].second),
                            cases[i].want);
}

static void a_mandatory_paper_is_there_as_a_file_or_on_paper(void **state)
{
    (void)state;
    static const struct {
        struct asked_paper first;
        const char *want;
    } cases[] = {
        { { "TP01", "", "u1", 0, 0 }, "" },
        { { "TP01", "", "", 1, 0 }, "" },
        { { "TP01", "", "", 0, 1 }, "" },
        { { "TP01", "", "", 0, 0 }, "papers:paper_missing" }, /* named, but not brought */
        { { "", "Tờ khai", "u1", 1, 0 }, "papers:paper_missing" },
    };
    struct procedure p = procedure_of("full");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(verdict(MOTCUA__CHANNEL__COUNTER, &p, "commune", cases[i].first,
                                    paper("TP02", "", "u2", 0)),
                            cases[i].want);
}

static void the_missing_paper_is_named_in_whole_characters(void **state)
{
    (void)state;
    for (size_t n = 0; n < 90; n++) {
        struct err err = { 0 };
        struct filing f = { .channel = MOTCUA__CHANNEL__COUNTER };
        struct procedure p = procedure_of("full");
        needed.name = talloc_strdup(ctx, &"xx"[n % 3]);
        for (size_t k = 0; k < n; k++)
            needed.name = talloc_strdup_append_buffer(needed.name, "ệ");
        assert_int_equal(filing_check(&f, &p, "commune", &err), E_INVALID);
        assert_memory_equal(err.faults[0].arg, "TP01 ", 5);
        assert_true(text_is_utf8(err.faults[0].arg, strlen(err.faults[0].arg)));
    }
    needed.name = (char *)"Tờ khai";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_into_its_filing),
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(each_missing_or_wrong_member_is_named),
        cmocka_unit_test(the_counter_says_how_the_dossier_came_and_others_do_not),
        cmocka_unit_test(at_most_a_hundred_papers_come_at_once),
        cmocka_unit_test(a_unit_takes_the_procedures_of_its_level),
        cmocka_unit_test(online_takes_only_what_is_offered_online),
        cmocka_unit_test(papers_are_those_of_the_list_or_have_a_name),
        cmocka_unit_test(a_mandatory_paper_is_there_as_a_file_or_on_paper),
        cmocka_unit_test(the_missing_paper_is_named_in_whole_characters),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
