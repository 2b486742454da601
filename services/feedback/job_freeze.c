/* job_freeze.c — a period that has ended is frozen: its facts are copied unit by unit, what they come to is
 * written down and signed, and of quarters and years the pages are published. A run that breaks off is gone
 * on with by the next: rows that were copied stay. Nothing is left out after a stop: each ripe period
 * follows, the oldest first, a few a run. */
#include <string.h>
#include <talloc.h>

#include "indexes.h"

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS, SOON_MS = 1000 };
enum { A_RUN = 6 }; /* a province's quarter takes seconds; the rest is for the next run */

static const struct phrase NOT_ENDED = { "period_not_ended",
                                         "Kỳ {} chưa kết thúc hoặc chưa hết hạn đánh giá.",
                                         "Period {} has not ended, or may still be rated." };

static const struct phrase NOTHING = { "period_empty", "Kỳ {} chưa có hồ sơ nào để chốt.",
                                       "There is no dossier of period {}, nothing to freeze." };

static int write_content(struct task *t, int64_t period, const char *weights_text, struct pages *pages,
                         const char **content)
{
    struct source s = { .period = period, .is_frozen = true };
    struct i766_weights weights;
    TRY(weights_read(t, weights_text, &weights, task_err(t)));
    TRY(book_load(t, &s, NULL, &pages->book, &pages->names));
    *content = content_json(t, period, pages->book, weights_text, &weights);
    return 0;
}

int freeze_recount(struct task *t, const struct freeze *f, const char **content)
{
    struct pages none;
    return write_content(t, f->period, f->weights, &none, content);
}

static int copy_facts(struct task *t, int64_t period)
{
    const struct db_rows *units;
    struct source s = { .period = period, .is_frozen = true };
    TRY(store_freeze_lists(t, period));
    TRY(store_index_units(t, &s, &units));
    for (int i = 0; i < db_count(units); i++)
        TRY(store_freeze_unit(t, period, db_str(units, i, "code")));
    return store_freeze_unit(t, period, ""); /* answers too few for a unit of their own */
}

/* From when on it may be frozen: what was said late has arrived, and of a quarter or year no rating comes any
 * more. */
static int64_t ripe_at(struct task *t, int64_t period)
{
    const struct feedback_config *cfg = config_of(t);
    int64_t days = period_kind(period) != PERIOD_MONTH && cfg->rating_days > cfg->freeze_days
                       ? cfg->rating_days
                       : cfg->freeze_days;
    return period_span(period).to_ms + days * DAY_MS;
}

/* What was said of it has all come, and there is something: to what is frozen nothing is added any more. */
static int check_ripe(struct task *t, int64_t period)
{
    bool wait;
    int64_t first_ms;
    const char *name = talloc_asprintf(t, "%lld", (long long)period);
    TRY(store_answers_wait(t, period, &wait));
    TRY(store_first_fact(t, &first_ms));
    if (wait || task_now_ms(t) < ripe_at(t, period))
        return err_say(task_err(t), E_CONFLICT, &NOT_ENDED, name);
    if (!first_ms || first_ms >= period_span(period).to_ms)
        return err_say(task_err(t), E_CONFLICT, &NOTHING, name);
    return 0;
}

int freeze_period(struct task *t, int64_t period, const char *by_name, const struct cause *cause,
                  struct pages *pages, bool *frozen)
{
    const struct indexes *own = feedback_of(t)->indexes;
    uint8_t signature[SIGNATURE_BYTES];
    struct freeze f = { .period = period,
                        .frozen_at_ms = task_now_ms(t),
                        .by_name = by_name,
                        .weights = own->weights_text,
                        .key_id = own->key.id,
                        .signature = signature };
    TRY(check_ripe(t, period));
    TRY(copy_facts(t, period));
    TRY(write_content(t, period, own->weights_text, pages, &f.content));
    crypt_sign(own->key.secret_key, f.content, strlen(f.content), signature);
    return store_freeze_put(t, &f, cause, frozen);
}

/* ---- when its time has come ---- */

/* Every ripe period since the first fact, those that ended first before others. */
static struct db_arg ripe_periods(struct task *t, int64_t first_ms)
{
    int64_t now = task_now_ms(t), end = period_span(PERIOD_FIRST_MONTH).from_ms;
    int64_t *list = talloc_array(t, int64_t, PERIODS_MOST);
    size_t n = 0;
    if (first_ms > end)
        end = period_span(period_of(PERIOD_MONTH, first_ms)).from_ms;
    while (first_ms && (end = period_span(period_of(PERIOD_MONTH, end)).to_ms) <= now)
        for (enum period_kind kind = PERIOD_MONTH; kind <= PERIOD_YEAR; kind++) {
            int64_t p = period_of(kind, end - 1);
            if (period_span(p).to_ms == end && ripe_at(t, p) <= now && n < PERIODS_MOST)
                list[n++] = p;
        }
    return db_int_array(t, list, n);
}

/* *did: it is frozen, and of what is published the pages are there. */
static int make(struct task *t, int64_t period, bool *did)
{
    struct freeze f;
    struct pages pages = { .book = NULL };
    bool wait;
    TRY(store_freeze(t, period, &f, did));
    TRY(store_answers_wait(t, period, &wait));
    if (!*did && !wait)
        TRY(freeze_period(t, period, "", NULL, &pages, did));
    return *did && period_kind(period) != PERIOD_MONTH ? publish_period(t, period, &pages) : 0;
}

int job_freeze(struct task *t, struct job *job)
{
    const struct db_rows *rows;
    int64_t first_ms;
    int left = A_RUN;
    TRY(store_first_fact(t, &first_ms));
    TRY(store_unfrozen(t, ripe_periods(t, first_ms), &rows));
    for (int i = 0; i < db_count(rows) && left > 0; i++) {
        bool did;
        TRY(make(t, db_num(rows, i, "period"), &did));
        left -= did;
    }
    job->again_ms = left > 0 ? HOUR_MS : SOON_MS;
    return 0;
}
