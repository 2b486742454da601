/* http_decide.c — what people decide: one address for every transition of the table. The decision is made on
 * the version in If-Match; if somebody was faster it is refused and shown what changed. */
#include <string.h>
#include <talloc.h>

#include "blob.h"
#include "civil.h"
#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "phrases.h"
#include "status.h"

static const struct phrase NO_ACTION = { "action_unknown", "Không có hành động {}.",
                                         "There is no action {}." };
static const struct phrase NO_FILE = { "result_file_unknown",
                                       "Không tìm thấy tệp kết quả. Tải tệp lên trước.",
                                       "The result's file is not there. Upload it first." };

/* ---- reading -------------------------------------------------------------------------------------- */

static Motcua__Transition read_action(struct reader *r)
{
    const char *name = read_text(r, "action", 40, REQUIRED);
    const ProtobufCEnumValue *v =
        name ? protobuf_c_enum_descriptor_get_value_by_name(&motcua__transition__descriptor, name) : NULL;
    if (name && (!v || v->value == 0))
        err_fault(r->err, "action", &NO_ACTION, name);
    return v ? (Motcua__Transition)v->value : 0;
}

size_t read_asked(struct reader *r, Motcua__AskedPaper ***out)
{
    size_t n = read_list(r, "papers", 50, OPTIONAL), count = 0;
    struct reader item;
    *out = talloc_zero_array(r->ctx, Motcua__AskedPaper *, n);
    for (size_t i = 0; i < n; i++) {
        if (!read_item(r, "papers", i, &item))
            continue;
        Motcua__AskedPaper *p = (*out)[count++] = talloc(r->ctx, Motcua__AskedPaper);
        motcua__asked_paper__init(p);
        p->component_code = pb_text(read_text(&item, "component", 40, OPTIONAL));
        p->name = pb_text(read_text_line(&item, "name", 2000, REQUIRED));
        p->reason = pb_text(read_text(&item, "reason", 1000, OPTIONAL));
        reader_close(&item);
    }
    return count;
}

static void read_file(struct reader *r, Motcua__Result *result)
{
    struct reader file;
    if (!read_object(r, "file", OPTIONAL, &file))
        return;
    const char *hex = read_text(&file, "sha256", 64, REQUIRED);
    result->file_name = pb_text(read_text_line(&file, "name", 255, REQUIRED));
    result->media_type = pb_text(read_text(&file, "type", 100, REQUIRED));
    result->sha256.data = talloc_zero_size(r->ctx, SHA256_BYTES);
    result->sha256.len = SHA256_BYTES;
    if (hex && !crypt_unhex(hex, result->sha256.data, SHA256_BYTES))
        err_fault(r->err, reader_path(&file, "sha256"), &NO_FILE, NULL);
    reader_close(&file);
}

static int64_t read_date(struct reader *r, const char *name, int minute)
{
    int64_t ms = 0;
    const char *text = read_text(r, name, 10, OPTIONAL);
    if (text && !civil_parse(text, CIVIL_DATE, &ms))
        err_fault(r->err, reader_path(r, name), &phrase_date, NULL);
    return text && ms ? civil_day_ms(civil_day_of(ms), minute) : 0;
}

static void read_result(struct reader *r, const struct actor *actor, int64_t now_ms, struct act *a)
{
    struct reader result;
    if (!read_object(r, "result", OPTIONAL, &result))
        return;
    a->result = talloc(r->ctx, Motcua__Result);
    motcua__result__init(a->result);
    a->result->number = pb_text(read_text_line(&result, "number", 100, REQUIRED));
    a->result->name = pb_text(read_text_line(&result, "name", 1000, REQUIRED));
    const char *signer = read_text_line(&result, "signer", 127, OPTIONAL);
    a->result->signer = pb_text(signer ? signer : actor->name);
    a->result->agency = pb_text(read_text_line(&result, "agency", 300, OPTIONAL));
    int64_t signed_at = read_date(&result, "signed_on", 12 * 60);
    a->result->signed_at_ms = signed_at ? signed_at : now_ms;
    read_file(&result, a->result);
    reader_close(&result);
}

static int read_act(struct task *t, const struct http_request *rq, struct act *a)
{
    enum { CLOSING = 17 * 60 };
    const struct json_node *body;
    struct reader assignee;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    a->transition = read_action(&r);
    a->reason = read_text(&r, "reason", 2000, OPTIONAL);
    a->target_unit = read_text(&r, "unit", UNIT_CODE_TEXT - 1, OPTIONAL);
    a->received_by = read_text_line(&r, "received_by", 200, OPTIONAL);
    a->new_due_ms = read_date(&r, "due", CLOSING);
    a->refund = read_bool(&r, "refund", false);
    a->papers_count = read_asked(&r, &a->papers);
    read_result(&r, rq->actor, task_now_ms(t), a);
    if (read_object(&r, "assignee", OPTIONAL, &assignee)) {
        a->assignee_id = read_text(&assignee, "id", 36, REQUIRED);
        a->assignee_name = read_text_line(&assignee, "name", 127, REQUIRED);
        reader_close(&assignee);
    }
    return reader_close(&r);
}

/* ---- what must exist ------------------------------------------------------------------------------ */

static int check_unit(struct task *t, const struct act *a)
{
    const char *name = NULL;
    if (!a->target_unit)
        return 0;
    TRY(office_unit_name(t, a->target_unit, &name));
    return name ? 0 : err_fault(task_err(t), "unit", &phrase_unit_unknown, NULL);
}

static int check_file(struct task *t, struct act *a)
{
    if (!a->result || a->result->sha256.len == 0)
        return 0;
    int rc = blob_hold(t, a->result->sha256.data, &a->result->size_bytes);
    if (rc != E_NOT_FOUND)
        return rc;
    err_clear(task_err(t));
    return err_fault(task_err(t), "result.file.sha256", &NO_FILE, NULL);
}

int decision_asked(struct task *t, const struct http_request *rq, struct change *ch)
{
    TRY(http_if_match(t, rq, &ch->if_version));
    TRY(read_act(t, rq, &ch->act));
    TRY(check_unit(t, &ch->act));
    return check_file(t, &ch->act);
}

/* ---- answering ------------------------------------------------------------------------------------ */

static json_t *changes_json(const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:I, s:I, s:s, s:i, s:i, s:s, s:s}", "version",
                                              (json_int_t)db_num(rows, i, "version"), "at_ms",
                                              (json_int_t)db_num(rows, i, "at"), "transition",
                                              db_str(rows, i, "transition"), "status_before",
                                              (int)db_num(rows, i, "status_before"), "status",
                                              (int)db_num(rows, i, "status"), "by",
                                              db_str(rows, i, "by_name"), "note", db_str(rows, i, "note")));
    return list;
}

/* The second of two who decided: what the first one did. */
int refuse_stale(struct task *t, const struct http_request *rq, int64_t seen_version, struct http_reply *re)
{
    const struct db_rows *rows;
    struct err stale = *task_err(t);
    err_clear(task_err(t));
    TRY(store_moves(t, http_param(rq, "code"), seen_version, &rows));
    http_reply_problem(re, rq, &stale, json_pack("{s:o}", "changes", changes_json(rows)));
    *task_err(t) = stale;
    return stale.code;
}

static const char *answer(struct task *t, const struct decision *d)
{
    json_t *o =
        json_own(t, json_pack("{s:s, s:i, s:s, s:I, s:I}", "code", d->next.code, "status", d->next.status,
                              "status_name", status_phrase(d->next.status)->vi, "version",
                              (json_int_t)d->next.version, "due_at_ms", (json_int_t)d->next.due_at));
    return json_print(t, o);
}

int http_decide(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct decision d;
    bool done;
    struct change ch = {
        .code = http_param(rq, "code"), .actor = rq->actor, .cause = rq->cause, .answer = answer
    };
    TRY(decision_asked(t, rq, &ch));
    ch.cause.status = 200;
    int rc = change_case(t, &ch, &d, &done);
    if (rc == E_STALE)
        return refuse_stale(t, rq, ch.if_version, re);
    TRY(rc);
    http_reply_etag(re, d.next.version);
    http_reply_text(re, 200, "application/json", ch.cause.answer);
    return 0;
}
