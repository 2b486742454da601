/* gaming.h — figures made to look well: what stands out in how dossiers were moved, and which dossiers those
 * are. Pure. It accuses nobody: a finding says what is unusual and shows the dossiers; people look at them.
 *
 *   closed early    the result was signed in time, taken back, and was not there in time
 *   late pause      an official asks for papers or money at the very end of the limit much more often than
 *                   others do: the clock stops just before it rings
 *   mass closing    an official signs at the end of a day far more results than on his other days
 *   tablet alone    a clerk opened ratings on the tablet that nobody had come for, or one right after the
 *                   other, much more often than other clerks
 *   hasty ratings   ratings came faster than people answer, or many from one device (counted by the gate of
 *                   ratings when they come: afterwards nothing tells one from another)
 */
#ifndef GAMING_H
#define GAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gaming {
    GAMING_CLOSED_EARLY,
    GAMING_LATE_PAUSE,
    GAMING_MASS_CLOSING,
    GAMING_HASTY_RATINGS,
    GAMING_TABLET_ALONE,
    GAMINGS
};

enum gaming_act { ACT_PAUSED, ACT_SIGNED, ACT_TAKEN_BACK };

struct gaming_move { /* times Unix ms */
    const char *code, *official, *unit;
    enum gaming_act act;
    int64_t at, due, started; /* due: the appointment before the move; started: when its limit began */
};

enum { GAMING_NEAR_MS = 3600000 }; /* who comes for a result rates within the hour */

struct gaming_tablet { /* a rating opened at the counter; times Unix ms, 0: not yet */
    const char *code, *clerk, *unit;
    int64_t at, returned_at, ended_at; /* of the dossier: handed over, and when its result was there */
    bool is_alone;                     /* filled in */
};

struct finding {
    enum gaming kind;
    const char *official, *unit; /* of his last move in it */
    const char *name;            /* NULL: as his moves say */
    int64_t at;                  /* of the first move */
    size_t codes_count;
    const char **codes;
};

struct findings {
    size_t count;
    struct finding *list;
};

/* What stands out among the moves of a month or so, in no order. Owner: ctx; texts are the moves'. now_ms:
 * what is not signed again by then was not there in time. */
struct findings *gaming_find(const void *ctx, const struct gaming_move *moves, size_t n, int64_t now_ms);

/* The same among the ratings clerks opened; sorts the list. */
struct findings *gaming_find_tablets(const void *ctx, struct gaming_tablet *list, size_t n);

/* ---- when a number stands out ---- */

/* k of n, where the share of the others is others_k of others_n (taken as a twentieth at least). */
bool gaming_share_stands_out(int64_t k, int64_t n, int64_t others_k, int64_t others_n);
/* k on a day, where his other days make `other` over `days`, and everybody's `all` over `all_days`. */
bool gaming_day_stands_out(int64_t k, int64_t other, int64_t days, int64_t all, int64_t all_days);

const char *gaming_name(enum gaming kind); /* "closed_early" */

#endif
