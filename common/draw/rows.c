/* rows.c — tables: the head again on every page; a row that does not fit on what is left goes to the next
 * page, one that fits on no page is cut between two lines. */
#include <math.h>

#include "page.h"

#define PAD   2.5
#define LINE  0.5
#define AFTER 5.0

enum { COLUMNS_MAX = 16 };

struct row {
    const struct sheet_block *table;
    PangoLayout *cells[COLUMNS_MAX];
    int from[COLUMNS_MAX]; /* the first line of each that is not drawn yet */
};

static double column_x(const struct page *p, const struct sheet_block *b, size_t column)
{
    unsigned before = 0, all = 0;
    for (size_t i = 0; i < b->columns_count; i++) {
        before += i < column ? b->columns[i].weight : 0;
        all += b->columns[i].weight;
    }
    return p->left + page_width(p) * before / all;
}

static struct row row_open(const struct page *p, const struct sheet_block *b, const char *const *texts)
{
    struct row r = { .table = b };
    for (size_t i = 0; i < b->columns_count; i++) {
        double width = column_x(p, b, i + 1) - column_x(p, b, i) - 2 * PAD;
        unsigned style = texts ? b->columns[i].style : SHEET_BOLD | SHEET_CENTRE;
        r.cells[i] = page_layout(p, LOOK_SMALL, style, width, texts ? texts[i] : b->columns[i].title);
    }
    return r;
}

static double row_height(const struct row *r)
{
    double height = 0;
    for (size_t i = 0; i < r->table->columns_count; i++)
        height = fmax(height, layout_height(r->cells[i]));
    return height + 2 * PAD;
}

static void draw_box(struct page *p, const struct sheet_block *b, double y, double height)
{
    for (size_t i = 0; i <= b->columns_count; i++)
        page_rule(p, column_x(p, b, i), y, column_x(p, b, i), y + height, LINE);
    page_rule(p, p->left, y, p->right, y, LINE);
    page_rule(p, p->left, y + height, p->right, y + height, LINE);
}

/* What fits on this page. True: that was all of it. */
static bool draw_part(struct page *p, struct row *r)
{
    double height = 0;
    bool is_done = true;
    for (size_t i = 0; i < r->table->columns_count; i++) {
        double x = column_x(p, r->table, i) + PAD;
        height = fmax(height, page_lines(p, r->cells[i], x, p->y + PAD, &r->from[i]));
        is_done = is_done && r->from[i] == pango_layout_get_line_count(r->cells[i]);
    }
    draw_box(p, r->table, p->y, height + 2 * PAD);
    p->y += height + 2 * PAD;
    return is_done;
}

static void row_close(struct row *r)
{
    for (size_t i = 0; i < r->table->columns_count; i++)
        g_object_unref(r->cells[i]);
}

static double draw_titles(struct page *p, const struct sheet_block *b)
{
    struct row r = row_open(p, b, NULL);
    double height = row_height(&r);
    draw_part(p, &r);
    row_close(&r);
    return height;
}

static void draw_row(struct page *p, const struct sheet_block *b, const char *const *texts)
{
    struct row r = row_open(p, b, texts);
    if (page_need(p, row_height(&r)))
        draw_titles(p, b);
    while (!draw_part(p, &r)) {
        page_break(p);
        draw_titles(p, b);
    }
    row_close(&r);
}

void draw_table(struct page *p, const struct sheet_block *b)
{
    page_need(p, 60); /* titles do not stand alone at the end of a page */
    draw_titles(p, b);
    for (size_t i = 0; i < b->rows_count; i++)
        draw_row(p, b, b->cells + i * b->columns_count);
    p->y += AFTER;
}
