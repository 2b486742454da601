/* complaint_route.c — see complaint_route.h. */
#include "complaint_route.h"

#include <ctype.h>
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

const char *complaint_handler(const char *unit, bool about_head, const char *above)
{
    return about_head ? above : unit;
}

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80);
}

/* What people write of somebody: "ông Nguyễn Văn An", "phó phòng Nguyễn Văn An (quầy 3)". Words before the
 * name are a title; right behind it they would make another name. */
static bool is_named_in(const void *ctx, const char *text, const char *name)
{
    const char *in = text_search_key(ctx, text), *key = text_search_key(ctx, name);
    size_t n = key ? strlen(key) : 0;
    for (const char *at = in; at && n > 0 && (at = strstr(at, key)); at++) {
        const char *behind = at + n + strspn(at + n, " ");
        if ((at == in || !is_of_word(at[-1])) && !is_of_word(at[n]) && !is_of_word(*behind))
            return true;
    }
    return false;
}

bool complaint_is_about(const void *ctx, const char *about_official, const char *about_name,
                        const char *account_id, const char *name)
{
    return is_given(about_official) ? strcmp(about_official, account_id) == 0
                                    : is_given(about_name) && is_named_in(ctx, about_name, name);
}

static bool belongs_to(const struct actor *a, const struct complaint *c)
{
    for (size_t i = 0; i < a->grants_count; i++) {
        const struct grant *g = &a->grants[i];
        bool is_of_all = c->about_top && strcmp(g->unit, "*") == 0 && g->role != ROLE_INSPECTOR;
        if (is_of_all || strcmp(g->unit, c->unit_code) == 0)
            return true;
    }
    return false;
}

bool complaint_excludes(const void *ctx, const struct complaint *c, const struct actor *a)
{
    if (complaint_is_about(ctx, c->about_official, c->about_name, a->account_id, a->name))
        return true;
    return c->about_head && belongs_to(a, c);
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
