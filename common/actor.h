/* actor.h — who is acting: the account behind a token and what it may do where. */
#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
    ROLE_CLERK = 1,         /* one-stop counter */
    ROLE_OFFICER = 2,       /* handles dossiers */
    ROLE_LEADER = 4,        /* signs results */
    ROLE_ADMINISTRATOR = 8, /* catalogue, calendars, units, accounts; reads no dossier */
    ROLE_AUDITOR = 16,      /* reads everything, changes nothing */
    ROLE_APPLICANT = 32,    /* the owner of a dossier; never granted, follows from it */
    ROLE_SYSTEM = 64,       /* timed work and events; never granted */
    ROLE_INSPECTOR = 128    /* handles denunciations, and alone learns who denounced; reads no dossier */
};

/* Who may read the dossiers of their units. An administrator administers: he reads none. */
enum { ROLES_READING = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER | ROLE_AUDITOR };

/* Who may see what their units have done, counted. */
enum { ROLES_COUNTING = ROLE_LEADER | ROLE_AUDITOR };

enum account_kind { ACCOUNT_CITIZEN, ACCOUNT_BUSINESS, ACCOUNT_STAFF };

enum { GRANTS_MAX = 16, UNIT_CODE_TEXT = 32 };

struct grant {
    enum role role;
    char unit[UNIT_CODE_TEXT]; /* "*": every unit */
};

struct actor {
    char account_id[37];
    enum account_kind kind;
    char name[128], title[64], department[128]; /* staff only: officials are named in what they do */
    size_t grants_count;
    struct grant grants[GRANTS_MAX];
    int64_t expires_at_ms;
};

/* The roles (a mask of enum role) the actor has in the unit. */
unsigned actor_roles_in(const struct actor *a, const char *unit);
bool actor_may_read(const struct actor *a, const char *unit); /* the dossiers of the unit */
bool actor_has_role(const struct actor *a, unsigned roles);   /* in any unit */

const char *role_name(enum role role); /* "clerk" */
bool role_parse(const char *name, enum role *role);
const char *account_kind_name(enum account_kind kind);
bool account_kind_parse(const char *name, enum account_kind *kind);

#endif
