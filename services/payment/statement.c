/* statement.c — see statement.h. */
#include "statement.h"

#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "money.h"
#include "phrases.h"

static const struct phrase BAD_DATE = { "date_invalid", "Ngày phải có dạng yyyy-mm-dd hoặc dd/mm/yyyy.",
                                        "A date has the form yyyy-mm-dd or dd/mm/yyyy." };
static const struct phrase BAD_AMOUNT = { "amount_invalid",
                                          "Số tiền ghi có phải là số nguyên đồng lớn hơn 0.",
                                          "The amount received is a whole number of đồng above 0." };

/* "1500000", "1.500.000", "1,500,000", "1,500,000.00": groups of three, at the end perhaps two noughts. 0:
 * none of them. */
static int64_t read_amount(const char *text)
{
    char digits[16];
    size_t n = 0, group = 0;
    bool grouped = false;
    for (; *text; text++) {
        if (*text == '.' || *text == ',') {
            if (strcmp(text + 1, "00") == 0)
                break;
            if (grouped ? group != 3 : group == 0 || group > 3)
                return 0;
            grouped = true;
            group = 0;
        } else if (*text < '0' || *text > '9' || n + 1 == sizeof digits) {
            return 0;
        } else {
            digits[n++] = *text;
            group++;
        }
    }
    digits[n] = '\0';
    return n > 0 && (!grouped || group == 3) ? strtoll(digits, NULL, 10) : 0;
}

static bool read_date(const char *text, int64_t *ms)
{
    return civil_parse(text, CIVIL_DATE, ms) || civil_parse(text, CIVIL_PEOPLE_DATE, ms) ||
           civil_parse(text, CIVIL_ISO, ms);
}

static const char *required(const struct csv_file *csv, const struct csv_row *row, const char *column,
                            struct err *err)
{
    const char *text = csv_value(csv, row, column);
    if (*text == '\0')
        err_fault(err, column, &phrase_required, NULL);
    return text;
}

int statement_read(const struct csv_file *csv, const struct csv_row *row, struct statement_row *out,
                   struct err *err)
{
    const char *date = required(csv, row, "date", err), *amount = required(csv, row, "amount", err);
    out->purpose = required(csv, row, "purpose", err);
    out->bank_ref = required(csv, row, "bank_ref", err);
    out->amount_dong = read_amount(amount);
    if (*date && !read_date(date, &out->paid_at_ms))
        err_fault(err, "date", &BAD_DATE, date);
    if (*amount && (out->amount_dong == 0 || !money_is_valid(out->amount_dong)))
        err_fault(err, "amount", &BAD_AMOUNT, NULL);
    return err->code;
}

/* ---- matching ------------------------------------------------------------------------------------- */

static int likeness(const struct invoice *v, int64_t amount_dong)
{
    bool is_open = v->status == INVOICE_OPEN, is_equal = v->total_dong == amount_dong;
    return 1 + is_open + 2 * is_equal;
}

static const struct invoice *best_of(const struct invoices *list, const char *compact, int64_t amount_dong,
                                     bool *is_tie)
{
    char own[COMPACT_TEXT];
    const struct invoice *best = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct invoice *v = &list->list[i];
        if (strcmp(code_compact(v->code, own), compact) != 0)
            continue;
        int more = best ? likeness(v, amount_dong) - likeness(best, amount_dong) : 1;
        *is_tie = more == 0 ? *is_tie || strcmp(best->code, v->code) != 0 : more < 0 && *is_tie;
        if (more > 0)
            best = v;
    }
    return best;
}

const struct invoice *statement_match(const struct invoices *list, const char (*codes)[COMPACT_TEXT],
                                      size_t n, int64_t amount_dong)
{
    for (size_t i = 0; i < n; i++) {
        bool is_tie = false;
        const struct invoice *best = best_of(list, codes[i], amount_dong, &is_tie);
        if (best)
            return is_tie ? NULL : best;
    }
    return NULL;
}
