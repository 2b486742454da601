/* page.c — see page.h. Text is drawn line by line, so a paragraph may end on another page than it began on.
 */
#include "page.h"

#include <math.h>

static const double points_of[][LOOKS] = {
    [SHEET_A5] = { [LOOK_BODY] = 10.5, [LOOK_SMALL] = 9.5, [LOOK_HEAD] = 9, [LOOK_TITLE] = 12.5 },
    [SHEET_A4_WIDE] = { [LOOK_BODY] = 11.5, [LOOK_SMALL] = 9, [LOOK_HEAD] = 12, [LOOK_TITLE] = 15 },
};

double page_width(const struct page *p)
{
    return p->right - p->left;
}

static void set_font(PangoLayout *l, double points, unsigned style)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Liberation Serif");
    pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
    pango_font_description_set_weight(font, style & SHEET_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, style & SHEET_ITALIC ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
}

PangoLayout *page_layout(const struct page *p, enum look look, unsigned style, double width, const char *text)
{
    PangoLayout *l = pango_layout_new(p->pango);
    set_font(l, points_of[p->sheet->size][look], style);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, style & SHEET_CENTRE ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_text(l, text, -1);
    return l;
}

double layout_height(PangoLayout *l)
{
    PangoRectangle box;
    pango_layout_get_extents(l, NULL, &box);
    return (double)box.height / PANGO_SCALE;
}

double line_height(PangoLayoutLine *line)
{
    PangoRectangle box;
    pango_layout_line_get_extents(line, NULL, &box);
    return (double)box.height / PANGO_SCALE;
}

/* ---- drawing -------------------------------------------------------------------------------------- */

static double indent_of(PangoLayout *l, PangoLayoutLine *line)
{
    PangoRectangle box;
    pango_layout_line_get_extents(line, NULL, &box);
    bool is_centred = pango_layout_get_alignment(l) == PANGO_ALIGN_CENTER;
    return is_centred ? (double)(pango_layout_get_width(l) - box.width) / 2 / PANGO_SCALE : 0;
}

static void show_line(struct page *p, PangoLayout *l, PangoLayoutLine *line, double x, double y)
{
    PangoRectangle box;
    if (p->is_dry)
        return;
    pango_layout_line_get_extents(line, NULL, &box);
    cairo_move_to(p->cr, x + indent_of(l, line), y - (double)box.y / PANGO_SCALE);
    pango_cairo_show_layout_line(p->cr, line);
}

double page_lines(struct page *p, PangoLayout *l, double x, double y, int *from)
{
    double at = y;
    int lines = pango_layout_get_line_count(l);
    for (; *from < lines; (*from)++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(l, *from);
        double height = line_height(line);
        if (at + height > p->bottom)
            break;
        show_line(p, l, line, x, at);
        at += height;
    }
    return at - y;
}

double page_put(struct page *p, enum look look, unsigned style, double x, double y, double width,
                const char *text)
{
    if (!*text)
        return 0;
    PangoLayout *l = page_layout(p, look, style, width, text);
    double height = layout_height(l), bottom = p->bottom;
    int from = 0;
    p->bottom = INFINITY; /* heads and feet stand outside what blocks may fill */
    page_lines(p, l, x, y, &from);
    p->bottom = bottom;
    g_object_unref(l);
    return height;
}

void page_rule(struct page *p, double x0, double y0, double x1, double y1, double thickness)
{
    if (p->is_dry)
        return;
    cairo_set_line_width(p->cr, thickness);
    cairo_move_to(p->cr, x0, y0);
    cairo_line_to(p->cr, x1, y1);
    cairo_stroke(p->cr);
}

/* ---- pages ---------------------------------------------------------------------------------------- */

void page_end(struct page *p)
{
    char text[32];
    double y = p->bottom + 5;
    if (p->is_dry)
        return;
    page_rule(p, p->left, y, p->right, y, 0.4);
    snprintf(text, sizeof text, "Trang %d/%d", p->number, p->pages);
    page_put(p, LOOK_SMALL, SHEET_ITALIC, p->left, y + 2, page_width(p), p->sheet->foot);
    PangoLayout *l = page_layout(p, LOOK_SMALL, SHEET_ITALIC, page_width(p), text);
    pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
    cairo_move_to(p->cr, p->left, y + 2);
    pango_cairo_show_layout(p->cr, l);
    g_object_unref(l);
    cairo_show_page(p->cr);
}

void page_break(struct page *p)
{
    page_end(p);
    p->number++;
    p->y = p->top;
}

bool page_need(struct page *p, double height)
{
    if (p->y + height <= p->bottom || p->y <= p->top)
        return false;
    page_break(p);
    return true;
}
