/* book.c — see book.h. Places are found by searching in order; a fact is tallied once and added to its cell
 * and the three totals. */
#include "book.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { RECEIVED_HERE = 1, ONLINE_USED = 2, LEFT_HERE = 4 };

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct book_procedure *)a)->code, ((const struct book_procedure *)b)->code);
}

/* ---- places ---- */

static size_t place_in(const char **list, size_t count, const char *code)
{
    const char **found = bsearch(&code, list + 1, count - 1, sizeof *list, by_text);
    return found ? (size_t)(found - list) : 0;
}

size_t book_unit(const struct book *b, const char *code)
{
    return place_in(b->units, b->units_count, code);
}

size_t book_field(const struct book *b, const char *code)
{
    return place_in(b->fields, b->fields_count, code);
}

/* Index of the procedure; SIZE_MAX if there is none. */
static size_t procedure_of(const struct book *b, const char *code)
{
    struct book_procedure key = { .code = code }, *p;
    p = bsearch(&key, b->procedures, b->procedures_count, sizeof key, by_code);
    return p ? (size_t)(p - b->procedures) : SIZE_MAX;
}

/* ---- making ---- */

/* The texts and "" in order, each once, behind the total. */
static const char **in_order(const void *ctx, const char **texts, size_t n, size_t *count)
{
    const char **list = talloc_array(ctx, const char *, n + 2);
    list[0] = NULL;
    list[1] = "";
    memcpy(list + 2, texts, n * sizeof *texts);
    qsort(list + 1, n + 1, sizeof *list, by_text);
    *count = 2;
    for (size_t i = 2; i < n + 2; i++)
        if (strcmp(list[i], list[*count - 1]) != 0)
            list[(*count)++] = talloc_strdup(list, list[i]);
    return list;
}

static void take_procedures(struct book *b, const struct book_procedure *procedures, size_t n)
{
    const char **fields = talloc_array(b, const char *, n);
    b->procedures_count = n;
    b->procedures = talloc_array(b, struct book_procedure, n);
    for (size_t i = 0; i < n; i++) {
        b->procedures[i] = procedures[i];
        b->procedures[i].code = talloc_strdup(b, procedures[i].code);
        b->procedures[i].field = fields[i] = talloc_strdup(b, procedures[i].field);
    }
    qsort(b->procedures, n, sizeof *b->procedures, by_code);
    b->fields = in_order(b, fields, n, &b->fields_count);
    b->field_of = talloc_array(b, size_t, n);
    for (size_t i = 0; i < n; i++)
        b->field_of[i] = book_field(b, b->procedures[i].field);
}

struct book *book_new(const void *ctx, struct span span, const char *const *units, size_t units_count,
                      const struct book_procedure *procedures, size_t procedures_count, size_t quarters)
{
    struct book *b = talloc_zero(ctx, struct book);
    b->span = span;
    b->units = in_order(b, (const char **)units, units_count, &b->units_count);
    take_procedures(b, procedures, procedures_count);
    b->cells = talloc_zero_array(b, struct tally, b->units_count * b->fields_count);
    b->marks = talloc_zero_array(b, uint8_t, b->units_count * b->procedures_count);
    b->declared = (void *)talloc_zero_array(b, struct fraction, b->units_count * I766_PARTS);
    b->answers = cube_new(b, b->units_count - 1, b->fields_count - 1, quarters);
    b->dossiers = cube_new(b, b->units_count - 1, b->fields_count - 1, quarters);
    return b;
}

/* ---- filling ---- */

static struct tally *cell(const struct book *b, size_t unit, size_t field)
{
    return &b->cells[unit * b->fields_count + field];
}

static void add(struct book *b, size_t unit, size_t field, const struct tally *one)
{
    tally_add(cell(b, BOOK_TOTAL, BOOK_TOTAL), one);
    if (unit)
        tally_add(cell(b, unit, BOOK_TOTAL), one);
    if (field)
        tally_add(cell(b, BOOK_TOTAL, field), one);
    if (unit && field)
        tally_add(cell(b, unit, field), one);
}

/* In a cube everything has a place: what belongs to no known unit or field stands with "". */
static void count(struct cube *c, const struct book *b, size_t unit, size_t field, size_t quarter, int64_t n)
{
    if (quarter == 0 || n == 0)
        return;
    cube_count(c,
               (struct place){
                   { unit ? unit : book_unit(b, ""), field ? field : book_field(b, ""), quarter } },
               n);
}

static void mark(struct book *b, size_t unit, size_t procedure, const struct dossier_fact *d)
{
    uint8_t bits = 0;
    if (d->filed_at >= b->span.from_ms && d->filed_at < b->span.to_ms)
        bits = (uint8_t)(RECEIVED_HERE | (d->is_online ? ONLINE_USED : 0));
    if (!d->is_handled_here)
        bits |= LEFT_HERE;
    b->marks[unit * b->procedures_count + procedure] |= bits;
    b->marks[BOOK_TOTAL * b->procedures_count + procedure] |= bits;
}

void book_add_dossier(struct book *b, const char *unit, const char *procedure, size_t quarter,
                      const struct dossier_fact *d)
{
    struct tally one = { { 0 } };
    size_t u = book_unit(b, unit), p = procedure_of(b, procedure), f = p == SIZE_MAX ? 0 : b->field_of[p];
    tally_add_dossier(&one, d, &b->span);
    add(b, u, f, &one);
    count(b->dossiers, b, u, f, quarter, one.n[COUNT_ENDED]);
    if (p != SIZE_MAX && u)
        mark(b, u, p, d);
}

void book_add_complaint(struct book *b, const char *unit, const char *field, const struct complaint_fact *c)
{
    struct tally one = { { 0 } };
    tally_add_complaint(&one, c, &b->span);
    add(b, book_unit(b, unit), book_field(b, field), &one);
}

void book_add_rating(struct book *b, const char *unit, const char *field, size_t quarter,
                     const struct rating_fact *r, int64_t times)
{
    struct tally some = { { 0 } };
    size_t u = book_unit(b, unit), f = book_field(b, field);
    tally_add_rating(&some, r, times);
    add(b, u, f, &some);
    count(b->answers, b, u, f, quarter, times);
}

void book_declare(struct book *b, const char *unit, enum i766_part part, struct fraction f)
{
    size_t u = book_unit(b, unit);
    struct fraction *all = &b->declared[BOOK_TOTAL][part];
    if (!u)
        return;
    b->declared[u][part] = f;
    all->part += f.part;
    all->whole += f.whole;
}

/* ---- reading ---- */

const struct tally *book_cell(const struct book *b, size_t unit, size_t field)
{
    return cell(b, unit, field);
}

static bool counts(const struct book *b, size_t unit, size_t field, size_t p)
{
    bool is_its = unit == BOOK_TOTAL || b->marks[unit * b->procedures_count + p] & RECEIVED_HERE;
    return is_its && (field == BOOK_TOTAL || b->field_of[p] == field);
}

struct tt01_setting book_setting(const struct book *b, size_t unit, size_t field)
{
    const struct fraction *board = &b->declared[unit][I766_1_3]; /* published whole: so on the board, too */
    struct tt01_setting s = { .on_web = b->procedures_count > 0, .on_board = board->part > 0 };
    for (size_t p = 0; p < b->procedures_count; p++) {
        if (!counts(b, unit, field, p))
            continue;
        uint8_t marks = b->marks[unit * b->procedures_count + p];
        s.procedures++;
        s.approved_here += marks & RECEIVED_HERE && !(marks & LEFT_HERE);
        s.eligible++;
        s.online += b->procedures[p].is_online;
    }
    return s;
}

struct i766_inputs book_inputs(const struct book *b, size_t unit, size_t field)
{
    struct i766_inputs in = { .procedures = 0 };
    for (size_t p = 0; p < b->procedures_count; p++) {
        const struct book_procedure *x = &b->procedures[p];
        if (!counts(b, unit, field, p))
            continue;
        in.procedures++;
        in.online += x->is_online;
        in.online_used += x->is_online && b->marks[unit * b->procedures_count + p] & ONLINE_USED;
        in.with_fee += x->has_fee;
        in.with_fee_online += x->has_fee && x->is_online;
    }
    if (field == BOOK_TOTAL)
        memcpy(in.declared, b->declared[unit], sizeof in.declared);
    return in;
}
