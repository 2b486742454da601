/* http_complaint.c — sending in a petition, complaint or denunciation, by anybody or by a clerk for somebody;
 * and, before it is sent, who would get it and until when. Of a denunciation the account that sends it is not
 * looked at: who denounces is sealed with what he writes about himself. */
#include <string.h>
#include <talloc.h>

#include "command.h"
#include "complaint_work.h"
#include "json.h"
#include "throttle.h"

enum { HOUR_S = 3600, CODE_LETTERS = 10 };

static const struct phrase NO_DOSSIER = { "dossier_unknown",
                                          "Không có hồ sơ {}. Kiểm tra lại mã trên giấy tiếp nhận.",
                                          "There is no dossier {}. Check the code on the receipt." };

static const struct phrase NOT_HIS = {
    "official_unknown",
    "Không có cán bộ nào có mã này, hoặc mã không đúng với họ tên. Hãy chọn trong danh sách cán bộ của hồ sơ, hoặc chỉ"
    " ghi họ tên.",
    "No official has this id, or not with this name. Choose one of those the dossier names, or give the name alone."
};

/* ---- what becomes of it --------------------------------------------------------------------------- */

struct intake { /* of one filing */
    struct complaint_filing filing;
    struct complaint_place unit, handling;
    const struct calendar *cal;
    struct complaint_file file;
    struct complaint_move move;
};

static bool is_staff(const struct http_request *rq)
{
    return rq->actor && rq->actor->kind == ACCOUNT_STAFF;
}

static int find_unit(struct task *t, struct intake *in)
{
    struct complaint_filing *f = &in->filing;
    if (*f->dossier) {
        const char *unit;
        TRY(store_complaint_dossier(t, f->dossier, &unit));
        if (!unit)
            return err_fault(task_err(t), "dossier", &NO_DOSSIER, f->dossier);
        if (!*f->unit)
            f->unit = unit;
    }
    return complaint_unit(t, "unit", f->unit, &in->unit);
}

/* By his id he is kept from it: so it must be his whom the name means, and somebody's. */
static int check_official(struct task *t, const struct complaint_filing *f)
{
    const struct db_rows *rows;
    bool is_his = false;
    if (!*f->official)
        return 0;
    TRY(store_complaint_names(t, f->official, f->dossier, &rows));
    for (int i = 0; i < db_count(rows) && !is_his; i++)
        is_his = !*f->official_name ||
                 complaint_is_about(t, "", f->official_name, "", db_str(rows, i, "official_name"));
    return is_his ? 0 : err_fault(task_err(t), "about.official", &NOT_HIS, NULL);
}

/* Whoever sends it need not know that the person leads the unit. */
static int find_head(struct task *t, struct complaint_filing *f)
{
    const struct db_rows *rows;
    if (f->is_head || (!*f->official && !*f->official_name))
        return 0;
    TRY(store_complaint_leaders(t, f->unit, &rows));
    for (int i = 0; i < db_count(rows) && !f->is_head; i++)
        f->is_head = complaint_is_about(t, f->official, f->official_name, db_str(rows, i, "official_id"),
                                        db_str(rows, i, "official_name"));
    return 0;
}

static int route(struct task *t, struct intake *in)
{
    struct complaint_filing *f = &in->filing;
    TRY(check_official(t, f));
    TRY(find_head(t, f));
    const char *handler = complaint_handler(f->unit, f->is_head, complaint_above(t, &in->unit));
    if (!handler)
        return err_fault(task_err(t), "about", &phrase_nobody_above, NULL);
    TRY(complaint_unit(t, "unit", handler, &in->handling));
    return complaint_calendar(t, handler, &in->cal);
}

static void make_code(struct task *t, struct complaint_file *file)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t bytes[CODE_LETTERS];
    char *code = talloc_zero_array(t, char, COMPLAINT_CODE_TEXT);
    random_bytes(bytes, sizeof bytes);
    memcpy(code, "PA-", 3);
    for (size_t i = 0; i < CODE_LETTERS; i++)
        code[3 + i] = letters[bytes[i] % (sizeof letters - 1)];
    file->c.code = code;
}

/* Who sent it stands in the row only where the law does not keep it secret. */
static void set_person(const struct http_request *rq, const struct complaint_filing *f,
                       struct complaint_file *file)
{
    file->account_id = file->name = file->address = file->phone = file->email = "";
    if (f->class == CLASS_DENUNCIATION)
        return;
    file->account_id = rq->actor && !is_staff(rq) ? rq->actor->account_id : "";
    file->name = f->name;
    file->address = f->address;
    file->phone = f->phone;
    file->email = f->email;
}

static void fill(const struct http_request *rq, struct intake *in)
{
    const struct complaint_filing *f = &in->filing;
    in->file = (struct complaint_file){
        .c = { .code = "",
               .class = f->class,
               .instance = 1,
               .is_anonymous = f->is_anonymous,
               .unit_code = in->unit.code,
               .handling_unit_code = in->handling.code,
               .escalated_unit = "",
               .about_official = f->official,
               .about_name = f->official_name,
               .about_head = f->is_head,
               .about_attitude = complaint_is_about_attitude(f->category) },
        .category = f->category,
        .dossier_code = f->dossier,
        .via = f->via,
        .language = f->language,
        .title = f->title,
        .content = f->content,
        .evidence = f->evidence,
        .answer = "",
        .published_answer = "",
    };
    set_person(rq, f, &in->file);
}

static int read_filing(struct task *t, const struct http_request *rq, struct intake *in)
{
    const struct json_node *body;
    struct complaint next;
    TRY(http_json(t, rq, &body));
    TRY(complaint_filing_read(t, body, is_staff(rq), &in->filing, task_err(t)));
    TRY(find_unit(t, in));
    TRY(route(t, in));
    fill(rq, in);
    const struct complaint_doing a = {
        .act = ACT_SUBMIT, .roles = ROLE_APPLICANT, .at_ms = task_now_ms(t), .words = in->filing.content
    };
    TRY(complaint_decide(&in->file.c, &a, in->cal, &next, &in->move, task_err(t)));
    in->file.c = next;
    return 0;
}

/* ---- before it is sent ---------------------------------------------------------------------------- */

static json_t *route_json(const struct intake *in)
{
    const struct complaint *c = &in->file.c;
    return json_pack("{s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:I, s:I, s:b, s:b}", "class",
                     complaint_class_names[c->class], "unit", "code", in->unit.code, "name", in->unit.name,
                     "handling_unit", "code", in->handling.code, "name", in->handling.name, "step_due_at_ms",
                     (json_int_t)c->step_due_at, "due_at_ms", (json_int_t)c->due_at, "excludes_official",
                     *c->about_official || *c->about_name, "excludes_unit",
                     c->about_head && strcmp(in->unit.code, in->handling.code) != 0);
}

static int officials_json(struct task *t, const struct intake *in, json_t *o)
{
    const struct db_rows *rows;
    json_t *list = json_array();
    json_object_set_new(o, "officials", list);
    TRY(store_complaint_officials(t, in->filing.dossier, &rows));
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "official", db_str(rows, i, "official_id"),
                                              "name", db_str(rows, i, "official_name")));
    return 0;
}

int http_complaint_preview(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct intake in;
    TRY(throttle_try(t, feedback_of(t)->throttle, "complaint_preview", rq->client,
                     config_of(t)->complaint_looks_an_hour, HOUR_S));
    TRY(read_filing(t, rq, &in));
    json_t *o = json_own(t, route_json(&in));
    TRY(officials_json(t, &in, o));
    http_reply_json(re, 200, json_incref(o));
    return 0;
}

/* ---- sending it ----------------------------------------------------------------------------------- */

/* The secret is not in the recorded answer: it is made anew of the code. */
static void reply(struct task *t, struct http_reply *re, const char *recorded)
{
    json_t *o = json_stored(t, recorded);
    const char *code = json_string_value(json_object_get(o, "code"));
    json_object_set_new(o, "secret", json_string(complaint_secret(t, code)));
    http_reply_json(re, 201, json_incref(o));
}

static int answer_again(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    int status;
    const char *text;
    TRY(command_answered(t, &rq->cause, &status, &text));
    reply(t, re, text);
    return 0;
}

static struct sealed seal(struct task *t, const struct intake *in)
{
    struct sealed who = { 0 };
    const char *about = talloc_asprintf(t, "denouncer %s", in->file.c.code);
    if (in->file.c.class != CLASS_DENUNCIATION || in->file.c.is_anonymous)
        return who;
    const char *person = complaint_person_print(t, &in->filing);
    who.data = crypt_seal(t, feedback_of(t)->seal_key, about, person, strlen(person), &who.size);
    return who;
}

static const char *recorded(struct task *t, const struct intake *in)
{
    json_t *o = json_own(t, route_json(in));
    json_object_set_new(o, "code", json_string(in->file.c.code));
    return json_print(t, o);
}

int http_complain(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct intake in;
    bool saved;
    struct cause cause = rq->cause;
    if (!is_staff(rq))
        TRY(throttle_try(t, feedback_of(t)->throttle, "complain", rq->client,
                         config_of(t)->complaints_an_hour, HOUR_S));
    TRY(read_filing(t, rq, &in));
    make_code(t, &in.file);
    const struct complaint_said said = {
        .move = in.move, .told = complaint_told(t, &in.file, &in.move, "", in.handling.name, in.cal)
    };
    const struct sealed who = seal(t, &in);
    cause.status = 201;
    cause.answer = recorded(t, &in);
    TRY(store_complaint_open(t, &in.file, &said, &who, &cause, &saved));
    if (!saved)
        return answer_again(t, rq, re);
    jobs_wake(task_env(t), "complaint_due");
    reply(t, re, cause.answer);
    return 0;
}
