/* test_actor.c — roles hold where they were granted and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "actor.h"

static const struct {
    enum role role;
    const char *name;
    bool is_granted;
} all[] = { { ROLE_CLERK, "clerk", true },     { ROLE_OFFICER, "officer", true },
            { ROLE_LEADER, "leader", true },   { ROLE_ADMINISTRATOR, "administrator", true },
            { ROLE_AUDITOR, "auditor", true }, { ROLE_APPLICANT, "applicant", false },
            { ROLE_SYSTEM, "system", false },  { ROLE_INSPECTOR, "inspector", true } };
enum { ROLES = sizeof all / sizeof *all };

static void every_role_has_its_name_and_only_granted_ones_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROLES; i++) {
        enum role role = 0;
        assert_string_equal(role_name(all[i].role), all[i].name);
        assert_int_equal(role_parse(all[i].name, &role), all[i].is_granted);
        assert_int_equal(role, all[i].is_granted ? all[i].role : 0);
    }
    enum role role;
    assert_false(role_parse("", &role) || role_parse("Clerk", &role) || role_parse("none", &role));
    assert_false(role_parse("clerk ", &role));
}

static void every_kind_of_account_has_its_name(void **state)
{
    (void)state;
    static const char *const names[] = { "citizen", "business", "staff" };
    enum account_kind kind;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(account_kind_name((enum account_kind)i), names[i]);
        assert_true(account_kind_parse(names[i], &kind));
        assert_int_equal(kind, i);
    }
    assert_false(account_kind_parse("", &kind) || account_kind_parse("Staff", &kind));
}

/* Every set of roles here, every other set there. */
static void roles_hold_in_their_unit_only(void **state)
{
    (void)state;
    for (unsigned here = 0; here < 32; here++)
        for (unsigned there = 0; there < 32; there++) {
            struct actor a = { 0 };
            for (unsigned bit = 1; bit < 32; bit *= 2) {
                if (here & bit)
                    a.grants[a.grants_count++] = (struct grant){ bit, "000.00.01.H07" };
                if (there & bit)
                    a.grants[a.grants_count++] = (struct grant){ bit, "000.00.02.H07" };
            }
            assert_int_equal(actor_roles_in(&a, "000.00.01.H07"), here);
            assert_int_equal(actor_roles_in(&a, "000.00.02.H07"), there);
            assert_int_equal(actor_roles_in(&a, "000.00.03.H07"), 0);
            assert_int_equal(actor_roles_in(&a, "000.00.01.H0"), 0);
            assert_int_equal(actor_roles_in(&a, "*"), 0);
            for (unsigned asked = 0; asked < 128; asked++)
                assert_int_equal(actor_has_role(&a, asked), ((here | there) & asked) != 0);
        }
}

static void a_star_is_every_unit(void **state)
{
    (void)state;
    struct actor a = { .grants_count = 2, .grants = { { ROLE_AUDITOR, "*" }, { ROLE_CLERK, "H07" } } };
    assert_int_equal(actor_roles_in(&a, "H07"), ROLE_AUDITOR | ROLE_CLERK);
    assert_int_equal(actor_roles_in(&a, "H08"), ROLE_AUDITOR);
    assert_int_equal(actor_roles_in(&a, ""), ROLE_AUDITOR);
}

static void an_administrator_reads_no_dossier(void **state)
{
    (void)state;
    for (unsigned roles = 0; roles < 32; roles++) {
        struct actor a = { 0 };
        for (unsigned bit = 1; bit < 32; bit *= 2)
            if (roles & bit)
                a.grants[a.grants_count++] = (struct grant){ bit, "H07" };
        assert_int_equal(actor_may_read(&a, "H07"), roles != 0 && roles != ROLE_ADMINISTRATOR);
        assert_false(actor_may_read(&a, "H08"));
    }
}

static void an_inspector_reads_no_dossier(void **state)
{
    (void)state;
    struct actor a = { .grants_count = 1, .grants = { { ROLE_INSPECTOR, "H07" } } };
    assert_true(actor_has_role(&a, ROLE_INSPECTOR));
    assert_false(actor_may_read(&a, "H07"));
}

static void nobody_has_no_roles(void **state)
{
    (void)state;
    assert_int_equal(actor_roles_in(NULL, "H07"), 0);
    assert_false(actor_has_role(NULL, ~0u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_has_its_name_and_only_granted_ones_are_read),
        cmocka_unit_test(every_kind_of_account_has_its_name),
        cmocka_unit_test(roles_hold_in_their_unit_only),
        cmocka_unit_test(a_star_is_every_unit),
        cmocka_unit_test(an_administrator_reads_no_dossier),
        cmocka_unit_test(an_inspector_reads_no_dossier),
        cmocka_unit_test(nobody_has_no_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
