/* actor.c — see actor.h. */
#include "actor.h"

#include <string.h>

static const struct {
    enum role role;
    const char *name;
} role_names[] = {
    { ROLE_CLERK, "clerk" },         { ROLE_OFFICER, "officer" },
    { ROLE_LEADER, "leader" },       { ROLE_ADMINISTRATOR, "administrator" },
    { ROLE_AUDITOR, "auditor" },     { ROLE_INSPECTOR, "inspector" },
    { ROLE_APPLICANT, "applicant" }, { ROLE_SYSTEM, "system" },
};
enum { ROLE_NAMES = sizeof role_names / sizeof *role_names, ROLES_GRANTED = 6 };

unsigned actor_roles_in(const struct actor *a, const char *unit)
{
    unsigned roles = 0;
    for (size_t i = 0; a && i < a->grants_count; i++)
        if (strcmp(a->grants[i].unit, "*") == 0 || strcmp(a->grants[i].unit, unit) == 0)
            roles |= a->grants[i].role;
    return roles;
}

bool actor_may_read(const struct actor *a, const char *unit)
{
    return (actor_roles_in(a, unit) & ROLES_READING) != 0;
}

bool actor_has_role(const struct actor *a, unsigned roles)
{
    for (size_t i = 0; a && i < a->grants_count; i++)
        if (a->grants[i].role & roles)
            return true;
    return false;
}

const char *role_name(enum role role)
{
    for (size_t i = 0; i < ROLE_NAMES; i++)
        if (role_names[i].role == role)
            return role_names[i].name;
    return "none";
}

bool role_parse(const char *name, enum role *role)
{
    for (size_t i = 0; i < ROLES_GRANTED; i++)
        if (strcmp(role_names[i].name, name) == 0) {
            *role = role_names[i].role;
            return true;
        }
    return false;
}

static const char *const kind_names[] = { "citizen", "business", "staff" };

const char *account_kind_name(enum account_kind kind)
{
    return kind_names[kind];
}

bool account_kind_parse(const char *name, enum account_kind *kind)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum account_kind)i;
            return true;
        }
    return false;
}
