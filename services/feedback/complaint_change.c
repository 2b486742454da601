/* complaint_change.c — see complaint_work.h: load → decide → save, again while somebody else is faster. */
#include <string.h>
#include <talloc.h>

#include "complaint_work.h"
#include "pb.h"

enum { TRIES = 5 };

/* ---- who may ------------------------------------------------------------------------------------- */

static int not_for_caller(struct task *t, const char *code)
{
    return err_set(task_err(t), E_NOT_FOUND, "no complaint %s for this caller", code);
}

int complaint_for_staff(struct task *t, const char *code, const struct actor *a, struct complaint_file *f,
                        unsigned *roles)
{
    bool found;
    TRY(store_complaint(t, code, f, &found));
    *roles = found ? complaint_roles(t, &f->c, a) : 0;
    return found && complaint_is_visible(&f->c, *roles) ? 0 : not_for_caller(t, code);
}

int complaint_for_sender(struct task *t, const char *code, const char *account, const char *secret,
                         struct complaint_file *f)
{
    bool found;
    TRY(store_complaint(t, code, f, &found));
    bool has_secret = secret && complaint_secret_fits(t, code, secret);
    bool is_owner = found && account && *f->account_id && strcmp(account, f->account_id) == 0;
    return found && (has_secret || is_owner) ? 0 : not_for_caller(t, code);
}

static int load(struct task *t, struct complaint_change *ch, struct complaint_file *f)
{
    bool found = true;
    if (ch->actor) {
        TRY(complaint_for_staff(t, ch->code, ch->actor, f, &ch->doing.roles));
    } else if (ch->doing.act == ACT_ESCALATE) {
        TRY(store_complaint(t, ch->code, f, &found));
        ch->doing.roles = ROLE_SYSTEM;
    } else {
        TRY(complaint_for_sender(t, ch->code, ch->account, ch->secret, f));
        ch->doing.roles = ROLE_APPLICANT;
    }
    if (!found)
        return not_for_caller(t, ch->code);
    if (ch->if_version && f->c.version != ch->if_version)
        return err_set(task_err(t), E_STALE, "%s is at version %lld", ch->code, (long long)f->c.version);
    return 0;
}

/* ---- what others are told ------------------------------------------------------------------------- */

static bool is_secret(const struct complaint_file *f)
{
    return f->c.class == CLASS_DENUNCIATION;
}

static const ProtobufCMessage *opened(struct task *t, const struct complaint_file *f, const char *unit_name)
{
    Motcua__ComplaintOpened *m = talloc(t, Motcua__ComplaintOpened);
    motcua__complaint_opened__init(m);
    m->code = pb_text(f->c.code);
    m->class_ = pb_text(complaint_class_names[f->c.class]);
    m->unit_code = pb_text(f->c.unit_code);
    m->handling_unit_name = pb_text(unit_name);
    m->title = pb_text(is_secret(f) ? "" : f->title);
    m->dossier_code = pb_text(f->dossier_code);
    m->received_at_ms = f->c.received_at;
    m->due_at_ms = f->c.due_at;
    m->account_id = pb_text(f->account_id);
    m->name = pb_text(f->name);
    m->email = pb_text(f->email);
    m->language = pb_text(is_secret(f) ? "" : f->language);
    return &m->base;
}

static const ProtobufCMessage *answered(struct task *t, const struct complaint_file *f,
                                        const struct complaint_move *move, const char *words,
                                        const char *unit_name, const struct calendar *cal)
{
    Motcua__ComplaintAnswered *m = talloc(t, Motcua__ComplaintAnswered);
    motcua__complaint_answered__init(m);
    m->code = pb_text(f->c.code);
    m->class_ = pb_text(complaint_class_names[f->c.class]);
    m->state = pb_text(complaint_state_names[f->c.state]);
    m->outcome = pb_text(complaint_outcome_names[f->c.outcome]);
    m->title = pb_text(is_secret(f) ? "" : f->title);
    m->words = pb_text(is_secret(f) ? "" : words);
    m->answered_at_ms = move->at_ms;
    m->reopen_until_ms = complaint_reopen_until(&f->c, cal);
    m->account_id = pb_text(f->account_id);
    m->name = pb_text(f->name);
    m->email = pb_text(f->email);
    m->language = pb_text(is_secret(f) ? "" : f->language);
    m->handling_unit_name = pb_text(unit_name);
    return &m->base;
}

const ProtobufCMessage *complaint_told(struct task *t, const struct complaint_file *f,
                                       const struct complaint_move *m, const char *words,
                                       const char *unit_name, const struct calendar *cal)
{
    switch (m->act) {
    case ACT_SUBMIT: return opened(t, f, unit_name);
    case ACT_ASK_DETAIL:
    case ACT_REFUSE:
    case ACT_FORWARD:
    case ACT_ANSWER: return answered(t, f, m, words, unit_name, cal);
    default: return NULL;
    }
}

/* ---- a move --------------------------------------------------------------------------------------- */

/* The unit above is asked for only where the move may need it. */
static int fill_units(struct task *t, struct complaint_change *ch, const struct complaint_file *f)
{
    struct complaint_place p;
    struct complaint_doing *a = &ch->doing;
    bool found;
    if (a->act == ACT_PASS && a->unit) {
        TRY(complaint_unit(t, "unit", a->unit, &p));
        a->unit_above = p.above;
        return 0;
    }
    if (a->act != ACT_CLASSIFY && a->act != ACT_APPEAL && a->act != ACT_ESCALATE)
        return 0;
    TRY(store_complaint_place(t, f->c.handling_unit_code, task_now_ms(t), &p, &found));
    a->unit_above = found ? complaint_above(t, &p) : NULL;
    if (a->unit_above && f->c.about_head && strcmp(a->unit_above, f->c.unit_code) == 0)
        a->unit_above = NULL; /* it came from there, for it is about whoever leads it */
    return 0;
}

static void set_words(const struct complaint_doing *a, struct complaint_file *f)
{
    if (a->act == ACT_ASK_DETAIL || a->act == ACT_REFUSE || a->act == ACT_FORWARD || a->act == ACT_ANSWER)
        f->answer = a->words;
    if (a->act == ACT_PUBLISH)
        f->published_answer = a->words;
}

static int save(struct task *t, struct complaint_change *ch, const struct complaint_file *f,
                const struct complaint_move *move, const struct calendar *cal, bool *saved)
{
    const char *unit_name;
    TRY(complaint_unit_name(t, f->c.handling_unit_code, &unit_name));
    const struct complaint_said said = {
        .move = *move,
        .by = ch->actor,
        .words = move->act == ACT_FORWARD ? talloc_asprintf(t, "%s: %s", ch->doing.unit, ch->doing.words)
                                          : ch->doing.words,
        .told = complaint_told(t, f, move, ch->doing.words, unit_name, cal),
    };
    if (ch->answer)
        ch->cause.answer = ch->answer(t, f);
    return store_complaint_save(t, f, &said, &ch->cause, saved);
}

int complaint_change(struct task *t, struct complaint_change *ch, struct complaint_file *f)
{
    bool saved = false;
    for (int i = 0; i < TRIES && !saved; i++) {
        struct complaint next;
        struct complaint_move move;
        const struct calendar *cal;
        TRY(load(t, ch, f));
        TRY(fill_units(t, ch, f));
        TRY(complaint_calendar(t, f->c.handling_unit_code, &cal));
        ch->doing.at_ms = task_now_ms(t);
        TRY(complaint_decide(&f->c, &ch->doing, cal, &next, &move, task_err(t)));
        f->c = next;
        set_words(&ch->doing, f);
        TRY(save(t, ch, f, &move, cal, &saved));
    }
    if (!saved)
        return err_set(task_err(t), E_CONFLICT, "%s kept changing, or the command is done", ch->code);
    jobs_wake(task_env(t), "complaint_due");
    return 0;
}
