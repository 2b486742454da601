/* legal_books.c — see legal.h: form 05, a line for each hand-over and whether it was in time; form 06, the
 * register, a line for each dossier that was received. */
#include <string.h>
#include <talloc.h>

#include "calendar.h"
#include "civil.h"
#include "legal.h"
#include "status.h"

/* ---- 05: hand-overs --------------------------------------------------------------------------------- */

enum party { APPLICANT, COUNTER, STEP_NOW, STEP_NEXT, RECEIVER };

static const struct hand_over {
    Motcua__Transition transition;
    enum party giver, taker;
    bool ends_step; /* the giver had a limit */
    const char *note;
} hand_overs[] = {
    { MOTCUA__TRANSITION__SUBMIT, APPLICANT, COUNTER, false, "Nộp trực tuyến" },
    { MOTCUA__TRANSITION__RECEIVE, APPLICANT, COUNTER, false, "Tiếp nhận hồ sơ" },
    { MOTCUA__TRANSITION__ACCEPT, APPLICANT, COUNTER, false, "Tiếp nhận hồ sơ" },
    { MOTCUA__TRANSITION__ASK_SUPPLEMENT, STEP_NOW, APPLICANT, false, "Yêu cầu bổ sung" },
    { MOTCUA__TRANSITION__SUPPLY, APPLICANT, COUNTER, false, "Đã nộp bổ sung" },
    { MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT, COUNTER, STEP_NOW, false, "Hồ sơ đã đủ" },
    { MOTCUA__TRANSITION__FORWARD, COUNTER, STEP_NOW, false, "Chuyển giải quyết" },
    { MOTCUA__TRANSITION__STEP, STEP_NOW, STEP_NEXT, true, "" },
    { MOTCUA__TRANSITION__SIGN_RESULT, STEP_NOW, COUNTER, true, "Đã ký kết quả" },
    { MOTCUA__TRANSITION__REOPEN_RESULT, COUNTER, STEP_NOW, false, "Kết quả phải sửa" },
    { MOTCUA__TRANSITION__STOP, STEP_NOW, COUNTER, false, "Từ chối giải quyết" },
    { MOTCUA__TRANSITION__CONFIRM_WITHDRAWAL, COUNTER, APPLICANT, false, "Công dân rút hồ sơ" },
    { MOTCUA__TRANSITION__REFUSE, COUNTER, APPLICANT, false, "Từ chối tiếp nhận" },
    { MOTCUA__TRANSITION__HAND_OVER, COUNTER, RECEIVER, false, "Trả kết quả" },
};

static const struct hand_over *hand_over_of(Motcua__Transition transition)
{
    for (size_t i = 0; i < sizeof hand_overs / sizeof *hand_overs; i++)
        if (hand_overs[i].transition == transition)
            return &hand_overs[i];
    return NULL;
}

struct walk { /* along the moves */
    const struct legal *l;
    int step; /* from 1; 0: at the counter */
    int64_t step_from;
};

static const char *step_name(const struct walk *w, int step)
{
    const Motcua__ProcedurePublished *p = w->l->procedure;
    return step >= 1 && (size_t)step <= p->n_steps ? p->steps[step - 1]->name : "";
}

static const char *at_step(const void *ctx, const struct walk *w, int step)
{
    const char *name = step_name(w, step);
    if (w->step == 0)
        return w->l->counter_name;
    return *name ? talloc_asprintf(ctx, "%s (%s)", w->l->handling_name, name) : w->l->handling_name;
}

static const char *party_name(const void *ctx, const struct walk *w, enum party who)
{
    switch (who) {
    case APPLICANT: return w->l->applicant->name;
    case COUNTER: return w->l->counter_name;
    case STEP_NOW: return at_step(ctx, w, w->step);
    case STEP_NEXT: return at_step(ctx, w, w->step + 1);
    default: return w->l->c->received_by;
    }
}

/* Which step a move leads to. */
static void follow(struct walk *w, const struct legal_move *m)
{
    switch (m->transition) {
    case MOTCUA__TRANSITION__FORWARD: w->step = 1; break;
    case MOTCUA__TRANSITION__STEP: w->step++; break;
    case MOTCUA__TRANSITION__REOPEN_RESULT: w->step = (int)w->l->procedure->n_steps; break;
    default: break;
    }
    if (m->status == MOTCUA__STATUS__IN_PROGRESS && m->transition != MOTCUA__TRANSITION__REAPPOINT)
        w->step_from = m->at_ms;
}

static const char *in_time(int64_t at_ms, int64_t due_ms)
{
    if (at_ms > due_ms)
        return "Quá hạn";
    return civil_day_of(at_ms) < civil_day_of(due_ms) ? "Trước hạn" : "Đúng hạn";
}

static const char *verdict(const struct walk *w, const struct hand_over *h, int64_t at_ms)
{
    const Motcua__ProcedurePublished *p = w->l->procedure;
    if (!h->ends_step || w->step < 1 || (size_t)w->step > p->n_steps || !w->l->calendar)
        return "";
    uint32_t minutes = p->steps[w->step - 1]->minutes;
    return in_time(at_ms, calendar_add_minutes(w->l->calendar, w->step_from, minutes, NULL));
}

static const char *with_name(const void *ctx, const char *party, const char *name)
{
    return *name ? talloc_asprintf(ctx, "%s\n%s", party, name) : party;
}

static void put_hand_over(struct sheet *s, struct walk *w, const struct hand_over *h,
                          const struct legal_move *m)
{
    bool gave = h->giver != APPLICANT; /* who made the move, gave; of the applicant, it took */
    const char *result = verdict(w, h, m->at_ms);
    const char *giver = party_name(s, w, h->giver);
    if (m->transition == MOTCUA__TRANSITION__FORWARD || m->transition == MOTCUA__TRANSITION__REOPEN_RESULT)
        follow(w, m);
    const char *taker = party_name(s, w, h->taker);
    sheet_row(s, (const char *[]){ with_name(s, giver, gave ? m->by_name : ""),
                                   with_name(s, taker, gave ? "" : m->by_name), legal_time(s, m->at_ms),
                                   result, h->note });
}

void legal_hand_overs(struct sheet *s, const struct legal *l)
{
    static const struct sheet_column columns[] = { { "Bên giao", 8, 0 },
                                                   { "Bên nhận", 8, 0 },
                                                   { "Thời gian", 5, SHEET_CENTRE },
                                                   { "Kết quả", 4, SHEET_CENTRE },
                                                   { "Ghi chú", 5, 0 } };
    struct walk w = { .l = l };
    sheet_table(s, columns, 5);
    for (size_t i = 0; i < l->moves_count; i++) {
        const struct legal_move *m = &l->moves[i];
        const struct hand_over *h = hand_over_of(m->transition);
        if (h)
            put_hand_over(s, &w, h, m);
        if (!h || (m->transition != MOTCUA__TRANSITION__FORWARD &&
                   m->transition != MOTCUA__TRANSITION__REOPEN_RESULT))
            follow(&w, m);
    }
    if (l->c->finished_at > 0 && l->due_at > 0)
        sheet_field(s, SHEET_BOLD, "Kết quả giải quyết hồ sơ", in_time(l->c->finished_at, l->due_at));
}

/* ---- 06: the register ------------------------------------------------------------------------------- */

static const char *person(const void *ctx, const struct register_row *r)
{
    return talloc_asprintf(ctx, "%s%s%s%s%s", r->applicant_name, *r->address ? "\n" : "", r->address,
                           *r->phone ? "\nĐT: " : "", r->phone);
}

static const char *way(const void *ctx, const struct register_row *r)
{
    static const char *const channels[] = { "", "Trực tiếp", "Trực tuyến", "Bưu chính" };
    const char *in = r->channel >= 1 && r->channel <= 3 ? channels[r->channel] : "";
    return talloc_asprintf(ctx, "%s / %s", in, r->by_post ? "Bưu chính" : "Tại nơi nhận");
}

static void put_dossier(struct sheet *s, const struct register_row *r)
{
    const char *no = talloc_asprintf(s, "%lld", (long long)r->no);
    const char *note = r->returned_at ? "" : status_phrase(r->status)->vi;
    sheet_row(s, (const char *[]){ no, r->code, r->procedure_name, "1", person(s, r), r->handling_name,
                                   legal_time(s, r->accepted_at), legal_time(s, r->due_at),
                                   legal_time(s, r->returned_at), way(s, r), r->received_by, note });
}

struct sheet *legal_register(const void *ctx, const struct register_page *page)
{
    static const struct sheet_column columns[] = {
        { "TT", 5, SHEET_CENTRE },
        { "Mã hồ sơ", 20, 0 },
        { "Tên thủ tục hành chính", 18, 0 },
        { "Số bộ", 4, SHEET_CENTRE },
        { "Tên, địa chỉ, số điện thoại", 19, 0 },
        { "Cơ quan giải quyết", 13, 0 },
        { "Ngày nhận", 9, SHEET_CENTRE },
        { "Hẹn trả", 9, SHEET_CENTRE },
        { "Ngày trả", 9, SHEET_CENTRE },
        { "Hình thức nhận / trả", 10, 0 },
        { "Ký nhận", 10, 0 },
        { "Ghi chú", 9, 0 },
    };
    struct sheet *s = sheet_new(ctx, SHEET_A4_WIDE);
    sheet_issued(s, page->head.agency, page->unit_name, page->head.place, page->now_ms);
    s->title = "SỔ THEO DÕI HỒ SƠ";
    s->subtitle = talloc_asprintf(s, "Quyển số: %d", page->year);
    s->foot = talloc_asprintf(s, "Sổ theo dõi hồ sơ %d, %s", page->year, page->unit_name);
    sheet_table(s, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < page->rows_count; i++)
        put_dossier(s, &page->rows[i]);
    return s;
}
