/* sheet.c — see sheet.h. The fingerprint is FNV-1a over every text in order: it tells a browser whether the
 * paper it keeps is still the same, so it need not resist anybody. */
#include "sheet.h"

#include <talloc.h>

#include "civil.h"
#include "text.h"

struct sheet *sheet_new(const void *ctx, enum sheet_size size)
{
    struct sheet *s = talloc_zero(ctx, struct sheet);
    s->size = size;
    s->agency = s->unit = s->number = s->dated = s->title = s->subtitle = s->foot = "";
    return s;
}

/* A zero before days below ten and before January and February, so that nobody adds a figure (Decree
 * 30/2020). */
void sheet_issued(struct sheet *s, const char *agency, const char *unit, const char *place, int64_t at_ms)
{
    struct civil c = civil_of(at_ms);
    s->agency = text_capitals(s, agency);
    s->unit = text_capitals(s, unit);
    s->dated = talloc_asprintf(s, "%s%sngày %02d tháng %0*d năm %d", place, *place ? ", " : "", c.day,
                               c.month < 3 ? 2 : 1, c.month, c.year);
    s->dated_at_ms = at_ms;
}

static struct sheet_block *add(struct sheet *s, enum sheet_kind kind)
{
    s->blocks = talloc_realloc(s, s->blocks, struct sheet_block, s->blocks_count + 1);
    struct sheet_block *b = &s->blocks[s->blocks_count++];
    *b = (struct sheet_block){ .kind = kind, .label = "", .text = "" };
    return b;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

void sheet_field(struct sheet *s, unsigned style, const char *label, const char *text)
{
    struct sheet_block *b = add(s, SHEET_FIELD);
    b->style = style;
    b->label = label;
    b->text = or_empty(text);
}

void sheet_text(struct sheet *s, unsigned style, const char *text)
{
    struct sheet_block *b = add(s, SHEET_TEXT);
    b->style = style;
    b->text = or_empty(text);
}

void sheet_table(struct sheet *s, const struct sheet_column *columns, size_t columns_count)
{
    struct sheet_block *b = add(s, SHEET_TABLE);
    b->columns = columns;
    b->columns_count = columns_count;
}

static void add_cells(struct sheet *s, struct sheet_block *b, const char *const *cells)
{
    size_t from = b->rows_count * b->columns_count;
    b->rows_count++;
    b->cells = talloc_realloc(s, b->cells, const char *, b->rows_count * b->columns_count);
    for (size_t i = 0; i < b->columns_count; i++)
        b->cells[from + i] = or_empty(cells[i]);
}

void sheet_row(struct sheet *s, const char *const *cells)
{
    add_cells(s, &s->blocks[s->blocks_count - 1], cells);
}

static const char *how_many(const void *ctx, int n)
{
    return n > 0 ? talloc_asprintf(ctx, "%d", n) : "";
}

void sheet_papers(struct sheet *s, const struct sheet_paper *papers, size_t count)
{
    static const struct sheet_column columns[] = { { "TT", 2, SHEET_CENTRE },
                                                   { "Tên giấy tờ", 13, 0 },
                                                   { "Bản chính", 3, SHEET_CENTRE },
                                                   { "Bản sao", 3, SHEET_CENTRE },
                                                   { "Bản điện tử", 3, SHEET_CENTRE } };
    sheet_table(s, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        const struct sheet_paper *p = &papers[i];
        sheet_row(s, (const char *[]){ how_many(s, (int)i + 1), p->name, how_many(s, p->originals),
                                       how_many(s, p->copies), p->has_file ? "x" : "" });
    }
}

void sheet_signatures(struct sheet *s, const char *const *roles, const char *const *names, size_t count)
{
    struct sheet_block *b = add(s, SHEET_SIGNATURES);
    b->columns_count = count;
    add_cells(s, b, roles);
    add_cells(s, b, names);
}

/* ---- copies ---------------------------------------------------------------------------------------- */

static void copy_block(struct sheet *own, struct sheet_block *b)
{
    size_t cells = b->rows_count * b->columns_count;
    const char **copy = talloc_array(own, const char *, cells);
    for (size_t i = 0; i < cells; i++)
        copy[i] = talloc_strdup(own, b->cells[i]);
    b->cells = copy;
    b->label = talloc_strdup(own, b->label);
    b->text = talloc_strdup(own, b->text);
}

struct sheet *sheet_copy(const void *ctx, const struct sheet *s)
{
    struct sheet *own = talloc_memdup(ctx, s, sizeof *s);
    const char **const texts[] = { &own->agency, &own->unit,     &own->number, &own->dated,
                                   &own->title,  &own->subtitle, &own->qr,     &own->foot };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = talloc_strdup(own, *texts[i]);
    own->blocks = talloc_memdup(own, s->blocks, s->blocks_count * sizeof *s->blocks);
    for (size_t i = 0; i < own->blocks_count; i++)
        copy_block(own, &own->blocks[i]);
    return own;
}

/* ---- fingerprint ---------------------------------------------------------------------------------- */

static uint64_t mix_byte(uint64_t h, unsigned char c)
{
    return (h ^ c) * UINT64_C(1099511628211);
}

/* With its end, so that what moves from one text to the next is another paper. */
static uint64_t mix(uint64_t h, const char *text)
{
    for (const char *p = or_empty(text); *p; p++)
        h = mix_byte(h, (unsigned char)*p);
    return mix_byte(h, 0xff);
}

static uint64_t mix_block(uint64_t h, const struct sheet_block *b)
{
    h = mix_byte(mix_byte(h, (unsigned char)b->kind), (unsigned char)b->style);
    h = mix(mix(h, b->label), b->text);
    for (size_t i = 0; i < b->columns_count && b->columns; i++)
        h = mix(h, b->columns[i].title);
    for (size_t i = 0; i < b->rows_count * b->columns_count; i++)
        h = mix(h, b->cells[i]);
    return h;
}

uint64_t sheet_fingerprint(const struct sheet *s)
{
    uint64_t h = UINT64_C(14695981039346656037);
    const char *const head[] = { s->agency, s->unit,     s->number, s->dated,
                                 s->title,  s->subtitle, s->qr,     s->foot };
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        h = mix(h, head[i]);
    for (size_t i = 0; i < s->blocks_count; i++)
        h = mix_block(h, &s->blocks[i]);
    return h;
}
