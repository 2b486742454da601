/* job_rating.c — what happens to ratings in their own time. A dossier that has ended gets its link, and its
 * cell a key; ten answers of a cell are opened and written together; what was too little to stand alone when
 * the quarter closed is counted for the unit, or for the province. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "ids.h"
#include "offload.h"

enum { HOUR_MS = 3600000, MIX_MOST = 200, POOL_PAGE = 1000 };

/* ---- a dossier has ended ---------------------------------------------------------------------------- */

static void make_keys(void *arg)
{
    struct blind_keys *keys = arg;
    if (!blind_make(keys))
        keys->secret_size = 0;
}

static int make_cell(struct task *t, struct cell *c)
{
    struct blind_keys *keys = talloc_zero(t, struct blind_keys);
    TRY(task_offload(t, make_keys, keys));
    if (keys->secret_size == 0)
        return err_set(task_err(t), E_BUSY, "no key could be made");
    c->public_key = keys->public;
    c->public_size = keys->public_size;
    c->secret_key = crypt_seal(t, feedback_of(t)->seal_key, cell_about(t, c), keys->secret, keys->secret_size,
                               &c->secret_size);
    return store_cell_put(t, c);
}

static int ensure_cell(struct task *t, const struct rateable *d)
{
    struct cell c = { .unit_code = d->unit_code,
                      .field_code = d->field_code,
                      .quarter = quarter_of(d->ended_at_ms) };
    bool exists;
    TRY(store_cell_exists(t, c.unit_code, c.field_code, c.quarter, &exists));
    return exists ? 0 : make_cell(t, &c);
}

int job_open_rating(struct task *t, struct job *job)
{
    struct rateable d;
    uint8_t secret[TOKEN_BYTES];
    bool found, made;
    TRY(store_rateable(t, job->key, NULL, &d, &found));
    if (!found || !d.ended_at_ms) /* it runs again */
        return 0;
    if (!d.field_code)
        return err_set(task_err(t), E_BUSY, "the procedure of %s has not arrived yet", d.code);
    int64_t closes_ms = quarter_closes_at(quarter_of(d.ended_at_ms), (int)config_of(t)->rating_days);
    if (task_now_ms(t) >= closes_ms)
        return 0;
    TRY(ensure_cell(t, &d));
    random_bytes(secret, sizeof secret);
    return store_link_mail(t, d.code, crypt_base64(t, secret, sizeof secret), closes_ms, &made);
}

/* ---- answers become readable ------------------------------------------------------------------------ */

/* Rows first … first + n - 1 of those that wait, opened. */
static int unseal(struct task *t, const struct db_rows *rows, int first, struct mixed *m)
{
    struct id *ids = talloc_array(t, struct id, m->n);
    struct rating *ratings = talloc_array(t, struct rating, m->n);
    for (size_t i = 0; i < m->n; i++) {
        int row = first + (int)i;
        size_t size, n;
        const uint8_t *sealed = db_blob(t, rows, row, "sealed", &size);
        const uint8_t *opened = crypt_unseal(t, feedback_of(t)->seal_key,
                                             answer_about(t, db_num(rows, row, "cell")), sealed, size, &n);
        db_get_id(rows, row, "id", &ids[i]);
        if (!opened || !rating_unpack(t, opened, n, &ratings[i]))
            return err_set(task_err(t), E_BUG, "an answer does not open: is seal_key_file another one?");
        talloc_free((void *)opened);
    }
    rating_blur_origins(ratings, m->n);
    m->ids = ids;
    m->ratings = ratings;
    return 0;
}

int job_mix(struct task *t, struct job *job)
{
    struct cell c;
    const struct db_rows *rows;
    bool found;
    int64_t id = strtoll(job->key, NULL, 10);
    TRY(store_sealed(t, id, MIX_MOST, &rows));
    struct mixed m = { .n = (size_t)db_count(rows) };
    if (m.n < RATING_MIX)
        return 0;
    TRY(store_cell(t, id, &c, &found));
    ASSERT(found);
    m.unit_code = c.unit_code;
    m.field_code = c.field_code;
    m.quarter = c.quarter;
    TRY(unseal(t, rows, 0, &m));
    return store_mix(t, &m);
}

/* ---- what was too little ---------------------------------------------------------------------------- */

/* How many rows from `first` on are of the same quarter and, if they are to be, of the same unit. */
static int alike(const struct db_rows *rows, int first, bool by_unit)
{
    int n = 1;
    while (first + n < db_count(rows) &&
           db_num(rows, first + n, "quarter") == db_num(rows, first, "quarter") &&
           (!by_unit || strcmp(db_str(rows, first + n, "unit_code"), db_str(rows, first, "unit_code")) == 0))
        n++;
    return n;
}

/* One group: of ten or more it is counted, else it waits. */
static int pool_group(struct task *t, const struct db_rows *rows, int first, int n, bool by_unit)
{
    struct mixed m = { .unit_code = by_unit ? db_str(rows, first, "unit_code") : "",
                       .field_code = "",
                       .quarter = (int)db_num(rows, first, "quarter"),
                       .is_pooled = true,
                       .n = (size_t)n };
    if (n < RATING_MIX)
        return 0;
    TRY(unseal(t, rows, first, &m));
    return store_mix(t, &m);
}

/* Page by page, each going on behind the last whole group: what is not seen yet must not be taken for less
 * than it is. *after: the last unit that was dealt with; *more: there are others. */
static int pool_page(struct task *t, int quarter, bool by_unit, struct sealed_place *after, bool *more)
{
    const struct db_rows *rows;
    TRY(store_sealed_until(t, quarter, after, POOL_PAGE, &rows));
    *more = db_count(rows) == POOL_PAGE;
    for (int i = 0, n; i < db_count(rows); i += n) {
        n = alike(rows, i, by_unit);
        bool is_cut = *more && i + n == db_count(rows);
        if (is_cut && i > 0)
            break;
        TRY(pool_group(t, rows, i, n, by_unit));
        if (is_cut) /* a page full of it: the rest is next */
            break;
        after->quarter = (int)db_num(rows, i + n - 1, "quarter");
        after->unit_code = talloc_strdup(t, db_str(rows, i + n - 1, "unit_code"));
    }
    talloc_free((void *)rows);
    return 0;
}

/* Every unit is dealt with before what is left is counted for the province. */
static int pool(struct task *t, int quarter, bool by_unit)
{
    struct sealed_place after = { 0, "" };
    for (bool more = true; more;)
        TRY(pool_page(t, quarter, by_unit, &after, &more));
    return 0;
}

int job_pool(struct task *t, struct job *job)
{
    int quarter = quarter_closed(task_now_ms(t), (int)config_of(t)->rating_days);
    TRY(pool(t, quarter, true));
    TRY(pool(t, quarter, false));
    TRY(store_links_expired(t));
    job->again_ms = HOUR_MS;
    return 0;
}
