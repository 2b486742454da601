/* draw.c — see draw.h. Everything is laid out twice: dry, to know how many pages there are, then onto them.
 * The fonts are those of one Debian package, whatever else the machine has: a paper looks the same
 * everywhere, and fontconfig reads none of its own files. */
#include "draw.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "page.h"

#define FONTS "/usr/share/fonts/truetype/liberation2/LiberationSerif-"
#define MM    (72 / 25.4)

static const struct {
    double width, height, left, right, top, bottom; /* mm: the paper, then its margins */
} papers[] = {
    [SHEET_A5] = { 148, 210, 15, 10, 10, 15 },
    [SHEET_A4_WIDE] = { 297, 210, 15, 12, 12, 16 },
};

/* ---- the file ------------------------------------------------------------------------------------- */

static cairo_status_t append(void *arg, const unsigned char *data, unsigned n)
{
    struct drawing *d = arg;
    unsigned char *more = realloc(d->data, d->size + n);
    if (!more)
        return CAIRO_STATUS_NO_MEMORY;
    memcpy(more + d->size, data, n);
    d->data = more;
    d->size += n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *file_of(struct drawing *d)
{
    char made[CIVIL_TEXT];
    const struct sheet *s = d->sheet;
    cairo_surface_t *file = cairo_pdf_surface_create_for_stream(append, d, papers[s->size].width * MM,
                                                                papers[s->size].height * MM);
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_TITLE, s->title);
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_AUTHOR, s->unit);
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_SUBJECT, s->foot);
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_CREATE_DATE,
                                   civil_format(s->dated_at_ms, CIVIL_ISO, made));
    return file;
}

/* ---- fonts ---------------------------------------------------------------------------------------- */

/* Else pango would have fontconfig read all the machine's fonts on a thread of its own. */
static void know_no_fonts(void)
{
    FcConfig *none = FcConfigCreate();
    FcConfigSetCurrent(none);
    FcConfigDestroy(none);
}

static FcConfig *open_fonts(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const char *const files[] = { FONTS "Regular.ttf", FONTS "Bold.ttf", FONTS "Italic.ttf",
                                         FONTS "BoldItalic.ttf" };
    pthread_once(&once, know_no_fonts);
    FcConfig *fonts = FcConfigCreate();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!FcConfigAppFontAddFile(fonts, (const FcChar8 *)files[i])) {
            FcConfigDestroy(fonts);
            return NULL;
        }
    return fonts;
}

/* ---- both rounds ---------------------------------------------------------------------------------- */

static void lay_out(struct page *p)
{
    p->number = 1;
    p->y = p->top;
    draw_head(p);
    draw_blocks(p);
    page_end(p);
}

/* Letters stand where the font says, not on the pixels of a screen. */
static PangoContext *context_of(cairo_t *cr, PangoFontMap *map)
{
    PangoContext *c = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_context_set_language(c, pango_language_from_string("vi"));
    pango_cairo_update_context(cr, c);
    pango_cairo_context_set_font_options(c, options);
    pango_context_set_round_glyph_positions(c, FALSE);
    cairo_font_options_destroy(options);
    return c;
}

static void draw_pages(struct drawing *d, cairo_t *cr, PangoFontMap *map)
{
    enum sheet_size size = d->sheet->size;
    struct page p = { .sheet = d->sheet, .qr = d->qr, .cr = cr, .is_dry = true };
    p.left = papers[size].left * MM;
    p.right = (papers[size].width - papers[size].right) * MM;
    p.top = papers[size].top * MM;
    p.bottom = (papers[size].height - papers[size].bottom) * MM;
    p.pango = context_of(cr, map);
    lay_out(&p);
    p.pages = d->pages = p.number;
    p.is_dry = false;
    lay_out(&p);
    g_object_unref(p.pango);
}

static void draw_file(struct drawing *d, FcConfig *fonts)
{
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    cairo_surface_t *file = file_of(d);
    cairo_t *cr = cairo_create(file);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts);
    draw_pages(d, cr, map);
    cairo_destroy(cr);
    cairo_surface_finish(file);
    if (cairo_surface_status(file) != CAIRO_STATUS_SUCCESS)
        d->failed = "cairo could not write the file: is there memory left?";
    cairo_surface_destroy(file);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), NULL); /* it would keep the fonts for ever */
    g_object_unref(map);
}

void motcua_draw(struct drawing *d)
{
    FcConfig *fonts = open_fonts();
    if (!fonts) {
        d->failed = "the fonts of official papers are missing: install fonts-liberation2";
        return;
    }
    draw_file(d, fonts);
    FcConfigDestroy(fonts);
}
