/* messages.c — see messages.h. */
#include "messages.h"

#include "civil.h"
#include "pb.h"
#include "status.h"

static void fill_official(const struct actor *a, Motcua__Official *by)
{
    motcua__official__init(by);
    by->account_id = (char *)a->account_id;
    by->name = (char *)a->name;
    by->title = (char *)a->title;
    by->department = (char *)a->department;
}

static bool is_open_step(const struct case_file *c)
{
    return c->status == MOTCUA__STATUS__IN_PROGRESS && c->step > 0;
}

static void fill_step(const struct case_file *c, const struct told *told, Motcua__DossierProgressed *out)
{
    out->step_name = pb_text(told->step_name);
    out->step_started_at_ms = c->step_started_at;
    out->step_due_at_ms = c->step_due_at;
}

static void fill_dates(const struct case_file *c, const struct move *m, Motcua__DossierProgressed *out)
{
    out->accepted_at_ms = c->accepted_at;
    out->due_at_ms = c->due_at;
    out->due_before_ms = m->due_before;
    out->answer_by_ms = c->answer_by;
    out->finished_at_ms = c->finished_at;
    out->returned_at_ms = c->returned_at;
}

void progressed_message(const struct decision *d, size_t i, const struct told *told, Motcua__Official *by,
                        Motcua__DossierProgressed *out)
{
    const struct case_file *c = &d->next;
    const struct move *m = &d->moves[i];
    bool is_last = i + 1 == d->moves_count;
    motcua__dossier_progressed__init(out);
    out->code = (char *)c->code;
    out->status = (Motcua__Status)m->status;
    out->status_before = (Motcua__Status)m->status_before;
    out->transition = m->transition;
    out->at_ms = m->at_ms;
    out->note = pb_text(m->note);
    out->unit_code = pb_text(c->unit_code);
    out->unit_name = pb_text(told->unit_name);
    out->handling_unit_code = pb_text(c->handling_unit_code);
    out->handling_unit_name = pb_text(told->handling_unit_name);
    out->procedure_code = pb_text(c->procedure_code);
    out->procedure_name = pb_text(told->procedure_name);
    out->national_code = pb_text(c->national_code);
    out->supplement_count = (uint32_t)c->supplement_count;
    out->received_by = pb_text(c->received_by);
    out->result = (Motcua__Result *)c->result;
    fill_dates(c, m, out);
    if (is_open_step(c))
        fill_step(c, told, out);
    if (!is_last)
        out->answer_by_ms = 0; /* that of the move that follows */
    if (m->status == MOTCUA__STATUS__PAYMENT_ASKED)
        out->fee_dong = c->fee_dong;
    if (m->status == MOTCUA__STATUS__SUPPLEMENT_ASKED) {
        out->n_asked_papers = c->asked_count;
        out->asked_papers = c->asked;
    }
    if (told->actor && i == 0) { /* a move that follows by itself is nobody's */
        fill_official(told->actor, by);
        out->by = by;
    }
}

void fee_message(const struct decision *d, const struct told *told, Motcua__FeeDue *out)
{
    const struct case_file *c = &d->next;
    motcua__fee_due__init(out);
    out->code = (char *)c->code;
    out->request_no = (uint32_t)c->fee_no;
    out->n_lines = d->fee_lines_count;
    out->lines = d->fee_lines;
    out->payer_name = pb_text(c->applicant_name);
    out->account_id = pb_text(c->account_id);
    out->unit_code = pb_text(c->unit_code);
    out->unit_name = pb_text(told->unit_name);
    out->procedure_code = pb_text(c->procedure_code);
    out->procedure_name = pb_text(told->procedure_name);
    out->pay_by_ms = c->answer_by;
    out->channel = (Motcua__Channel)c->channel;
}

/* ---- explanations --------------------------------------------------------------------------------- */

static const char *weekday_vi(int32_t day)
{
    static const char *const names[] = { "",        "thứ Hai", "thứ Ba",  "thứ Tư",
                                         "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật" };
    return names[civil_weekday(day)];
}

static const char *weekday_en(int32_t day)
{
    static const char *const names[] = { "",         "Monday", "Tuesday",  "Wednesday",
                                         "Thursday", "Friday", "Saturday", "Sunday" };
    return names[civil_weekday(day)];
}

static const struct {
    struct {
        const char *before, *after; /* the instant or the day, then the name of the day if it has one */
    } vi, en;
} sentences[] = {
    [WHY_STARTS] = { { "Bắt đầu tính từ ", "." }, { "Counting starts at ", "." } },
    [WHY_OPENS] = { { "Ngoài giờ làm việc: tính từ lúc mở cửa ", "." },
                    { "Outside working hours: counted from opening at ", "." } },
    [WHY_REST] = { { "Không tính ", ": ngày nghỉ hằng tuần." }, { "Not counted: ", ", weekly rest." } },
    [WHY_SPECIAL] = { { "Không tính ", ": " }, { "Not counted: ", ", " } },
    [WHY_SWAPPED_IN] = { { "Có tính ", ": " }, { "Counted: ", ", " } },
    [WHY_ROLLED] = { { "Ngày cuối ", " không làm việc nên tính ngày làm việc sau." },
                     { "The last day, ", ", is no working day: the next one counts." } },
    [WHY_ENDS] = { { "Hẹn trả kết quả lúc ", "." }, { "The result is due at ", "." } },
};

static json_t *sentence(const char *before, const char *when, const char *weekday, const char *after,
                        const char *name)
{
    return json_sprintf("%s%s (%s)%s%s%s", before, when, weekday, after, name ? name : "", name ? "." : "");
}

static json_t *minutes_json(int64_t minutes)
{
    int hours = (int)(minutes / 60), rest = (int)(minutes % 60);
    return json_pack("{s:o, s:o}", "vi",
                     rest ? json_sprintf("Cộng %d giờ %d phút làm việc.", hours, rest)
                          : json_sprintf("Cộng %d giờ làm việc.", hours),
                     "en",
                     rest ? json_sprintf("Working time added: %d h %d min.", hours, rest)
                          : json_sprintf("Working time added: %d h.", hours));
}

static json_t *amount_json(const struct because *b)
{
    static const char *const vi[] = {
        [WHY_WORKDAYS] = "ngày làm việc", [WHY_DAYS] = "ngày", [WHY_MONTHS] = "tháng"
    };
    static const char *const en[] = {
        [WHY_WORKDAYS] = "Working days", [WHY_DAYS] = "Days", [WHY_MONTHS] = "Months"
    };
    if (b->reason == WHY_MINUTES)
        return minutes_json(b->amount);
    return json_pack("{s:o, s:o}", "vi", json_sprintf("Cộng %d %s.", (int)b->amount, vi[b->reason]), "en",
                     json_sprintf("%s added: %d.", en[b->reason], (int)b->amount));
}

static json_t *line_json(const struct because *b)
{
    char when[CIVIL_TEXT];
    if (b->amount > 0)
        return amount_json(b);
    int32_t day = b->at_ms ? civil_day_of(b->at_ms) : b->day;
    if (b->at_ms)
        civil_format(b->at_ms, CIVIL_PEOPLE, when);
    else
        civil_format(civil_day_ms(day, 0), CIVIL_PEOPLE_DATE, when);
    return json_pack("{s:o, s:o}", "vi",
                     sentence(sentences[b->reason].vi.before, when, weekday_vi(day),
                              sentences[b->reason].vi.after, b->name),
                     "en",
                     sentence(sentences[b->reason].en.before, when, weekday_en(day),
                              sentences[b->reason].en.after, b->name));
}

json_t *explanation_json(const struct explanation *why)
{
    json_t *list = json_array();
    for (size_t i = 0; i < why->count && i < BECAUSE_MAX; i++)
        json_array_append_new(list, line_json(&why->lines[i]));
    return list;
}
