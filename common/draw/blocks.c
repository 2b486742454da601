/* blocks.c — fields, paragraphs and signatures. */
#include <math.h>
#include <string.h>

#include "page.h"

#define LEADING 2.0 /* below each block */
#define GAP     10.0
#define HAND    46.0 /* room for a signature */

/* ---- paragraphs and fields ------------------------------------------------------------------------ */

/* From here on, over as many pages as it takes. */
static void flow(struct page *p, PangoLayout *l, double x)
{
    int from = 0, lines = pango_layout_get_line_count(l);
    while (from < lines) {
        page_need(p, line_height(pango_layout_get_line_readonly(l, from)));
        p->y += page_lines(p, l, x, p->y, &from);
        if (from < lines)
            page_break(p);
    }
}

static void embolden(PangoLayout *l, size_t from)
{
    PangoAttrList *list = pango_attr_list_new();
    PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);
    bold->start_index = (guint)from;
    pango_attr_list_insert(list, bold);
    pango_layout_set_attributes(l, list);
    pango_attr_list_unref(list);
}

static PangoLayout *field_layout(const struct page *p, const struct sheet_block *b, double width)
{
    char *text = g_strconcat(b->label, ": ", b->text, NULL);
    PangoLayout *l = page_layout(p, LOOK_BODY, b->style & ~SHEET_BOLD, width, text);
    if (b->style & SHEET_BOLD)
        embolden(l, strlen(b->label) + 2);
    g_free(text);
    return l;
}

/* Nothing is known: dots to write on, from the label to the end of the line. */
static void draw_dots(struct page *p, PangoLayout *l, double x, double y, double width)
{
    static const double dot[] = { 0.5, 2.2 };
    PangoRectangle box;
    if (p->is_dry)
        return;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(l, 0), NULL, &box);
    double base = y + (double)pango_layout_get_baseline(l) / PANGO_SCALE;
    cairo_set_dash(p->cr, dot, 2, 0);
    page_rule(p, x + (double)box.width / PANGO_SCALE, base, x + width, base, 0.6);
    cairo_set_dash(p->cr, NULL, 0, 0);
}

static void draw_field(struct page *p, const struct sheet_block *b)
{
    PangoLayout *l = field_layout(p, b, page_width(p));
    page_need(p, line_height(pango_layout_get_line_readonly(l, 0)));
    if (!*b->text)
        draw_dots(p, l, p->left, p->y, page_width(p));
    flow(p, l, p->left);
    p->y += LEADING;
    g_object_unref(l);
}

/* Two short fields beside each other. */
static void draw_halves(struct page *p, const struct sheet_block *b)
{
    double width = (page_width(p) - GAP) / 2, height = 0;
    PangoLayout *l[2];
    for (int i = 0; i < 2; i++) {
        l[i] = field_layout(p, &b[i], width);
        height = fmax(height, layout_height(l[i]));
    }
    page_need(p, height);
    for (int i = 0; i < 2; i++) {
        int from = 0;
        double x = p->left + i * (width + GAP);
        if (!*b[i].text)
            draw_dots(p, l[i], x, p->y, width);
        page_lines(p, l[i], x, p->y, &from);
        g_object_unref(l[i]);
    }
    p->y += height + LEADING;
}

static void draw_text(struct page *p, const struct sheet_block *b)
{
    PangoLayout *l = page_layout(p, LOOK_BODY, b->style, page_width(p), b->text);
    flow(p, l, p->left);
    p->y += LEADING;
    g_object_unref(l);
}

/* ---- signatures ----------------------------------------------------------------------------------- */

static void draw_signatures(struct page *p, const struct sheet_block *b)
{
    static const char HOW[] = "(Ký, ghi rõ họ tên)";
    double width = page_width(p) / (double)b->columns_count, roles = 0, names = 0;
    page_need(p, HAND + 60); /* never torn from each other */
    double y = p->y + 8;
    for (size_t i = 0; i < b->columns_count; i++)
        roles = fmax(roles, page_put(p, LOOK_BODY, SHEET_CENTRE | SHEET_BOLD, p->left + width * (double)i, y,
                                     width, b->cells[i]));
    for (size_t i = 0; i < b->columns_count; i++) {
        double x = p->left + width * (double)i;
        if (!*b->cells[i])
            continue; /* nobody signs here */
        double how = page_put(p, LOOK_SMALL, SHEET_CENTRE | SHEET_ITALIC, x, y + roles, width, HOW);
        names = fmax(names, how + page_put(p, LOOK_BODY, SHEET_CENTRE | SHEET_BOLD, x, y + roles + how + HAND,
                                           width, b->cells[b->columns_count + i]));
    }
    p->y = y + roles + HAND + names + LEADING;
}

/* ---- all of them ---------------------------------------------------------------------------------- */

void draw_blocks(struct page *p)
{
    const struct sheet *s = p->sheet;
    for (size_t i = 0; i < s->blocks_count; i++) {
        const struct sheet_block *b = &s->blocks[i];
        bool has_pair = i + 1 < s->blocks_count && (b->style & SHEET_HALF) && (b[1].style & SHEET_HALF);
        if (has_pair) {
            draw_halves(p, b);
            i++;
            continue;
        }
        switch (b->kind) {
        case SHEET_FIELD: draw_field(p, b); break;
        case SHEET_TEXT: draw_text(p, b); break;
        case SHEET_TABLE: draw_table(p, b); break;
        case SHEET_SIGNATURES: draw_signatures(p, b); break;
        }
    }
}
