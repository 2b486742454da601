/* index_json.c — see index_json.h. */
#include "index_json.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "wilson.h"

static const char *code_or_all(const char *code)
{
    return code ? code : "*";
}

/* ---- what was counted, and what came of it ---- */

void write_counts(struct json_writer *w, const struct tally *sum)
{
    write_object(w, "counts");
    for (int i = 0; i < COUNTS; i++)
        if (sum->n[i])
            write_int(w, tally_name((enum count)i), sum->n[i]);
    write_end(w);
}

static void write_known(struct json_writer *w, const char *name, int value)
{
    if (value >= 0)
        write_int(w, name, value);
}

static struct tt01 tt01_at(const struct book *b, size_t unit, size_t field)
{
    struct tt01_setting s = book_setting(b, unit, field);
    return tt01_of(book_cell(b, unit, field), &s);
}

static struct i766 i766_at(const struct book *b, size_t unit, size_t field,
                           const struct i766_weights *weights, int64_t least)
{
    struct i766_inputs in = book_inputs(b, unit, field);
    struct i766 x = i766_of(book_cell(b, unit, field), &in, weights);
    i766_leave_out(&x, weights, least);
    return x;
}

void write_tt01(struct json_writer *w, const struct book *b, size_t unit, size_t field)
{
    char no[2] = "1";
    struct tt01 x = tt01_at(b, unit, field);
    write_object(w, "tt01");
    for (int i = TT01_FIRST; i <= TT01_LAST; i++) {
        no[0] = (char)('0' + i);
        write_known(w, no, x.tenths[i]);
    }
    write_int(w, "total", x.agency_tenths);
    write_text(w, "class", tt01_class_name(x.agency_class));
    write_end(w);
}

void write_766(struct json_writer *w, const struct book *b, size_t unit, size_t field,
               const struct i766_weights *weights, int64_t least)
{
    struct i766 x = i766_at(b, unit, field, weights, least);
    write_object(w, "index_766");
    write_int(w, "points", x.points_all);
    write_int(w, "most", x.most_counted);
    for (int p = 0; p < I766_PARTS; p++) {
        if (x.share[p] == I766_NONE)
            continue;
        write_object(w, i766_name((enum i766_part)p));
        write_int(w, "share", x.share[p]);
        write_int(w, "points", x.points[p]);
        write_end(w);
    }
    write_end(w);
}

static bool is_nothing(const struct tally *sum)
{
    static const struct tally nothing;
    return memcmp(sum, &nothing, sizeof nothing) == 0;
}

static void write_cell(struct json_writer *w, const struct book *b, size_t unit, size_t field,
                       const struct i766_weights *weights)
{
    if (is_nothing(book_cell(b, unit, field)))
        return;
    write_object(w, NULL);
    write_text(w, "unit", code_or_all(b->units[unit]));
    write_text(w, "field", code_or_all(b->fields[field]));
    write_counts(w, book_cell(b, unit, field));
    write_tt01(w, b, unit, field);
    write_766(w, b, unit, field, weights, 0);
    write_end(w);
}

char *content_json(const void *ctx, int64_t period, const struct book *b, const char *weights_text,
                   const struct i766_weights *weights)
{
    struct json_writer w = json_writer_of(ctx);
    write_object(&w, NULL);
    write_int(&w, "period", period);
    write_int(&w, "from_ms", b->span.from_ms);
    write_int(&w, "to_ms", b->span.to_ms);
    write_text(&w, "weights", weights_text);
    write_list(&w, "cells");
    for (size_t u = 0; u < b->units_count; u++)
        for (size_t f = 0; f < b->fields_count; f++)
            write_cell(&w, b, u, f, weights);
    write_end(&w);
    write_end(&w);
    return write_done(&w);
}

/* ---- what everybody may read ---- */

static struct place place_of(const struct published *p, size_t unit, size_t field)
{
    return (struct place){ { unit, field, p->quarter } };
}

static bool is_said(const struct cube *c, struct place at)
{
    return cube_n(c, at) >= CUBE_LEAST && !cube_is_hidden(c, at);
}

static bool says_dossiers(const struct published *p, size_t unit, size_t field)
{
    return is_said(p->book->dossiers, place_of(p, unit, field));
}

static bool says_answers(const struct published *p, size_t unit, size_t field)
{
    return is_said(p->book->answers, place_of(p, unit, field));
}

bool is_empty_cell(const struct published *p, size_t unit, size_t field)
{
    return cube_n(p->book->dossiers, place_of(p, unit, field)) == 0 &&
           cube_n(p->book->answers, place_of(p, unit, field)) == 0;
}

static bool is_few(int64_t n)
{
    return n > 0 && n < CUBE_LEAST;
}

/* Indicators 1 and 2 are means over the dossiers with an appointment or a step's limit; their sum with the
 * others would tell them. */
static bool says_tt01(const struct tally *t)
{
    return !is_few(t->n[COUNT_TIMED]) && !is_few(t->n[COUNT_STEPPED]);
}

static void write_dossiers(struct json_writer *w, const struct tally *t)
{
    write_object(w, "dossiers");
    write_int(w, "ended", t->n[COUNT_ENDED]);
    if (!is_few(t->n[COUNT_DUE]))
        write_int(w, "in_time", share_of(t->n[COUNT_IN_TIME], t->n[COUNT_DUE]));
    write_end(w);
}

static void write_satisfaction(struct json_writer *w, const struct tally *t, bool has_rate)
{
    int64_t n = t->n[COUNT_RATINGS], ended = t->n[COUNT_ENDED];
    struct interval range = wilson_interval(t->n[COUNT_CONTENT], n);
    write_object(w, "satisfaction");
    write_int(w, "answers", n);
    write_int(w, "content", share_of(t->n[COUNT_CONTENT], n));
    write_int(w, "low", range.low);
    write_int(w, "high", range.high);
    for (enum count q = COUNT_CLEAR; q <= COUNT_PROMPT; q++)
        write_int(w, tally_name(q), share_of(t->n[q], n));
    if (has_rate)
        write_int(w, "response_rate", share_of(n < ended ? n : ended, ended));
    write_end(w);
}

void write_row(struct json_writer *w, const struct published *p, const char *name, size_t unit, size_t field)
{
    const struct tally *t = book_cell(p->book, unit, field);
    bool has_dossiers = says_dossiers(p, unit, field);
    write_object(w, name);
    write_text(w, "unit", code_or_all(p->book->units[unit]));
    write_text(w, "unit_name", p->names->units[unit]);
    write_text(w, "gso_code", p->names->gso_codes[unit]);
    write_text(w, "field", code_or_all(p->book->fields[field]));
    write_text(w, "field_name", p->names->fields[field]);
    if (has_dossiers)
        write_dossiers(w, t);
    if (says_answers(p, unit, field))
        write_satisfaction(w, t, has_dossiers);
    if (has_dossiers && says_tt01(t))
        write_tt01(w, p->book, unit, field);
    if (has_dossiers)
        write_766(w, p->book, unit, field, p->weights, CUBE_LEAST);
    write_end(w);
}

/* ---- CSV ---- */

const char *csv_head(void)
{
    return "period,unit,unit_name,gso_code,field,field_name,dossiers_ended,in_time_percent,answers,content_percent,"
           "content_low_percent,content_high_percent,response_percent,tt01_total,tt01_class,index_766_points,"
           "index_766_most\r\n";
}

static char *quoted(const void *ctx, const char *text)
{
    char *out = talloc_strdup(ctx, "\"");
    for (const char *end; (end = strchr(text, '"')); text = end + 1)
        out = talloc_asprintf_append_buffer(out, "%.*s\"\"", (int)(end - text), text);
    return talloc_asprintf_append_buffer(out, "%s\"", text);
}

static char *percent(const void *ctx, int share)
{
    return talloc_asprintf(ctx, "%d.%02d", share / 100, share % 100);
}

static char *csv_dossiers(const void *ctx, const struct tally *t, bool is_said_here)
{
    if (!is_said_here)
        return talloc_strdup(ctx, ",");
    return talloc_asprintf(ctx, "%" PRId64 ",%s", t->n[COUNT_ENDED],
                           is_few(t->n[COUNT_DUE])
                               ? ""
                               : percent(ctx, share_of(t->n[COUNT_IN_TIME], t->n[COUNT_DUE])));
}

static char *csv_answers(const void *ctx, const struct tally *t, bool is_said_here, bool has_rate)
{
    int64_t n = t->n[COUNT_RATINGS], ended = t->n[COUNT_ENDED];
    struct interval range = wilson_interval(t->n[COUNT_CONTENT], n);
    if (!is_said_here)
        return talloc_strdup(ctx, ",,,,");
    return talloc_asprintf(ctx, "%" PRId64 ",%s,%s,%s,%s", n, percent(ctx, share_of(t->n[COUNT_CONTENT], n)),
                           percent(ctx, range.low), percent(ctx, range.high),
                           has_rate ? percent(ctx, share_of(n < ended ? n : ended, ended)) : "");
}

static char *csv_indexes(const void *ctx, const struct published *p, size_t unit, size_t field)
{
    struct tt01 x = tt01_at(p->book, unit, field);
    struct i766 y = i766_at(p->book, unit, field, p->weights, CUBE_LEAST);
    char *tt01 = says_tt01(book_cell(p->book, unit, field))
                     ? talloc_asprintf(ctx, "%d.%d,%s", x.agency_tenths / 10, x.agency_tenths % 10,
                                       tt01_class_name(x.agency_class))
                     : talloc_strdup(ctx, ",");
    return talloc_asprintf(ctx, "%s,%s,%s", tt01, percent(ctx, y.points_all), percent(ctx, y.most_counted));
}

char *csv_row(const void *ctx, const struct published *p, size_t unit, size_t field)
{
    void *scratch = talloc_new(ctx);
    const struct book *b = p->book;
    bool has_dossiers = says_dossiers(p, unit, field);
    char *row = talloc_asprintf(ctx, "%" PRId64 ",%s,%s,%s,%s,%s,%s,%s,%s\r\n", p->period,
                                code_or_all(b->units[unit]), quoted(scratch, p->names->units[unit]),
                                p->names->gso_codes[unit], code_or_all(b->fields[field]),
                                quoted(scratch, p->names->fields[field]),
                                csv_dossiers(scratch, book_cell(b, unit, field), has_dossiers),
                                csv_answers(scratch, book_cell(b, unit, field), says_answers(p, unit, field),
                                            has_dossiers),
                                has_dossiers ? csv_indexes(scratch, p, unit, field) : ",,,");
    talloc_free(scratch);
    return row;
}
