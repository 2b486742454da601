/* http_preview.c — what a decision would lead to, before it is taken: the state and each move as it would be
 * told. A move is packed as it would leave for notification, which puts it into words: the letter that is
 * looked at is made by what makes the letter that is sent. Nothing is saved. */
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"
#include "pb.h"
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

static json_t *preview_json(struct task *t, const struct decision *d, const struct told *told)
{
    json_t *moves = json_array();
    int64_t fee_dong = 0;
    for (size_t i = 0; i < d->moves_count; i++)
        json_array_append_new(moves, move_json(t, d, i, told));
    for (size_t i = 0; d->asks_fee && i < d->fee_lines_count; i++)
        fee_dong += d->fee_lines[i]->amount_dong;
    return json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:o}", "code", d->next.code, "status", d->next.status,
                     "status_name", status_phrase(d->next.status)->vi, "due_at_ms",
                     (json_int_t)d->next.due_at, "answer_by_ms", (json_int_t)d->next.answer_by,
                     "fee_asked_dong", (json_int_t)fee_dong, "moves", moves);
}

int http_preview(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct decision d;
    struct told told;
    struct change ch = { .code = http_param(rq, "code"), .actor = rq->actor };
    TRY(decision_asked(t, rq, &ch));
    int rc = change_preview(t, &ch, &d, &told);
    if (rc == E_STALE)
        return refuse_stale(t, rq, ch.if_version, re);
    TRY(rc);
    http_reply_json(re, 200, preview_json(t, &d, &told));
    return 0;
}
