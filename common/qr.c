/* qr.c — see qr.h. Each run of dark modules in a row is one rectangle of the path. */
#include "qr.h"

#include <qrencode.h>
#include <talloc.h>

enum { QUIET = 4 };

static char *add_row(char *path, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int n = 0;
        while (x + n < width && (row[x + n] & 1))
            n++;
        if (n > 0)
            path = talloc_asprintf_append_buffer(path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        x += n;
    }
    return path;
}

struct qr *qr_modules(const void *ctx, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return NULL;
    struct qr *qr = talloc(ctx, struct qr);
    bool *dark = talloc_array(qr, bool, code->width * code->width);
    for (int i = 0; i < code->width * code->width; i++)
        dark[i] = code->data[i] & 1;
    *qr = (struct qr){ code->width, dark };
    QRcode_free(code);
    return qr;
}

char *qr_svg(const void *ctx, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return NULL;
    char *path = talloc_strdup(ctx, "");
    for (int y = 0; y < code->width; y++)
        path = add_row(path, code->data + y * code->width, code->width, y);
    int side = code->width + 2 * QUIET;
    char *svg = talloc_asprintf(
        ctx,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"40mm\" height=\"40mm\""
        " shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
        "<path fill=\"#000\" d=\"%s\"/></svg>\n",
        side, side, side, side, path);
    QRcode_free(code);
    talloc_free(path);
    return svg;
}
