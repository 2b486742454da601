/* change.c — see handlers.h. */
#include "handlers.h"

enum { TRIES = 5 };

static int load(struct task *t, const struct change *ch, struct case_file *c, bool *seen)
{
    bool found;
    TRY(store_case(t, ch->code, ch->cause.event, c, &found, seen));
    if (!found || (ch->actor && !case_is_visible_to(c, ch->actor)))
        return err_set(task_err(t), E_NOT_FOUND, "no case %s for this caller", ch->code);
    if (ch->if_version && c->version != ch->if_version && !*seen)
        return err_set(task_err(t), E_STALE, "case %s is at version %lld", ch->code, (long long)c->version);
    return 0;
}

/* What is forwarded is worked in the hours of the unit it goes to. */
static const char *working_unit(const struct act *a, const struct case_file *c)
{
    return a->transition == MOTCUA__TRANSITION__FORWARD ? a->target_unit : c->handling_unit_code;
}

static int save(struct task *t, const struct change *ch, const struct case_file *c, const struct office *o,
                struct decision *d, bool *saved)
{
    struct told told;
    TRY(office_told(t, &d->next, o, ch->actor, &told));
    if (ch->act.transition == MOTCUA__TRANSITION__SUPPLY)
        return store_case_supply(t, c, d, &told, ch->papers, ch->papers_count, ch->batch, &ch->cause, saved);
    return store_case_save(t, c, d, &told, &ch->cause, saved);
}

/* Nothing is decided: an event comes again. A command may have been done before, which its answer tells. */
static int kept_changing(struct task *t, const struct change *ch)
{
    return ch->cause.event
               ? err_set(task_err(t), E_BUSY, "case %s kept changing", ch->code)
               : err_set(task_err(t), E_CONFLICT, "case %s kept changing, or the command is done", ch->code);
}

static int decide_now(struct task *t, struct change *ch, const struct case_file *c, struct office *o,
                      struct decision *d)
{
    if (!ch->act.target_unit)
        ch->act.target_unit = c->unit_code; /* forwarded within the unit, unless another is named */
    TRY(office_of(t, c, working_unit(&ch->act, c), o));
    ch->act.actor = ch->actor;
    ch->act.counter_roles = actor_roles_in(ch->actor, c->unit_code);
    ch->act.handling_roles = actor_roles_in(ch->actor, c->handling_unit_code);
    ch->act.at_ms = task_now_ms(t);
    return decide(t, c, &ch->act, o, d, task_err(t));
}

int change_preview(struct task *t, struct change *ch, struct decision *d, struct told *told)
{
    bool seen;
    struct office o;
    struct case_file c;
    TRY(load(t, ch, &c, &seen));
    TRY(decide_now(t, ch, &c, &o, d));
    return office_told(t, &d->next, &o, ch->actor, told);
}

int change_case(struct task *t, struct change *ch, struct decision *d, bool *done)
{
    bool saved = false;
    for (int i = 0; i < TRIES && !saved; i++) {
        struct case_file c;
        struct office o;
        bool seen;
        TRY(load(t, ch, &c, &seen));
        *done = !seen;
        if (seen)
            return 0;
        TRY(decide_now(t, ch, &c, &o, d));
        if (ch->answer)
            ch->cause.answer = ch->answer(t, d);
        TRY(save(t, ch, &c, &o, d, &saved));
        if (saved)
            say_case(t, &c, &d->next, ch->actor);
    }
    return saved ? 0 : kept_changing(t, ch);
}
