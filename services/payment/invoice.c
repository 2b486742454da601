/* invoice.c — see invoice.h. */
#include "invoice.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "json.h"
#include "money.h"

static const char *const kinds[] = { "", "phi", "le_phi", NULL };
static const char *const whens[] = { "", "before", "after", NULL };

static const struct status {
    struct phrase name;
    const struct phrase closed; /* what a payer is told who wants to pay */
    enum invoice_status given_back;
} statuses[INVOICE_STATUSES] = {
    [INVOICE_OPEN] = { { "open", "Chưa nộp", "To be paid" }, { 0 }, INVOICE_VOID },
    [INVOICE_PAID] = { { "paid", "Đã nộp", "Paid" },
                       { "already_paid", "Khoản này đã được nộp. Không cần nộp nữa.",
                         "This has been paid already. There is nothing left to pay." },
                       INVOICE_REFUNDING },
    [INVOICE_VOID] = { { "void", "Không phải nộp", "Not due" },
                       { "not_due", "Khoản này không còn phải nộp.", "This is not due any more." },
                       INVOICE_STATUSES },
    [INVOICE_REFUNDING] = { { "refunding", "Đang hoàn tiền", "Being refunded" },
                            { "being_refunded", "Khoản này đang được hoàn tiền. Không cần nộp nữa.",
                              "This is being refunded. There is nothing left to pay." },
                            INVOICE_STATUSES },
    [INVOICE_REFUNDED] = { { "refunded", "Đã hoàn tiền", "Refunded" },
                           { "was_refunded", "Khoản này đã được hoàn tiền. Không cần nộp nữa.",
                             "This has been refunded. There is nothing left to pay." },
                           INVOICE_STATUSES },
};

/* ---- from the message ----------------------------------------------------------------------------- */

static int check_line(const Motcua__FeeLine *line, size_t i, struct err *err)
{
    if (line->kind != MOTCUA__FEE_KIND__PHI && line->kind != MOTCUA__FEE_KIND__LE_PHI)
        return err_set(err, E_INVALID, "line %zu is neither phí nor lệ phí", i);
    if (!money_is_valid(line->amount_dong))
        return err_set(err, E_INVALID, "line %zu has an amount of %" PRId64, i, line->amount_dong);
    return 0;
}

static int sum_lines(const Motcua__FeeDue *m, int64_t *total, struct err *err)
{
    *total = 0;
    for (size_t i = 0; i < m->n_lines; i++) {
        TRY(check_line(m->lines[i], i, err));
        *total += m->lines[i]->amount_dong;
    }
    return money_is_valid(*total) ? 0
                                  : err_set(err, E_INVALID, "the total of %" PRId64 " is too much", *total);
}

int invoice_from_fee_due(const Motcua__FeeDue *m, struct invoice *out, struct err *err)
{
    struct dossier_code code;
    if (!dossier_code_parse(m->code, &code))
        return err_set(err, E_INVALID, "\"%.40s\" is not a dossier code", m->code);
    if (m->request_no == 0 || !unit_code_is_valid(m->unit_code))
        return err_set(err, E_INVALID, "the request number or the unit is missing");
    if (m->n_lines > LINES_MAX)
        return err_set(err, E_INVALID, "%zu lines are too many", m->n_lines);
    *out = (struct invoice){
        .request_no = m->request_no,
        .account_id = m->account_id,
        .payer_name = m->payer_name,
        .unit_code = m->unit_code,
        .unit_name = m->unit_name,
        .procedure_code = m->procedure_code,
        .procedure_name = m->procedure_name,
        .pay_by_ms = m->pay_by_ms,
        .lines_count = m->n_lines,
        .lines = m->lines,
    };
    snprintf(out->code, sizeof out->code, "%s", m->code);
    TRY(sum_lines(m, &out->total_dong, err));
    out->status = out->total_dong == 0 ? INVOICE_PAID : INVOICE_OPEN;
    return 0;
}

/* ---- lines ---------------------------------------------------------------------------------------- */

int64_t invoice_sum(const struct invoice *v, Motcua__FeeKind kind)
{
    int64_t sum = 0;
    for (size_t i = 0; i < v->lines_count; i++)
        sum += v->lines[i]->kind == kind ? v->lines[i]->amount_dong : 0;
    return sum;
}

static const char *when_name(Motcua__FeeWhen when)
{
    return when == MOTCUA__FEE_WHEN__BEFORE || when == MOTCUA__FEE_WHEN__AFTER ? whens[when] : whens[0];
}

json_t *invoice_lines_json(const struct invoice *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->lines_count; i++) {
        const Motcua__FeeLine *line = v->lines[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:s}", "kind", kinds[line->kind], "code",
                                              line->code, "name", line->name, "amount_dong",
                                              (json_int_t)line->amount_dong, "when", when_name(line->when)));
    }
    return list;
}

static int index_of(const char *const *names, const char *name)
{
    int i = 0;
    while (names[i] && strcmp(names[i], name) != 0)
        i++;
    return names[i] ? i : 0;
}

static int read_line(const void *ctx, json_t *object, Motcua__FeeLine **out, struct err *err)
{
    const char *kind, *when;
    json_int_t amount;
    Motcua__FeeLine *line = *out = talloc(ctx, Motcua__FeeLine);
    motcua__fee_line__init(line);
    if (json_unpack(object, "{s:s, s:s, s:s, s:I, s:s}", "kind", &kind, "code", &line->code, "name",
                    &line->name, "amount_dong", &amount, "when", &when) != 0)
        return err_set(err, E_BUG, "a stored line cannot be read");
    line->kind = (Motcua__FeeKind)index_of(kinds, kind);
    line->when = (Motcua__FeeWhen)index_of(whens, when);
    line->amount_dong = amount;
    return 0;
}

int invoice_lines_read(const void *ctx, const char *text, struct invoice *v, struct err *err)
{
    json_t *list;
    TRY(json_parse(ctx, text, strlen(text), &list, err));
    v->lines_count = json_array_size(list);
    v->lines = talloc_array(ctx, Motcua__FeeLine *, v->lines_count);
    for (size_t i = 0; i < v->lines_count; i++)
        TRY(read_line(ctx, json_array_get(list, i), &v->lines[i], err));
    return 0;
}

/* ---- status --------------------------------------------------------------------------------------- */

enum invoice_status invoice_given_back(const struct invoice *v)
{
    return v->status == INVOICE_PAID && v->total_dong == 0 ? INVOICE_VOID : statuses[v->status].given_back;
}

const char *invoice_status_name(enum invoice_status status)
{
    return statuses[status].name.code;
}

bool invoice_status_parse(const char *name, enum invoice_status *out)
{
    for (int i = 0; i < INVOICE_STATUSES; i++)
        if (strcmp(statuses[i].name.code, name) == 0) {
            *out = (enum invoice_status)i;
            return true;
        }
    return false;
}

const struct phrase *invoice_status_phrase(enum invoice_status status)
{
    return &statuses[status].name;
}

int invoice_check_open(const struct invoice *v, struct err *err)
{
    return v->status == INVOICE_OPEN ? 0 : err_say(err, E_CONFLICT, &statuses[v->status].closed, NULL);
}

bool invoice_may_be_paid_at(const struct invoice *v, int64_t paid_at_ms)
{
    return civil_day_of(paid_at_ms) >= civil_day_of(v->created_at_ms) - 1;
}

/* ---- the invoices of a dossier -------------------------------------------------------------------- */

const struct invoice *invoices_to_pay(const struct invoices *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].status == INVOICE_OPEN)
            return &list->list[i];
    return &list->list[list->count - 1];
}

const struct invoice *invoices_find(const struct invoices *list, uint32_t request_no)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].request_no == request_no)
            return &list->list[i];
    return NULL;
}

/* ---- receipts ------------------------------------------------------------------------------------- */

const char *receipt_no_format(const char *unit, int year, int64_t no, char out[RECEIPT_TEXT])
{
    snprintf(out, RECEIPT_TEXT, "%s/%04d/%06" PRId64, unit, year, no);
    return out;
}
