/* links: services/verification/checks.c */
/* What the machine tells the clerk: one line a finding, one "ok" for every check that found nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "json.h"
#include "services/verification/checks.h"
#include "tests/unit/vectors.h"

enum { YEAR = 2026 };
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

static const char *const all_checks[] = { "completeness", "scans",   "id_number", "tax_code",
                                          "name",         "contact", "duplicates" };
enum { CHECKS = 7 };

/* A dossier with which nothing is wrong, and its procedure. */
struct example {
    Motcua__DossierSubmitted d;
    Motcua__Applicant applicant;
    Motcua__Paper paper, *papers[2];
    Motcua__ProcedurePublished p;
    Motcua__Component needed, wanted, *components[2];
    const char *duplicates[3];
    size_t duplicates_count;
};

static void fill(struct example *e)
{
    *e = (struct example){ .d = MOTCUA__DOSSIER_SUBMITTED__INIT,
                           .applicant = MOTCUA__APPLICANT__INIT,
                           .paper = MOTCUA__PAPER__INIT,
                           .p = MOTCUA__PROCEDURE_PUBLISHED__INIT,
                           .needed = MOTCUA__COMPONENT__INIT,
                           .wanted = MOTCUA__COMPONENT__INIT };
    e->applicant.kind = MOTCUA__OWNER_KIND__CITIZEN;
    e->applicant.name = (char *)"Trần Văn Mẫu";
    e->applicant.id_number = (char *)"083085009901";
    e->applicant.birth_date = (char *)"1985-04-21";
    e->applicant.email = (char *)"mau@example.vn";
    e->paper.component_code = (char *)"TP01";
    e->paper.name = (char *)"Tờ khai";
    e->paper.sha256 = (ProtobufCBinaryData){ 3, (uint8_t *)"abc" };
    e->papers[0] = &e->paper;
    e->d.applicant = &e->applicant;
    e->d.papers = e->papers;
    e->d.n_papers = 1;
    e->needed.code = (char *)"TP01";
    e->needed.name = (char *)"Tờ khai";
    e->needed.is_required = true;
    e->wanted.code = (char *)"TP02";
    e->components[0] = &e->needed;
    e->components[1] = &e->wanted;
    e->p.components = e->components;
    e->p.n_components = 2;
}

static json_t *checked(const struct example *e, int this_year)
{
    return json_own(ctx,
                    json_loads(checks_run(ctx, &e->d, &e->p, e->duplicates, e->duplicates_count, this_year),
                               0, NULL));
}

static const char *text_at(const json_t *line, const char *name)
{
    const char *text = json_string_value(json_object_get(line, name));
    assert_non_null(text);
    return text;
}

/* The findings as "check:verdict:code …"; every check is heard, in their order. */
static const char *found_in(const struct example *e, int this_year)
{
    char *text = talloc_strdup(ctx, "");
    json_t *line, *list = checked(e, this_year);
    size_t i, heard = 0;
    json_array_foreach (list, i, line) {
        assert_true(*text_at(line, "vi") && *text_at(line, "en"));
        if (heard == 0 || strcmp(text_at(line, "check"), all_checks[heard - 1]) != 0) {
            assert_in_range(heard, 0, CHECKS - 1);
            assert_string_equal(text_at(line, "check"), all_checks[heard++]);
        }
        if (strcmp(text_at(line, "verdict"), "ok") != 0)
            text = talloc_asprintf_append_buffer(text, "%s%s:%s:%s", *text ? " " : "", text_at(line, "check"),
                                                 text_at(line, "verdict"), text_at(line, "code"));
    }
    assert_int_equal(heard, CHECKS);
    return text;
}

static const char *found(const struct example *e)
{
    return found_in(e, YEAR);
}

static void a_dossier_in_order_gives_an_ok_for_every_check(void **state)
{
    (void)state;
    struct example e;
    fill(&e);
    assert_string_equal(found(&e), "");
    assert_int_equal(json_array_size(checked(&e, YEAR)), CHECKS);
}

static void a_mandatory_paper_that_is_missing_fails(void **state)
{
    (void)state;
    struct example e;
    fill(&e);
    e.d.n_papers = 0;
    assert_string_equal(found(&e), "completeness:fail:paper_missing");
    assert_non_null(strstr(text_at(json_array_get(checked(&e, YEAR), 0), "vi"), "Tờ khai"));
    e.wanted.is_required = true;
    assert_string_equal(found(&e), "completeness:fail:paper_missing completeness:fail:paper_missing");
    e.needed.is_required = e.wanted.is_required = false;
    assert_string_equal(found(&e), "");
}

static void a_paper_without_a_file_is_not_digitised(void **state)
{
    (void)state;
    struct example e;
    fill(&e);
    e.paper.sha256.len = 0;
    assert_string_equal(found(&e), "scans:warn:not_digitised");
    e.papers[1] = &e.paper;
    e.d.n_papers = 2;
    assert_string_equal(found(&e), "scans:warn:not_digitised scans:warn:not_digitised");
}

static void numbers_of_persons_are_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *number, *birth_date, *want;
    } cases[] = {
        { "", "1985-04-21", "" }, /* a business */
        { "083085009901", "1985-04-21", "" },
        { "083085009901", "", "" },
        { "083085009901", "1986-04-21", "id_number:warn:birth_year_differs" },
        { "320123456", "1985-04-21", "id_number:warn:id_number_old" },
        { "08308500990", "1985-04-21", "id_number:fail:id_number_invalid" },
        { "083499001234", "2199-01-01", "id_number:fail:id_number_invalid" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct example e;
        fill(&e);
        e.applicant.id_number = (char *)cases[i].number;
        e.applicant.birth_date = (char *)cases[i].birth_date;
        assert_string_equal(found(&e), cases[i].want);
    }
}

static void nobody_is_born_after_this_year(void **state)
{
    (void)state;
    struct example e;
    fill(&e);
    e.applicant.id_number = (char *)"083220004321"; /* born 2020 */
    e.applicant.birth_date = (char *)"";
    assert_string_equal(found_in(&e, 2020), "");
    assert_string_equal(found_in(&e, 2019), "id_number:fail:id_number_invalid");
}

static void tax_codes_are_looked_at(void **state)
{
    (void)state;
    static const struct {
        Motcua__OwnerKind kind;
        const char *code, *want;
    } cases[] = {
        { MOTCUA__OWNER_KIND__CITIZEN, "", "" },
        { MOTCUA__OWNER_KIND__BUSINESS, "", "tax_code:warn:tax_code_missing" },
        { MOTCUA__OWNER_KIND__OTHER_ORGANISATION, "", "" },
        { MOTCUA__OWNER_KIND__BUSINESS, "0100109106", "" },
        { MOTCUA__OWNER_KIND__BUSINESS, "0100109107", "tax_code:fail:tax_code_invalid" },
        { MOTCUA__OWNER_KIND__CITIZEN, "0100109107", "tax_code:fail:tax_code_invalid" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct example e;
        fill(&e);
        e.applicant.kind = cases[i].kind;
        e.applicant.tax_code = (char *)cases[i].code;
        assert_string_equal(found(&e), cases[i].want);
    }
}

static void all_vectors_hold(void **state)
{
    (void)state;
    json_t *root = vectors_load("identity.json"), *v;
    size_t i;
    struct example e;
    fill(&e);
    e.applicant.birth_date = (char *)"";
    json_array_foreach (json_object_get(root, "vectors"), i, v) {
        e.applicant.id_number = (char *)text_of(v, "input");
        const char *good = text_of(v, "kind") ? "id_number:warn:id_number_old" : "";
        assert_string_equal(found(&e), json_is_true(json_object_get(v, "valid"))
                                           ? good
                                           : "id_number:fail:id_number_invalid");
    }
    e.applicant.id_number = (char *)"";
    json_array_foreach (json_object_get(root, "mst_vectors"), i, v) {
        e.applicant.tax_code = (char *)text_of(v, "input");
        assert_string_equal(found(&e), json_is_true(json_object_get(v, "valid"))
                                           ? ""
                                           : "tax_code:fail:tax_code_invalid");
    }
    assert_true(!root || i > 0);
    json_decref(root);
}

static void odd_letters_and_a_missing_address_are_warned_of(void **state)
{
    (void)state;
    struct example e;
    fill(&e);
    e.applicant.name = (char *)"Nguy\u00d4n V\u00a8n M\u00c9u"; /* TCVN3 */
    assert_string_equal(found(&e), "name:warn:name_legacy_encoding");
    e.applicant.name = (char *)"H'Mông K'Brơi";
    assert_string_equal(found(&e), "");
    e.applicant.email = (char *)"";
    assert_string_equal(found(&e), "contact:warn:no_email");
}

static void every_duplicate_is_named(void **state)
{
    (void)state;
    static const char *const codes[] = { "000.00.05.H07-200601-0001", "000.00.05.H07-200601-0002" };
    struct example e;
    fill(&e);
    e.duplicates[0] = codes[0];
    e.duplicates[1] = codes[1];
    e.duplicates_count = 2;
    assert_string_equal(found(&e), "duplicates:warn:duplicate duplicates:warn:duplicate");
    json_t *list = checked(&e, YEAR);
    for (size_t i = 0; i < 2; i++) {
        const json_t *line = json_array_get(list, CHECKS - 1 + i);
        assert_non_null(strstr(text_at(line, "vi"), codes[i]));
        assert_non_null(strstr(text_at(line, "en"), codes[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dossier_in_order_gives_an_ok_for_every_check),
        cmocka_unit_test(a_mandatory_paper_that_is_missing_fails),
        cmocka_unit_test(a_paper_without_a_file_is_not_digitised),
        cmocka_unit_test(numbers_of_persons_are_looked_at),
        cmocka_unit_test(nobody_is_born_after_this_year),
        cmocka_unit_test(tax_codes_are_looked_at),
        cmocka_unit_test(all_vectors_hold),
        cmocka_unit_test(odd_letters_and_a_missing_address_are_warned_of),
        cmocka_unit_test(every_duplicate_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
