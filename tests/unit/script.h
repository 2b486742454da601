/* script.h — verification's store, office and clock as a list of answers a test has prepared, and what was
 * saved by whom. Included by one file of a test program. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <string.h>

#include "services/verification/handlers.h"
#include "tests/unit/cases.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name

/* ---- instead of store.c, office.c and task.c ----------------------------------------------------- */

static struct {
    struct err err;
    Motcua__ProcedurePublished procedure;
    size_t loads_count, loaded, saves_count, saved, kept, said;
    struct case_file loads[8]; /* what is found, one after the other; version 0: nothing */
    bool saves[8], seen;
    int store_rc;
    struct case_file next; /* what was saved last */
    struct cause cause;
    const char *by, *hours_of; /* which statement; the unit in whose working time it was decided */
    int refund_no;
    size_t papers;
} script;

static struct task *task; /* only memory */

struct err *task_err(struct task *t)
{
    (void)t;
    return &script.err;
}

int64_t task_now_ms(const struct task *t)
{
    (void)t;
    return june("02 10:00");
}

int store_case(struct task *t, const char *code, const struct id *event, struct case_file *c, bool *found,
               bool *seen)
{
    (void)t, (void)event;
    assert_string_equal(code, "000.00.05.H07-200601-0001");
    assert_in_range(script.loaded, 0, script.loads_count - 1);
    *c = script.loads[script.loaded++];
    *found = c->version > 0;
    *seen = *found && script.seen;
    return script.store_rc;
}

static int save(const char *by, const struct case_file *before, const struct case_file *next,
                const struct cause *cause, bool *saved)
{
    assert_int_equal(before->version, script.loads[script.loaded - 1].version);
    assert_in_range(script.saved, 0, script.saves_count - 1);
    *saved = script.saves[script.saved++];
    script.kept += *saved;
    script.by = by;
    script.next = *next;
    script.cause = *cause;
    return 0;
}

int store_case_save(struct task *t, const struct case_file *before, const struct decision *d,
                    const struct told *told, const struct cause *cause, bool *saved)
{
    (void)t, (void)told;
    return save("save", before, &d->next, cause, saved);
}

int store_case_supply(struct task *t, const struct case_file *before, const struct decision *d,
                      const struct told *told, Motcua__Paper *const *papers, size_t n, int64_t batch,
                      const struct cause *cause, bool *saved)
{
    (void)t, (void)told, (void)papers;
    script.papers = n * 100 + (size_t)batch;
    return save("supply", before, &d->next, cause, saved);
}

int store_case_paid(struct task *t, const struct case_file *before, const struct case_file *next,
                    int refund_no, const char *reason, const struct cause *cause, bool *saved)
{
    (void)t, (void)reason;
    script.refund_no = refund_no;
    return save("paid", before, next, cause, saved);
}

void say_case(struct task *t, const struct case_file *before, const struct case_file *now,
              const struct actor *by)
{
    (void)t, (void)by;
    assert_string_equal(before->code, now->code);
    script.said++;
}

int office_of(struct task *t, const struct case_file *c, const char *unit, struct office *o)
{
    (void)t, (void)c;
    script.hours_of = unit;
    *o = (struct office){ &office_hours, &script.procedure };
    return 0;
}

int office_told(struct task *t, const struct case_file *c, const struct office *o, const struct actor *actor,
                struct told *told)
{
    (void)t, (void)c, (void)o;
    *told = (struct told){ .actor = actor };
    return 0;
}

/* ---- scenarios ----------------------------------------------------------------------------------- */

static inline int set_up(void **state)
{
    (void)state;
    memset(&script, 0, sizeof script);
    script.procedure = a_procedure();
    task = talloc_new(NULL);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    talloc_free(task);
    return 0;
}

static inline struct case_file *loads(int status, int64_t version)
{
    struct case_file *c = &script.loads[script.loads_count++];
    *c = a_case(status);
    c->version = version;
    return c;
}

static inline void saves(bool saved)
{
    script.saves[script.saves_count++] = saved;
}

/* Everything that was prepared was used, and what was kept was said to those who look. */
static inline void assert_played(void)
{
    assert_int_equal(script.loaded, script.loads_count);
    assert_int_equal(script.saved, script.saves_count);
    assert_int_equal(script.said, script.kept);
}

#endif
