/* http_rating.c — what the applicant says of the service when the dossier has ended: once, and nobody is
 * shown by whom. */
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "status.h"

static const struct phrase NOT_YET = { "rating_not_yet", "Hồ sơ đang “{}”. Hãy đánh giá khi đã có kết quả.",
                                       "The dossier is “{}”. Rate it when it has ended." };
static const struct phrase RATED = { "rated_already", "Hồ sơ này đã được đánh giá. Cảm ơn bạn.",
                                     "This dossier has been rated already. Thank you." };

static int read_rating(struct task *t, const struct http_request *rq, struct rating *out)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    out->is_clear = read_int(&r, "is_clear", 1, RATING_BEST, REQUIRED);
    out->is_simple = read_int(&r, "is_simple", 1, RATING_BEST, REQUIRED);
    out->is_helpful = read_int(&r, "is_helpful", 1, RATING_BEST, REQUIRED);
    out->is_in_time = read_int(&r, "is_in_time", 1, RATING_BEST, REQUIRED);
    out->words = pb_text(read_text(&r, "words", 1000, OPTIONAL));
    return reader_close(&r);
}

static bool may_be_rated(int status)
{
    return status_is_final(status) || status == MOTCUA__STATUS__FINISHED;
}

static const char *name_of(const struct http_request *rq, int status)
{
    return rq->is_english ? status_phrase(status)->en : status_phrase(status)->vi;
}

int http_rate(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    bool saved;
    struct rating rating = { .rated_at_ms = task_now_ms(t) };
    struct cause cause = rq->cause;
    TRY(dossier_for(t, rq, &d, &access));
    if (!(access & ACCESS_OWNER))
        return err_set(task_err(t), E_DENIED, "only the applicant rates a dossier");
    TRY(read_rating(t, rq, &rating));
    if (!may_be_rated(d.status))
        return err_say(task_err(t), E_CONFLICT, &NOT_YET, name_of(rq, d.status));
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"code\":\"%s\",\"rated\":true}", d.code);
    TRY(store_rating(t, &d, &rating, &cause, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &RATED, NULL);
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}
