/* page.h — the page that is being filled: for the files of draw/ only. Lengths are points (1/72 inch). */
#ifndef PAGE_H
#define PAGE_H

#include <pango/pangocairo.h>

#include "draw.h"

/* What a style looks like on a size of paper. */
enum look { LOOK_BODY, LOOK_SMALL, LOOK_HEAD, LOOK_TITLE, LOOKS };

struct page {
    const struct sheet *sheet;
    const struct qr *qr;
    cairo_t *cr;
    PangoContext *pango;
    bool is_dry; /* only counts pages */
    int number, pages;
    double y; /* where the next line begins */
    double left, right, top, bottom;
};

double page_width(const struct page *p);
/* A layout of the text as wide as `width`; the caller frees it by g_object_unref. */
PangoLayout *page_layout(const struct page *p, enum look look, unsigned style, double width,
                         const char *text);
double layout_height(PangoLayout *l);
double line_height(PangoLayoutLine *line);

/* Draws at x, y what fits above the end of the page; *from: the first line to draw, then the first that was
 * not. Returns the height drawn. */
double page_lines(struct page *p, PangoLayout *l, double x, double y, int *from);
/* Short texts: wholly at x, y. Returns the height. */
double page_put(struct page *p, enum look look, unsigned style, double x, double y, double width,
                const char *text);
void page_rule(struct page *p, double x0, double y0, double x1, double y1, double thickness);

/* The rest of the page stays empty if it has less than `height` left. True: a new page has begun. */
bool page_need(struct page *p, double height);
void page_break(struct page *p);
void page_end(struct page *p); /* the foot, and out */

void draw_head(struct page *p);
void draw_blocks(struct page *p);
void draw_table(struct page *p, const struct sheet_block *b);

#endif
