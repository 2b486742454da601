/* qr.h — QR codes by libqrencode: as SVG pictures, or as modules for who draws them himself. */
#ifndef QR_H
#define QR_H

#include <stdbool.h>

struct qr { /* without a quiet zone */
    int side;
    const bool *dark; /* side × side, row by row */
};

/* The modules of the text at error correction M. Owner: ctx. NULL if the text does not fit into a QR code. */
struct qr *qr_modules(const void *ctx, const char *text);

/* SVG of the text at error correction M, with the quiet zone of four modules; one path, black on white, so it
 * prints the same everywhere. Owner: ctx. NULL if the text does not fit into a QR code. */
char *qr_svg(const void *ctx, const char *text);

#endif
