/* numbers.c — see numbers.h. Of a series one block at a time is on its way; who finds no number left waits
 * for it. The next is asked for when half of a block is used, by one who has his number already. */
#include "numbers.h"

#include <string.h>
#include <talloc.h>

#include "bell.h"
#include "civil.h"
#include "clock.h"
#include "store.h"
#include "table.h"

enum { BLOCK_MOST = 512, QUICK_MS = 2000, RANGES_MAX = 2, KEY_TEXT = 48 };

struct range {
    int64_t next, end; /* end: first number that is not ours */
};

struct series { /* one unit and day */
    UT_hash_handle hh;
    char key[KEY_TEXT];
    int32_t day;
    int64_t block, taken_at_ms, left;
    bool is_reserving; /* a task waits for the store */
    unsigned waiting;  /* tasks without a number */
    size_t count;
    struct range ranges[RANGES_MAX];
};

struct numbers {
    struct series *series;
    int32_t day;             /* series of other days are forgotten */
    struct bell has_arrived; /* some block */
};
TABLE_OWNER(numbers, series)

struct numbers *numbers_new(void *ctx)
{
    struct numbers *n = talloc_zero(ctx, struct numbers);
    bell_init(&n->has_arrived);
    talloc_set_destructor(n, numbers_drop_table);
    return n;
}

static void forget_other_days(struct numbers *n, int32_t day)
{
    struct series *s, *next;
    if (n->day == day)
        return;
    n->day = day;
    HASH_ITER(hh, n->series, s, next)
    if (s->day != day && !s->is_reserving && s->waiting == 0) {
        HASH_DEL(n->series, s);
        talloc_free(s);
    }
}

static struct series *series_of(struct numbers *n, const char *unit, int32_t day)
{
    struct series *s;
    char key[KEY_TEXT];
    snprintf(key, sizeof key, "%s %d", unit, (int)day);
    HASH_FIND_STR(n->series, key, s);
    if (!s) {
        s = talloc_zero(n, struct series);
        snprintf(s->key, sizeof s->key, "%s", key);
        s->day = day;
        s->block = 1;
        HASH_ADD_STR(n->series, key, s);
    }
    return s;
}

static int64_t take(struct series *s)
{
    int64_t number = s->ranges[0].next++;
    s->left--;
    if (s->ranges[0].next == s->ranges[0].end)
        memmove(s->ranges, s->ranges + 1, --s->count * sizeof *s->ranges);
    return number;
}

/* Larger blocks while they are used up quickly, and one for all who wait. */
static int64_t block_size(struct series *s)
{
    int64_t now = clock_steady_ms();
    bool quick = now - s->taken_at_ms < QUICK_MS;
    s->block = !quick ? 1 : s->block < BLOCK_MOST ? s->block * 2 : BLOCK_MOST;
    s->taken_at_ms = now;
    return s->block > s->waiting ? s->block : s->waiting;
}

static int reserve(struct task *t, struct numbers *n, struct series *s, const char *unit)
{
    int64_t first, size = block_size(s);
    s->is_reserving = true; /* so it is not forgotten */
    int rc = store_reserve_numbers(t, unit, s->day, size, &first);
    s->is_reserving = false;
    bell_ring(&n->has_arrived); /* if there is none, the next one tries */
    TRY(rc);
    s->ranges[s->count++] = (struct range){ first, first + size };
    s->left += size;
    return 0;
}

static int wait_or_reserve(struct task *t, struct numbers *n, struct series *s, const char *unit)
{
    s->waiting++;
    int rc = s->is_reserving ? bell_wait(t, &n->has_arrived, task_left_ms(t)) : reserve(t, n, s, unit);
    s->waiting--;
    return rc;
}

/* The series with a number to take; another one after a wait, if midnight has passed. */
static int series_with_number(struct task *t, struct numbers *n, const char *unit, int32_t day,
                              struct series **s)
{
    while (*s = series_of(n, unit, day), (*s)->count == 0)
        TRY(wait_or_reserve(t, n, *s, unit));
    return 0;
}

int numbers_next(struct task *t, struct numbers *n, const char *unit, int64_t now_ms,
                 char code[DOSSIER_CODE_TEXT])
{
    struct series *s;
    int32_t day = civil_day_of(now_ms);
    forget_other_days(n, day);
    TRY(series_with_number(t, n, unit, day, &s));
    dossier_code_format(unit, day, take(s), code);
    if (s->left > 0 && s->left < s->block / 2 && s->count < RANGES_MAX && !s->is_reserving)
        reserve(t, n, s, unit); /* for others: if it fails, they will see */
    return 0;
}
