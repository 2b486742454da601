/* http_preview.c — what a decision would lead to, before it is taken: the state and each move as it would be
 * told. A move is packed as it would leave for notification, which puts it into words: the letter that is
 * looked at is made by what makes the letter that is sent; so is the legal form it would issue. Nothing is
 * saved. */
#include <talloc.h>

#include "crypt.h"
#include "form_facts.h"
#include "pb.h"
#include "sheet_reply.h"
#include "status.h"

static json_t *move_json(struct task *t, const struct decision *d, size_t i, const struct told *told)
{
    size_t size;
    Motcua__Official by;
    Motcua__DossierProgressed m;
    progressed_message(d, i, told, &by, &m);
    const uint8_t *packed = pb_pack(t, &m.base, &size);
    return json_pack("{s:s, s:i, s:s}", "transition", transition_name((int)m.transition), "status",
                     d->moves[i].status, "draft", crypt_base64(t, packed, size));
}

/* The move that issues a form, and which; NULL: none does. */
static const struct move *issuing(const struct decision *d, struct issue *issue)
{
    for (size_t i = 0; i < d->moves_count; i++) {
        *issue = issue_of(&d->next, &d->moves[i]);
        if (issue->kind != FORM_NONE)
            return &d->moves[i];
    }
    return NULL;
}

static json_t *form_json(struct task *t, const struct decision *d)
{
    struct issue issue;
    if (!issuing(d, &issue))
        return json_null();
    return json_pack("{s:s, s:s}", "form", talloc_asprintf(t, "%02d", issue.kind), "name",
                     form_name(issue.kind));
}

static json_t *preview_json(struct task *t, const struct decision *d, const struct told *told)
{
    json_t *moves = json_array();
    int64_t fee_dong = 0;
    for (size_t i = 0; i < d->moves_count; i++)
        json_array_append_new(moves, move_json(t, d, i, told));
    for (size_t i = 0; d->asks_fee && i < d->fee_lines_count; i++)
        fee_dong += d->fee_lines[i]->amount_dong;
    return json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:o, s:o}", "code", d->next.code, "status",
                     d->next.status, "status_name", status_phrase(d->next.status)->vi, "due_at_ms",
                     (json_int_t)d->next.due_at, "answer_by_ms", (json_int_t)d->next.answer_by,
                     "fee_asked_dong", (json_int_t)fee_dong, "form", form_json(t, d), "moves", moves);
}

static int look_ahead(struct task *t, const struct http_request *rq, struct http_reply *re,
                      struct decision *d, struct told *told)
{
    struct change ch = { .code = http_param(rq, "code"), .actor = rq->actor };
    TRY(decision_asked(t, rq, &ch));
    int rc = change_preview(t, &ch, d, told);
    return rc == E_STALE ? refuse_stale(t, rq, ch.if_version, re) : rc;
}

int http_preview(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct decision d;
    struct told told;
    TRY(look_ahead(t, rq, re, &d, &told));
    http_reply_json(re, 200, preview_json(t, &d, &told));
    return 0;
}

/* ---- the form it would issue ---------------------------------------------------------------------- */

static void take_move(const struct decision *d, const struct move *m, const struct actor *by, struct legal *l)
{
    l->at_ms = m->at_ms;
    l->due_at = d->next.due_at;
    l->due_before = m->due_before;
    l->reason = m->note ? m->note : "";
    l->by_name = by->name;
    l->by_title = by->title;
    l->is_stop = m->transition == MOTCUA__TRANSITION__STOP;
    l->asked = d->next.asked;
    l->asked_count = d->next.asked_count;
}

int http_form_preview(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct decision d;
    struct told told;
    struct issue issue;
    struct legal l;
    TRY(look_ahead(t, rq, re, &d, &told));
    const struct move *m = issuing(&d, &issue);
    if (!m)
        return err_set(task_err(t), E_NOT_FOUND, "this decision issues no form");
    TRY(form_of_case(t, &d.next, issue.kind, &l));
    take_move(&d, m, rq->actor, &l);
    TRY(form_issuer(t, &l, issue.unit));
    TRY(form_papers(t, &l, INT64_MAX));
    TRY(form_units(t, &l));
    return sheet_reply(t, rq, re, legal_sheet(t, &l), talloc_asprintf(t, "xem-truoc-%02d.pdf", issue.kind));
}
