/* http_later.c — what the applicant does later: supply papers, ask to withdraw. A clerk of the unit may do
 * both for one who comes to the counter. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "status.h"

static const struct phrase NOT_ASKED = { "supplement_not_asked", "Hồ sơ không ở trạng thái chờ bổ sung ({}).",
                                         "The dossier is not waiting for papers ({})." };
static const struct phrase NO_PAPERS = { "papers_required", "Hãy kèm ít nhất một giấy tờ.",
                                         "Bring at least one paper." };
static const struct phrase NOT_WITHDRAWABLE = { "withdrawal_not_possible",
                                                "Hồ sơ đang “{}”, không rút được nữa.",
                                                "The dossier is “{}”: it cannot be withdrawn any more." };
static const struct phrase WAITS = {
    "withdrawal_waits", "Yêu cầu rút hồ sơ đã gửi, đang chờ đơn vị xem xét. Không cần gửi lại.",
    "A withdrawal has been asked for and the unit is looking at it. There is no need to ask again."
};

static int check_who(struct task *t, const struct http_request *rq, const struct dossier *d, unsigned access)
{
    if ((access & ACCESS_OWNER) || (actor_roles_in(rq->actor, d->unit_code) & ROLE_CLERK))
        return 0;
    return err_set(task_err(t), E_DENIED, "neither the applicant nor a clerk of the unit");
}

static const char *status_word(const struct http_request *rq, int status)
{
    return rq->is_english ? status_phrase(status)->en : status_phrase(status)->vi;
}

static struct cause accepted(struct task *t, const struct http_request *rq, const struct dossier *d)
{
    struct cause cause = rq->cause;
    cause.status = 202;
    cause.answer = talloc_asprintf(t, "{\"code\":\"%s\",\"accepted\":true}", d->code);
    return cause;
}

static int read_supplement(struct task *t, const struct http_request *rq, const char **note, size_t *n,
                           struct asked_paper **asked)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    *note = pb_text(read_text(&r, "note", 2000, OPTIONAL));
    papers_read(&r, n, asked);
    TRY(reader_close(&r));
    return *n > 0 ? 0 : err_fault(task_err(t), "papers", &NO_PAPERS, NULL);
}

int http_supplement(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    const char *note;
    size_t n;
    struct asked_paper *asked;
    const struct procedure *p;
    Motcua__DossierSupplemented m = MOTCUA__DOSSIER_SUPPLEMENTED__INIT;
    TRY(dossier_for(t, rq, &d, &access));
    TRY(check_who(t, rq, &d, access));
    TRY(read_supplement(t, rq, &note, &n, &asked));
    if (d.status != MOTCUA__STATUS__SUPPLEMENT_ASKED)
        return err_say(task_err(t), E_CONFLICT, &NOT_ASKED, status_word(rq, d.status));
    TRY(known_procedure(t, d.procedure_code, &p));
    TRY(papers_resolve(t, asked, n, p, rq->actor->account_id, &m.papers));
    m.code = d.code;
    m.note = pb_text(note);
    m.n_papers = n;
    m.supplied_at_ms = task_now_ms(t);
    struct cause cause = accepted(t, rq, &d);
    TRY(store_supplement(t, &d, &m, &cause));
    http_reply_text(re, 202, "application/json", cause.answer);
    return 0;
}

/* E_STALE: the dossier changed meanwhile, perhaps by another request to withdraw. */
static int withdraw(struct task *t, const struct http_request *rq, Motcua__WithdrawalRequested *m,
                    const char **answer)
{
    struct dossier d;
    unsigned access;
    TRY(dossier_for(t, rq, &d, &access));
    TRY(check_who(t, rq, &d, access));
    if (!status_allows_withdrawal(d.status))
        return err_say(task_err(t), E_CONFLICT, &NOT_WITHDRAWABLE, status_word(rq, d.status));
    if (d.withdrawal_waits)
        return err_say(task_err(t), E_CONFLICT, &WAITS, NULL);
    m->code = talloc_strdup(t, d.code);
    m->requested_at_ms = task_now_ms(t);
    struct cause cause = accepted(t, rq, &d);
    *answer = cause.answer;
    return store_withdrawal(t, &d, m, &cause);
}

static int read_withdrawal(struct task *t, const struct http_request *rq, Motcua__WithdrawalRequested *m)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    m->reason = pb_text(read_text(&r, "reason", 1000, REQUIRED));
    return reader_close(&r);
}

int http_withdraw(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    enum { TRIES = 3 };
    const char *answer;
    Motcua__WithdrawalRequested m = MOTCUA__WITHDRAWAL_REQUESTED__INIT;
    TRY(read_withdrawal(t, rq, &m));
    int rc = withdraw(t, rq, &m, &answer);
    for (int i = 1; i < TRIES && rc == E_STALE; i++) {
        err_clear(task_err(t));
        rc = withdraw(t, rq, &m, &answer);
    }
    TRY(rc);
    http_reply_text(re, 202, "application/json", answer);
    return 0;
}
