/* http_denouncer.c — who denounces: opened for an inspector of the unit it lies at, with a reason, and on
 * record before it is opened. The record of openings is for inspectors and auditors. */
#include <string.h>
#include <talloc.h>

#include "complaint_work.h"
#include "json.h"

static int open_seal(struct task *t, const char *code, const struct sealed *who, json_t **person)
{
    size_t size;
    const char *about = talloc_asprintf(t, "denouncer %s", code);
    const uint8_t *text = crypt_unseal(t, feedback_of(t)->seal_key, about, who->data, who->size, &size);
    if (!text)
        return err_set(task_err(t), E_BUG,
                       "what is sealed of %s does not open: is seal_key_file another one?", code);
    return json_parse(t, (const char *)text, size, person, task_err(t));
}

int http_denouncer(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    struct complaint_file f;
    struct sealed who;
    unsigned roles;
    bool found;
    json_t *person;
    const char *code = http_param(rq, "code");
    TRY(complaint_for_staff(t, code, rq->actor, &f, &roles));
    if (f.c.class != CLASS_DENUNCIATION || !complaint_person_is_visible(&f.c, roles))
        return err_set(task_err(t), E_DENIED, "not an inspector for %s", code);
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *reason = read_text(&r, "reason", 500, REQUIRED);
    TRY(reader_close(&r));
    TRY(store_denouncer_read(t, code, rq->actor, reason, task_now_ms(t), &who, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "%s is anonymous", code);
    TRY(open_seal(t, code, &who, &person));
    http_reply_json(re, 200, json_incref(person));
    return 0;
}

/* An auditor sees who opened it, and nothing of what it says. */
int http_denouncer_readings(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct complaint_file f;
    bool found;
    const struct db_rows *rows;
    const char *code = http_param(rq, "code");
    TRY(store_complaint(t, code, &f, &found));
    if (!found || !(complaint_roles(t, &f.c, rq->actor) & (ROLE_INSPECTOR | ROLE_AUDITOR)))
        return err_set(task_err(t), E_NOT_FOUND, "no complaint %s for this caller", code);
    TRY(store_denouncer_readings(t, code, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:I, s:s, s:s}", "at_ms",
                                              (json_int_t)db_num(rows, i, "at_ms"), "name",
                                              db_str(rows, i, "name"), "reason", db_str(rows, i, "reason")));
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "code", code, "readings", list));
    return 0;
}
