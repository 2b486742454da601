/* facts.c — see facts.h. */
#include "facts.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "money.h"

enum { CMND_DIGITS = 9, CITIZEN_DIGITS = 12, SHOWN_DIGITS = 3 };

/* ---- moments -------------------------------------------------------------------------------------- */

static const char *const days_vi[] = { "",        "thứ Hai", "thứ Ba",  "thứ Tư",
                                       "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật" };
static const char *const days_en[] = { "",         "Monday", "Tuesday",  "Wednesday",
                                       "Thursday", "Friday", "Saturday", "Sunday" };
static const char *const months_en[] = { "",        "January",  "February", "March",  "April",
                                         "May",     "June",     "July",     "August", "September",
                                         "October", "November", "December" };

const char *say_moment(const void *ctx, int64_t ms, bool is_english)
{
    struct civil c = civil_of(ms);
    int day = civil_weekday(civil_day_of(ms)), hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
    if (ms == 0)
        return NULL;
    if (is_english)
        return talloc_asprintf(ctx, "%d:%02d %s, %s %d %s %d", hour12, c.minute, c.hour < 12 ? "am" : "pm",
                               days_en[day], c.day, months_en[c.month], c.year);
    return talloc_asprintf(ctx, "%02d:%02d %s %02d/%02d/%d", c.hour, c.minute, days_vi[day], c.day, c.month,
                           c.year);
}

/* ---- texts ---------------------------------------------------------------------------------------- */

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

const char *say_freely(const void *ctx, const char *text)
{
    if (!or_null(text))
        return NULL;
    char *out = talloc_strdup(ctx, text);
    for (char *p = out; *p;) {
        size_t n = strspn(p, "0123456789");
        if (n == CMND_DIGITS || n == CITIZEN_DIGITS)
            memset(p, '*', n - SHOWN_DIGITS);
        p += n > 0 ? n : 1;
    }
    return out;
}

static const char *say_papers(const void *ctx, Motcua__AskedPaper *const *papers, size_t n)
{
    char *list = talloc_strdup(ctx, "");
    for (size_t i = 0; i < n; i++) {
        const char *name = say_freely(ctx, papers[i]->name), *reason = say_freely(ctx, papers[i]->reason);
        list = talloc_asprintf_append_buffer(list, "%s- %s%s%s", i > 0 ? "\n" : "",
                                             name ? name : papers[i]->component_code, reason ? ": " : "",
                                             reason ? reason : "");
    }
    return or_null(list);
}

static const char *say_result(const void *ctx, const Motcua__Result *r, bool is_english)
{
    if (!r || !*r->name)
        return NULL;
    const char *name = say_freely(ctx, r->name);
    return *r->number ? talloc_asprintf(ctx, is_english ? "%s (No. %s)" : "%s (số %s)", name, r->number)
                      : name;
}

static const char *say_amount(const void *ctx, int64_t dong)
{
    return dong > 0 && money_is_valid(dong) ? money_format(ctx, dong) : NULL;
}

/* ---- events --------------------------------------------------------------------------------------- */

void facts_of_dossier(const void *ctx, const struct about *a, bool is_english, struct facts *f)
{
    const char *name = say_freely(ctx, a->name);
    f->value[FACT_NAME] = name ? name : is_english ? "applicant" : "Quý vị";
    f->value[FACT_CODE] = a->code;
    f->value[FACT_PROCEDURE] = or_null(a->procedure);
    f->value[FACT_UNIT] = or_null(a->unit);
    f->value[FACT_LINK] = talloc_asprintf(ctx, "%s/%s#%s", a->public_url, a->page, a->code);
    f->value[FACT_OFFICE] = a->office;
    f->value[FACT_PHONE] = or_null(a->phone);
}

/* A result on the day of the appointment is no news; one on an earlier day is. */
static bool is_early(const Motcua__DossierProgressed *m)
{
    int64_t finished_ms = m->finished_at_ms ? m->finished_at_ms : m->at_ms;
    return m->transition == MOTCUA__TRANSITION__SIGN_RESULT && m->due_at_ms &&
           civil_day_of(finished_ms) < civil_day_of(m->due_at_ms);
}

void facts_of_progress(const void *ctx, const Motcua__DossierProgressed *m, bool is_english, struct facts *f)
{
    f->value[FACT_AT] = say_moment(ctx, m->at_ms, is_english);
    f->value[FACT_DUE] = say_moment(ctx, m->due_at_ms, is_english);
    f->value[FACT_DUE_BEFORE] = say_moment(ctx, m->due_before_ms, is_english);
    f->value[FACT_EARLY] = is_early(m) ? f->value[FACT_DUE] : NULL;
    f->value[FACT_ANSWER_BY] = say_moment(ctx, m->answer_by_ms, is_english);
    f->value[FACT_REASON] = say_freely(ctx, m->note);
    f->value[FACT_PAPERS] = say_papers(ctx, m->asked_papers, m->n_asked_papers);
    f->value[FACT_HANDLER] = or_null(m->handling_unit_name);
    f->value[FACT_STEP] = say_freely(ctx, m->step_name);
    f->value[FACT_STEP_DUE] = say_moment(ctx, m->step_due_at_ms, is_english);
    f->value[FACT_RESULT] = say_result(ctx, m->result, is_english);
    f->value[FACT_AMOUNT] = say_amount(ctx, m->fee_dong);
}

void facts_of_settled(const void *ctx, const Motcua__PaymentSettled *m, bool is_english, struct facts *f)
{
    f->value[FACT_AT] = say_moment(ctx, m->settled_at_ms, is_english);
    f->value[FACT_AMOUNT] = say_amount(ctx, m->amount_dong);
    f->value[FACT_RECEIPT] = or_null(m->receipt_no);
}

void facts_of_refunded(const void *ctx, const Motcua__PaymentRefunded *m, bool is_english, struct facts *f)
{
    f->value[FACT_AT] = say_moment(ctx, m->refunded_at_ms, is_english);
    f->value[FACT_AMOUNT] = say_amount(ctx, m->amount_dong);
    f->value[FACT_REASON] = say_freely(ctx, m->reason);
}

void facts_of_rating(const void *ctx, const Motcua__RatingOpened *m, const char *public_url, bool is_english,
                     struct facts *f)
{
    enum { MINUTE_MS = 60000 };
    f->value[FACT_RATE_LINK] = talloc_asprintf(ctx, "%s/danh-gia#%s~%s", public_url, m->code, m->secret);
    f->value[FACT_ANSWER_BY] = say_moment(ctx, m->closes_at_ms - MINUTE_MS, is_english);
}

void facts_of_complaint(const void *ctx, const Motcua__ComplaintOpened *m, bool is_english, struct facts *f)
{
    f->value[FACT_AT] = say_moment(ctx, m->received_at_ms, is_english);
    f->value[FACT_DUE] = say_moment(ctx, m->due_at_ms, is_english);
}

static const char *outcome_words(const char *outcome, bool is_english)
{
    static const struct phrase words[] = {
        { "upheld", "đúng", "upheld" },
        { "partly_upheld", "đúng một phần", "partly upheld" },
        { "untrue", "không đúng", "not borne out" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, outcome) == 0)
            return is_english ? words[i].en : words[i].vi;
    return NULL;
}

void facts_of_answer(const void *ctx, const Motcua__ComplaintAnswered *m, bool is_english, struct facts *f)
{
    f->value[FACT_AT] = say_moment(ctx, m->answered_at_ms, is_english);
    f->value[FACT_RESULT] = outcome_words(m->outcome, is_english);
    f->value[FACT_REASON] = say_freely(ctx, m->words);
    f->value[FACT_ANSWER_BY] = say_moment(ctx, m->reopen_until_ms, is_english);
}
