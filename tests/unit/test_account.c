/* links: services/identity/account.c */
/* What makes a sign-up acceptable, and under which names an account logs in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/identity/account.h"
#include "tests/unit/faults.h"
#include "tests/unit/vectors.h"
#include "text.h"
#include "vn_id.h"

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

static struct account citizen(void)
{
    return (struct account){ .kind = ACCOUNT_CITIZEN,
                             .name = "Trần Văn Mẫu",
                             .id_number = "083085009901",
                             .phone = "0900000901",
                             .password = "con cò bay lả" };
}

static struct account business(void)
{
    return (struct account){ .kind = ACCOUNT_BUSINESS,
                             .name = "Công ty TNHH Kẹo dừa Mẫu",
                             .tax_code = "0100109106",
                             .phone = "0900000903",
                             .password = "con cò bay lả" };
}

static struct account staff(void)
{
    return (struct account){
        .kind = ACCOUNT_STAFF, .name = "Võ Thị Mẫu", .login = "tpbentre.motcua", .password = "con cò bay lả"
    };
}

static struct account (*const made[])(void) = { citizen, business, staff };
enum { KINDS = 3 };

/* "" or what is wrong with it. */
static const char *verdict(struct account *a)
{
    struct err err = { 0 };
    static char phone[11];
    int rc = account_check(a, 2026, phone, &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

/* ---- sign-up ------------------------------------------------------------------------------------- */

static void each_kind_is_accepted_with_what_it_needs(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        struct account a = made[i]();
        assert_string_equal(verdict(&a), "");
        a.email = "mau@example.vn";
        assert_string_equal(verdict(&a), "");
    }
}

static void each_missing_member_is_named(void **state)
{
    (void)state;
    static const char *const want[KINDS] = {
        "name:required id_number:id_number_invalid phone:phone_invalid password:password_too_short",
        "name:required tax_code:tax_code_invalid phone:phone_invalid password:password_too_short",
        "name:required login:login_invalid password:password_too_short", /* a telephone is not asked of staff
                                                                          */
    };
    for (int i = 0; i < KINDS; i++) {
        struct account a = { .kind = made[i]().kind };
        assert_string_equal(verdict(&a), want[i]);
    }
}

static void each_wrong_member_is_named(void **state)
{
    (void)state;
    struct account a = citizen();
    a.id_number = "320123456"; /* a CMND opens no account */
    a.phone = "12345";
    a.email = "mau@";
    a.password = "short";
    assert_string_equal(verdict(&a), "id_number:id_number_invalid phone:phone_invalid email:email_invalid "
                                     "password:password_too_short");
    struct account s = staff();
    s.phone = "12345";
    assert_string_equal(verdict(&s), "phone:phone_invalid");
}

static void a_number_the_kind_does_not_need_is_checked_if_it_is_there(void **state)
{
    (void)state;
    struct account c = citizen(), b = business();
    c.tax_code = "0100109107";
    b.id_number = "320123456";
    assert_string_equal(verdict(&c), "tax_code:tax_code_invalid");
    assert_string_equal(verdict(&b), "id_number:id_number_invalid");
    c.tax_code = "0100109106";
    b.id_number = "083085009901";
    assert_string_equal(verdict(&c), "");
    assert_string_equal(verdict(&b), "");
}

static void a_citizen_born_later_than_this_year_is_refused(void **state)
{
    (void)state;
    char phone[11];
    for (int year = 2000; year < 2030; year++) {
        struct err err = { 0 };
        struct account a = citizen();
        a.id_number = "083215004321"; /* digit 4: born 2015 */
        assert_int_equal(account_check(&a, year, phone, &err), year < 2015 ? E_INVALID : 0);
    }
}

static void the_phone_comes_out_in_its_one_form(void **state)
{
    (void)state;
    static const char *const forms[] = { "0900000901", "090 000 0901", "+84900000901", "84 900.000-901" };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct account a = citizen();
        a.phone = forms[i];
        assert_string_equal(verdict(&a), "");
        assert_string_equal(a.phone, "0900000901");
    }
}

static void numbers_are_those_of_the_vectors(void **state)
{
    (void)state;
    json_t *root = vectors_load("identity.json"), *v;
    size_t i;
    json_array_foreach (json_object_get(root, "vectors"), i, v) {
        struct account a = citizen();
        a.id_number = text_of(v, "input");
        bool is_old = text_of(v, "kind") != NULL;
        bool want = json_is_true(json_object_get(v, "valid")) && !is_old;
        assert_string_equal(verdict(&a), want ? "" : "id_number:id_number_invalid");
    }
    json_array_foreach (json_object_get(root, "mst_vectors"), i, v) {
        struct account a = business();
        a.tax_code = text_of(v, "input");
        bool want = json_is_true(json_object_get(v, "valid"));
        assert_string_equal(verdict(&a), want ? "" : "tax_code:tax_code_invalid");
    }
    assert_true(!root || i > 0);
    json_decref(root);
}

static void logins_of_staff_are_strict(void **state)
{
    (void)state;
    static const struct {
        const char *login;
        bool ok;
    } cases[] = { { "abc", true },     { "a-b_c.9", true }, { "ab", false },
                  { "", false },       { "Abc", false },    { "a b", false },
                  { "võ.thị", false }, { "a/b/c", false },  { "a@b.c", false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct account a = staff();
        a.login = cases[i].login;
        assert_string_equal(verdict(&a), cases[i].ok ? "" : "login:login_invalid");
    }
    for (size_t n = 1; n < 60; n++) {
        struct account a = staff();
        a.login = talloc_asprintf(ctx, "%.*s", (int)n,
                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        assert_string_equal(verdict(&a), n >= 3 && n <= 40 ? "" : "login:login_invalid");
    }
}

/* ---- passwords ----------------------------------------------------------------------------------- */

static char *repeated(const char *unit, size_t n)
{
    char *text = talloc_strdup(ctx, "");
    while (n-- > 0)
        text = talloc_strdup_append_buffer(text, unit);
    return text;
}

static const char *password_verdict(const char *password)
{
    struct err err = { 0 };
    int rc = password_check(password, "new_password", &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    assert_true(err.faults_count == 0 || strcmp(err.faults[0].field, "new_password") == 0);
    return err.faults_count ? err.faults[0].phrase->code : "";
}

static void a_password_has_ten_to_two_hundred_characters(void **state)
{
    (void)state;
    for (size_t n = 0; n < 260; n++) {
        const char *want = n < PASSWORD_LEAST  ? "password_too_short"
                           : n > PASSWORD_MOST ? "password_too_long"
                                               : "";
        char *ascii = talloc_strndup(ctx, repeated("abcdefghij", 26), n);
        assert_string_equal(password_verdict(ascii), want);
        char *vietnamese = text_cut(ctx, repeated("ăâđêôơư", 40), n); /* characters count, not bytes */
        assert_string_equal(password_verdict(vietnamese), want);
    }
    assert_string_equal(password_verdict(NULL), "password_too_short");
}

static void the_limit_that_was_missed_is_told(void **state)
{
    (void)state;
    struct err err = { 0 };
    password_check("short", "password", &err);
    assert_string_equal(err.faults[0].arg, "10");
    err_clear(&err);
    password_check(repeated("0123456789", 21), "password", &err);
    assert_string_equal(err.faults[0].arg, "200");
}

static void a_password_of_few_characters_is_too_easy(void **state)
{
    (void)state;
    static const char *const units[] = { "a", "ab", "abc", "abcd", "abcde" };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        assert_string_equal(password_verdict(repeated(units[i], 12)), i < 4 ? "password_too_easy" : "");
}

/* ---- logging in ---------------------------------------------------------------------------------- */

static void an_account_logs_in_with_its_number_and_its_address(void **state)
{
    (void)state;
    static const char *const own[KINDS] = { "083085009901", "0100109106", "tpbentre.motcua" };
    for (int i = 0; i < KINDS; i++) {
        const char *names[3];
        struct account a = made[i]();
        assert_int_equal(account_login_names(ctx, &a, names), 1);
        assert_string_equal(names[0], own[i]);
        a.email = " Mau.Don@Example.VN ";
        assert_int_equal(account_login_names(ctx, &a, names), 2);
        assert_string_equal(names[0], "mau.don@example.vn");
        assert_string_equal(names[1], own[i]);
    }
}

static void what_is_typed_finds_the_name_it_was_stored_under(void **state)
{
    (void)state;
    static const char *const typed[] = { "mau@example.vn", " mau@example.vn", "MAU@EXAMPLE.VN\n",
                                         "\u00a0Mau@Example.vn" };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        assert_string_equal(login_key(ctx, typed[i]), "mau@example.vn");
    assert_string_equal(login_key(ctx, ""), "");
    assert_null(login_key(ctx, "\xff\xfe")); /* not UTF-8: nobody's name */
}

/* ---- administrators ------------------------------------------------------------------------------ */

static struct account with(struct grant first, struct grant second)
{
    struct account a = staff();
    a.grants[0] = first;
    a.grants[1] = second;
    a.grants_count = (first.role != 0) + (second.role != 0);
    return a;
}

static struct actor chief_of(const char *unit)
{
    struct actor by = { .kind = ACCOUNT_STAFF, .grants_count = 2 };
    by.grants[0].role = ROLE_ADMINISTRATOR;
    snprintf(by.grants[0].unit, sizeof by.grants[0].unit, "%s", unit);
    by.grants[1] = (struct grant){ ROLE_CLERK, "H07.2" };
    return by;
}

static void an_administrator_gives_and_takes_roles_in_his_own_units(void **state)
{
    (void)state;
    static const struct grant none, own = { ROLE_CLERK, "H07.1" }, more = { ROLE_ADMINISTRATOR, "H07.1" },
                                    other = { ROLE_CLERK, "H07.2" }, all = { ROLE_CLERK, "*" };
    const struct {
        struct account before, after;
        bool ok;
    } cases[] = {
        { with(none, none), with(own, more), true },   { with(own, more), with(none, none), true },
        { with(none, none), with(own, other), false }, { with(other, own), with(own, none), false },
        { with(other, own), with(other, more), true }, { with(other, none), with(other, none), true },
        { with(none, none), with(all, none), false },  { with(all, none), with(all, own), true },
        { with(all, own), with(own, none), false },
    };
    struct actor his = chief_of("H07.1"), everywhere = chief_of("*");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(account_grants_may_change(&his, &cases[i].before, &cases[i].after), cases[i].ok);
        assert_true(account_grants_may_change(&everywhere, &cases[i].before, &cases[i].after));
    }
}

static void an_administrator_closes_accounts_whose_roles_are_all_his(void **state)
{
    (void)state;
    static const struct grant none, own = { ROLE_CLERK, "H07.1" }, other = { ROLE_CLERK, "H07.2" };
    struct actor his = chief_of("H07.1"), everywhere = chief_of("*");
    struct account person = citizen(), mine = with(own, none), shared = with(own, other);
    assert_true(account_is_under(&his, &mine));
    assert_false(account_is_under(&his, &shared));
    assert_false(account_is_under(&his, &person)); /* nobody's: no unit answers for it */
    assert_true(account_is_under(&everywhere, &person));
    assert_true(account_is_under(&everywhere, &shared));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_accepted_with_what_it_needs),
        cmocka_unit_test(each_missing_member_is_named),
        cmocka_unit_test(each_wrong_member_is_named),
        cmocka_unit_test(a_number_the_kind_does_not_need_is_checked_if_it_is_there),
        cmocka_unit_test(a_citizen_born_later_than_this_year_is_refused),
        cmocka_unit_test(the_phone_comes_out_in_its_one_form),
        cmocka_unit_test(numbers_are_those_of_the_vectors),
        cmocka_unit_test(logins_of_staff_are_strict),
        cmocka_unit_test(a_password_has_ten_to_two_hundred_characters),
        cmocka_unit_test(the_limit_that_was_missed_is_told),
        cmocka_unit_test(a_password_of_few_characters_is_too_easy),
        cmocka_unit_test(an_administrator_gives_and_takes_roles_in_his_own_units),
        cmocka_unit_test(an_administrator_closes_accounts_whose_roles_are_all_his),
        cmocka_unit_test(an_account_logs_in_with_its_number_and_its_address),
        cmocka_unit_test(what_is_typed_finds_the_name_it_was_stored_under),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
