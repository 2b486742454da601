/* publish.c — the pages everybody may read, written once when a quarter or year has been frozen: so each is
 * one row of a table, however many dossiers it tells of. */
#include <string.h>
#include <talloc.h>

#include "indexes.h"

static struct json_writer begin(struct task *t, const struct published *p)
{
    struct json_writer w = json_writer_of(t);
    write_object(&w, NULL);
    write_int(&w, "period", p->period);
    write_int(&w, "from_ms", p->book->span.from_ms);
    write_int(&w, "to_ms", p->book->span.to_ms);
    write_int(&w, "least", CUBE_LEAST);
    return w;
}

static int finish(struct task *t, const struct published *p, struct json_writer *w, const char *name)
{
    write_end(w);
    return store_publish(t, p->period, name, write_done(w));
}

static void write_units(struct json_writer *w, const struct published *p, size_t field)
{
    write_list(w, "units");
    for (size_t u = 1; u < p->book->units_count; u++)
        if (*p->book->units[u] && !is_empty_cell(p, u, field))
            write_row(w, p, NULL, u, field);
    write_end(w);
}

static void write_fields(struct json_writer *w, const struct published *p, size_t unit)
{
    write_list(w, "fields");
    for (size_t f = 1; f < p->book->fields_count; f++)
        if (*p->book->fields[f] && !is_empty_cell(p, unit, f))
            write_row(w, p, NULL, unit, f);
    write_end(w);
}

static int publish_index(struct task *t, const struct published *p)
{
    struct json_writer w = begin(t, p);
    write_row(&w, p, "province", BOOK_TOTAL, BOOK_TOTAL);
    write_units(&w, p, BOOK_TOTAL);
    write_fields(&w, p, BOOK_TOTAL);
    return finish(t, p, &w, "index");
}

static int publish_unit(struct task *t, const struct published *p, size_t unit)
{
    struct json_writer w = begin(t, p);
    write_row(&w, p, "total", unit, BOOK_TOTAL);
    write_fields(&w, p, unit);
    return finish(t, p, &w, talloc_asprintf(t, "unit/%s", p->book->units[unit]));
}

static int publish_field(struct task *t, const struct published *p, size_t field)
{
    struct json_writer w = begin(t, p);
    write_row(&w, p, "total", BOOK_TOTAL, field);
    write_units(&w, p, field);
    return finish(t, p, &w, talloc_asprintf(t, "field/%s", p->book->fields[field]));
}

static int publish_csv(struct task *t, const struct published *p)
{
    char *text = talloc_strdup(t, csv_head());
    for (size_t u = 0; u < p->book->units_count; u++)
        for (size_t f = 0; f < p->book->fields_count; f++) {
            bool is_named = (u == 0 || *p->book->units[u]) && (f == 0 || *p->book->fields[f]);
            if (!is_named || is_empty_cell(p, u, f))
                continue;
            char *row = csv_row(t, p, u, f);
            text = talloc_strdup_append_buffer(text, row);
            talloc_free(row);
        }
    return store_publish(t, p->period, "figures.csv", text);
}

static int publish_pages(struct task *t, const struct published *p)
{
    TRY(publish_index(t, p));
    TRY(publish_csv(t, p));
    for (size_t u = 1; u < p->book->units_count; u++)
        if (*p->book->units[u])
            TRY(publish_unit(t, p, u));
    for (size_t f = 1; f < p->book->fields_count; f++)
        if (*p->book->fields[f])
            TRY(publish_field(t, p, f));
    return 0;
}

int publish_period(struct task *t, int64_t period, struct pages *pages)
{
    const char *body;
    struct freeze f;
    struct i766_weights weights;
    struct source s = { .period = period, .is_frozen = true };
    bool is_year = period_kind(period) == PERIOD_YEAR;
    TRY(store_published(t, period, "done", &body));
    if (body)
        return 0;
    TRY(store_frozen(t, period, &f));
    TRY(weights_read(t, f.weights, &weights, task_err(t))); /* the points that were in force then */
    if (!pages->book)
        TRY(book_load(t, &s, NULL, &pages->book, &pages->names));
    struct book *b = pages->book;
    cube_suppress(b->answers, CUBE_LEAST, is_year);
    cube_suppress(b->dossiers, CUBE_LEAST, is_year);
    struct published p = { b, &pages->names, &weights, period, is_year ? CUBE_TOTAL : 1 };
    TRY(publish_pages(t, &p));
    return store_publish(t, period, "done", "");
}
