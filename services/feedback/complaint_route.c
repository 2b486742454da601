/* complaint_route.c — see complaint_route.h. */
#include "complaint_route.h"

#include <string.h>

#include "text.h"

enum {
    OPEN_READERS = ROLES_READING | ROLE_INSPECTOR,
    SECRET_READERS = ROLE_LEADER | ROLE_INSPECTOR,
    ABOVE_ROLES = ROLE_LEADER | ROLE_INSPECTOR
};

static bool is_given(const char *text)
{
    return text && *text;
}

const char *complaint_handler(const char *unit, bool about_head, const char *above, const char *reserve)
{
    if (!about_head)
        return unit;
    if (is_given(above))
        return above;
    return is_given(reserve) ? reserve : unit;
}

static bool is_named(const void *ctx, const char *name, const struct actor *a)
{
    const char *one = text_search_key(ctx, name), *other = text_search_key(ctx, a->name);
    return one && other && *one && strcmp(one, other) == 0;
}

static bool belongs_to(const struct actor *a, const char *unit)
{
    for (size_t i = 0; i < a->grants_count; i++)
        if (strcmp(a->grants[i].unit, unit) == 0)
            return true;
    return false;
}

bool complaint_excludes(const void *ctx, const struct complaint *c, const struct actor *a)
{
    if (is_given(c->about_official) ? strcmp(c->about_official, a->account_id) == 0
                                    : is_given(c->about_name) && is_named(ctx, c->about_name, a))
        return true;
    return c->about_head && belongs_to(a, c->unit_code);
}

unsigned complaint_roles(const void *ctx, const struct complaint *c, const struct actor *a)
{
    if (!a || complaint_excludes(ctx, c, a))
        return 0;
    unsigned roles = actor_roles_in(a, c->handling_unit_code);
    if (is_given(c->escalated_unit))
        roles |= actor_roles_in(a, c->escalated_unit) & ABOVE_ROLES;
    return roles;
}

bool complaint_is_visible(const struct complaint *c, unsigned roles)
{
    return roles & (c->class == CLASS_DENUNCIATION ? SECRET_READERS : OPEN_READERS);
}

bool complaint_person_is_visible(const struct complaint *c, unsigned roles)
{
    return roles & (c->class == CLASS_DENUNCIATION ? ROLE_INSPECTOR : OPEN_READERS);
}
