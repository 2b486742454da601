/* purpose.h — the words that travel with a bank transfer: what we ask the payer to write, and finding the
 * dossier again in what the bank's statement says. Pure. Source: DOMAIN §8.5.
 *
 * Banks drop dots and dashes, put blanks elsewhere and add words of their own, so a code is found by its
 * letters and digits. Which codes exist is for the store to say: here are only the ones that could be meant,
 * the likeliest first.
 */
#ifndef PURPOSE_H
#define PURPOSE_H

#include <stddef.h>

enum { COMPACT_TEXT = 32, PURPOSE_MAX = 50, PURPOSE_CODES_MAX = 64 };

/* "000.00.01.H07-200421-0001" → "0000001H072004210001". Returns out. */
const char *code_compact(const char *code, char out[COMPACT_TEXT]);

/* "NOP PHI 0000001H072004210001": at most PURPOSE_MAX letters, digits and blanks. Owner: ctx. */
char *purpose_text(const void *ctx, const char *code);

/* Compact codes the text may name, the likeliest first; returns how many. */
size_t purpose_codes(const char *text, char out[PURPOSE_CODES_MAX][COMPACT_TEXT]);

/* Capital letters without marks, digits and blanks only, as cards and QR codes want names. Owner: ctx. */
char *plain_capitals(const void *ctx, const char *text);

#endif
