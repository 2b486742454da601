/* qr.h — QR codes as SVG pictures, by libqrencode. */
#ifndef QR_H
#define QR_H

/* SVG of the text at error correction M, with the quiet zone of four modules; one path, black on white, so it
 * prints the same everywhere. Owner: ctx. NULL if the text does not fit into a QR code. */
char *qr_svg(const void *ctx, const char *text);

#endif
