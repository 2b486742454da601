/* book_load.c — reads facts into a book, unit by unit, so that between two units others get their turn. */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "indexes.h"

enum { PAGES = 400, PAGES_MS = 600000, WEIGHTS_MAX = 65536 };

/* The whole file, ending with NUL. NULL if it cannot be read. */
static char *file_text(const void *ctx, const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = f ? talloc_zero_size(ctx, WEIGHTS_MAX + 1) : NULL;
    size_t n = f ? fread(text, 1, WEIGHTS_MAX, f) : 0;
    bool ok = f && !ferror(f) && n < WEIGHTS_MAX;
    if (f)
        fclose(f);
    return ok ? text : NULL;
}

struct indexes *indexes_open(void *ctx, const char *secret_file, const char *weights_file, struct err *err)
{
    struct indexes *own = talloc_zero(ctx, struct indexes);
    own->pages = cache_new(own, PAGES, PAGES_MS);
    own->weights_text = file_text(own, weights_file);
    if (!own->weights_text) {
        err_set(err, E_INVALID, "index_weights: %s cannot be read", weights_file);
        return NULL;
    }
    if (crypt_read_sign_key("index_secret", secret_file, &own->key, err) != 0 ||
        weights_read(own, own->weights_text, &own->weights, err) != 0)
        return NULL;
    return own;
}

int weights_read(const void *ctx, const char *text, struct i766_weights *out, struct err *err)
{
    static const char *const needed[] = { "part", "most", "full_from", "factor", NULL };
    struct csv_file *file;
    TRY(csv_read(ctx, text, strlen(text), needed, &file, err));
    return i766_weights_read(file, out, err);
}

/* From 1, of the period's quarters; 0: it lies in none. */
static size_t quarter_in(int64_t period, int64_t at_ms)
{
    int64_t quarters[BOOK_QUARTERS];
    int n = period_quarters(period, quarters);
    for (int i = 0; i < n && at_ms > 0; i++)
        if (period_of(PERIOD_QUARTER, at_ms) == quarters[i])
            return (size_t)i + 1;
    return 0;
}

static void add_dossiers(struct book *b, const struct source *s, const char *unit, const struct db_rows *rows)
{
    struct dossier_fact d;
    for (int i = 0; i < db_count(rows); i++) {
        row_dossier(rows, i, &d);
        book_add_dossier(b, unit, db_str(rows, i, "procedure_code"), quarter_in(s->period, d.ended_at), &d);
    }
}

static void add_ratings(struct book *b, const struct source *s, const char *unit, const struct db_rows *rows)
{
    struct rating_fact r;
    for (int i = 0; i < db_count(rows); i++) {
        int64_t quarter = db_num(rows, i, "quarter");
        row_rating(rows, i, &r);
        book_add_rating(b, unit, db_str(rows, i, "field_code"),
                        quarter_in(s->period, period_span(quarter).from_ms), &r, db_num(rows, i, "n"));
    }
}

static void add_rest(struct book *b, const char *unit, const struct unit_facts *facts)
{
    struct complaint_fact c;
    for (int i = 0; i < db_count(facts->complaints); i++) {
        row_complaint(facts->complaints, i, &c);
        book_add_complaint(b, unit, db_str(facts->complaints, i, "field_code"), &c);
    }
    for (int i = 0; i < db_count(facts->declared); i++) {
        int part = i766_named(db_str(facts->declared, i, "part"));
        if (part >= 0)
            book_declare(b, unit, (enum i766_part)part,
                         (struct fraction){ db_num(facts->declared, i, "part_n"),
                                            db_num(facts->declared, i, "whole_n") });
    }
}

static int add_unit(struct task *t, const struct source *s, const char *unit, struct book *b)
{
    struct unit_facts facts;
    TRY(store_index_facts(t, s, unit, &facts));
    add_dossiers(b, s, unit, facts.dossiers);
    add_ratings(b, s, unit, facts.ratings);
    add_rest(b, unit, &facts);
    talloc_free((void *)facts.dossiers); /* a year of them need not lie in memory together */
    return 0;
}

/* ---- names ---- */

static const char **names_of(const void *ctx, size_t count)
{
    const char **list = talloc_array(ctx, const char *, count);
    for (size_t i = 0; i < count; i++)
        list[i] = "";
    return list;
}

static void read_names(struct task *t, const struct book *b, const struct db_rows *units,
                       const struct db_rows *procedures, struct names *names)
{
    *names = (struct names){ names_of(t, b->units_count), names_of(t, b->fields_count),
                             names_of(t, b->units_count) };
    for (int i = 0; i < db_count(units); i++) {
        size_t u = book_unit(b, db_str(units, i, "code"));
        names->units[u] = u ? db_str(units, i, "name") : "";
        names->gso_codes[u] = u ? db_str(units, i, "gso_code") : "";
    }
    for (int i = 0; i < db_count(procedures); i++) {
        size_t f = book_field(b, db_str(procedures, i, "field_code"));
        names->fields[f] = f ? db_str(procedures, i, "field_name") : "";
    }
}

/* ---- the book ---- */

static struct book *open_book(struct task *t, const struct source *s, const struct db_rows *units,
                              const struct db_rows *procedures)
{
    int64_t quarters[BOOK_QUARTERS];
    size_t nu = (size_t)db_count(units), np = (size_t)db_count(procedures);
    const char **codes = talloc_array(t, const char *, nu);
    struct book_procedure *list = talloc_array(t, struct book_procedure, np);
    for (size_t i = 0; i < nu; i++)
        codes[i] = db_str(units, (int)i, "code");
    for (size_t i = 0; i < np; i++)
        list[i] = (struct book_procedure){ .code = db_str(procedures, (int)i, "code"),
                                           .field = db_str(procedures, (int)i, "field_code"),
                                           .is_online = db_true(procedures, (int)i, "is_online"),
                                           .has_fee = db_true(procedures, (int)i, "has_fee") };
    return book_new(t, source_span(t, s), codes, nu, list, np, (size_t)period_quarters(s->period, quarters));
}

int book_load(struct task *t, const struct source *s, const char *only_unit, struct book **out,
              struct names *names)
{
    const struct db_rows *units, *procedures;
    TRY(store_index_units(t, s, &units));
    TRY(store_index_procedures(t, s, &procedures));
    struct book *b = *out = open_book(t, s, units, procedures);
    if (names)
        read_names(t, b, units, procedures, names);
    if (only_unit)
        return add_unit(t, s, only_unit, b);
    for (size_t u = 1; u < b->units_count; u++)
        TRY(add_unit(t, s, b->units[u], b));
    return 0;
}
