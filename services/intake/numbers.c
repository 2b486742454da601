/* numbers.c — see numbers.h. */
#include "numbers.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "clock.h"
#include "store.h"
#include "table.h"

enum { BLOCK_MOST = 256, QUICK_MS = 2000, RANGES_MAX = 8, KEY_TEXT = 48 };

struct range {
    int64_t next, end; /* end: first number that is not ours */
};

struct series { /* one unit and day */
    UT_hash_handle hh;
    char key[KEY_TEXT];
    int32_t day;
    int64_t block, taken_at_ms;
    unsigned reserving; /* tasks that wait for the store */
    size_t count;
    struct range ranges[RANGES_MAX];
};

struct numbers {
    struct series *series;
    int32_t day; /* series of other days are forgotten */
};
TABLE_OWNER(numbers, series)

struct numbers *numbers_new(void *ctx)
{
    struct numbers *n = talloc_zero(ctx, struct numbers);
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
    if (s->day != day) {
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
    if (s->ranges[0].next == s->ranges[0].end)
        memmove(s->ranges, s->ranges + 1, --s->count * sizeof *s->ranges);
    return number;
}

/* Larger blocks while they are used up quickly; whoever comes while one is on its way takes a single number.
 */
static int64_t block_size(struct series *s)
{
    int64_t now = clock_steady_ms();
    bool quick = now - s->taken_at_ms < QUICK_MS;
    if (s->reserving > 0)
        return 1;
    s->block = !quick ? 1 : s->block < BLOCK_MOST ? s->block * 2 : BLOCK_MOST;
    s->taken_at_ms = now;
    return s->block;
}

static int reserve(struct task *t, struct numbers *n, const char *unit, int32_t day, int64_t *number)
{
    struct series *s = series_of(n, unit, day);
    int64_t first, size = block_size(s);
    s->reserving++;
    int rc = store_reserve_numbers(t, unit, day, size, &first);
    s = series_of(n, unit, day); /* midnight may have passed, and this be another one */
    s->reserving -= s->reserving > 0;
    TRY(rc);
    *number = first;
    if (size > 1 && s->count < RANGES_MAX)
        s->ranges[s->count++] = (struct range){ first + 1, first + size };
    return 0;
}

int numbers_next(struct task *t, struct numbers *n, const char *unit, int64_t now_ms,
                 char code[DOSSIER_CODE_TEXT])
{
    int64_t number;
    int32_t day = civil_day_of(now_ms);
    forget_other_days(n, day);
    struct series *s = series_of(n, unit, day);
    if (s->count > 0)
        number = take(s);
    else
        TRY(reserve(t, n, unit, day, &number));
    dossier_code_format(unit, day, number, code);
    return 0;
}
