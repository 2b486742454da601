/* draw.h — sheets as PDF, by pango and cairo: the one function of build/motcua-draw.so.
 *
 * The module is loaded when the first paper is asked for (sheet_pdf.h), so a service that prints nothing does
 * not carry pango's twenty libraries. Nothing is kept between two papers: fonts are opened for each, which
 * takes half a millisecond, and the drawing may run on any thread, on several at once.
 */
#ifndef DRAW_H
#define DRAW_H

#include "qr.h"
#include "sheet.h"

struct drawing {
    const struct sheet *sheet;
    const struct qr *qr; /* NULL: none */
    unsigned char *data; /* out: the file; malloc'd, the caller frees it */
    size_t size;
    int pages;
    const char *failed; /* out: NULL, or what to do about it; lives for ever */
};

typedef void draw_fn(struct drawing *d);
draw_fn motcua_draw;

#endif
