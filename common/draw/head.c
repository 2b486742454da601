/* head.c — the top of the first page as Decree 30/2020 orders it: on the left who issues the paper and its
 * number, on the right the nation and its motto, place and date below; then title and QR code. */
#include <math.h>

#include "page.h"

#define LEFT_SHARE 0.38
#define GAP        6.0
#define QR_SIDE    58.0 /* 20 mm, or as much as makes a module 0.45 mm, which a cheap camera reads */
#define QR_MODULE  1.28

static const char NATION[] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", MOTTO[] = "Độc lập - Tự do - Hạnh phúc";

static double text_width(const struct page *p, const char *text)
{
    int width, height;
    PangoLayout *l = page_layout(p, LOOK_HEAD, SHEET_BOLD, page_width(p), text);
    pango_layout_get_size(l, &width, &height);
    g_object_unref(l);
    return (double)width / PANGO_SCALE;
}

/* The line under a text in the middle of a column: as long as the text, or a part of it. */
static double rule_under(struct page *p, const char *text, double share, double x, double y, double width)
{
    double middle = x + width / 2, half = fmin(text_width(p, text), width) * share / 2;
    page_rule(p, middle - half, y + 2.5, middle + half, y + 2.5, 0.6);
    return y + 5;
}

static double draw_issuer(struct page *p, double x, double y, double width)
{
    const struct sheet *s = p->sheet;
    y += page_put(p, LOOK_HEAD, SHEET_CENTRE, x, y, width, s->agency);
    y += page_put(p, LOOK_HEAD, SHEET_CENTRE | SHEET_BOLD, x, y, width, s->unit);
    y = rule_under(p, s->unit, 0.4, x, y, width);
    return y + page_put(p, LOOK_HEAD, SHEET_CENTRE, x, y + 2, width, s->number) + 2;
}

static double draw_nation(struct page *p, double x, double y, double width)
{
    y += page_put(p, LOOK_HEAD, SHEET_CENTRE | SHEET_BOLD, x, y, width, NATION);
    y += page_put(p, LOOK_HEAD, SHEET_CENTRE | SHEET_BOLD, x, y, width, MOTTO);
    y = rule_under(p, MOTTO, 1, x, y, width);
    return y + page_put(p, LOOK_HEAD, SHEET_CENTRE | SHEET_ITALIC, x, y + 2, width, p->sheet->dated) + 2;
}

static double qr_side(const struct page *p)
{
    return p->qr ? fmax(QR_SIDE, QR_MODULE * p->qr->side) : 0;
}

static void draw_qr(struct page *p, double x, double y)
{
    if (!p->qr || p->is_dry)
        return;
    double module = qr_side(p) / p->qr->side;
    for (int row = 0; row < p->qr->side; row++)
        for (int column = 0; column < p->qr->side; column++)
            if (p->qr->dark[row * p->qr->side + column])
                cairo_rectangle(p->cr, x + column * module, y + row * module, module, module);
    cairo_fill(p->cr);
}

/* Title and subtitle stand in the middle of the page, whatever is at their left. */
static double draw_title(struct page *p, double y, double aside)
{
    double x = p->left + aside, width = page_width(p) - 2 * aside, at = y;
    at += page_put(p, LOOK_TITLE, SHEET_CENTRE | SHEET_BOLD, x, at, width, p->sheet->title);
    return at + page_put(p, LOOK_BODY, SHEET_CENTRE | SHEET_ITALIC, x, at + 1, width, p->sheet->subtitle) + 1;
}

void draw_head(struct page *p)
{
    double left = page_width(p) * LEFT_SHARE, right = page_width(p) - left - GAP;
    double issuer = draw_issuer(p, p->left, p->y, left);
    double nation = draw_nation(p, p->left + left + GAP, p->y, right);
    double y = fmax(issuer, nation) + 8, title = draw_title(p, y, p->qr ? qr_side(p) + GAP : 0);
    draw_qr(p, p->left, y);
    p->y = fmax(title, y + qr_side(p)) + 8;
}
