/* vietqr.h — QR codes that Vietnamese banking apps pay by: EMVCo TLV with CRC-16/CCITT-FALSE. Pure. Source:
 * DOMAIN §8.5; vectors vietqr.json, crc16_ccitt_false.json. Everything is ASCII: banks mangle the rest. */
#ifndef VIETQR_H
#define VIETQR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIETQR_FIELD_MAX = 99, VIETQR_NO_AMOUNT = -1 };

/* What a payer's app shows. NULL or "" leaves a field out. */
struct vietqr {
    const char *bank_bin, *account; /* NAPAS transfer to an account, or to a card */
    bool is_card;
    const char *merchant_id; /* instead: a VNPAY-QR merchant */
    int64_t amount_dong;     /* VIETQR_NO_AMOUNT: the payer types it */
    const char *name;
    const char *bill, *store, *reference, *terminal, *purpose;
};

/* The text of the QR code. Owner: ctx; NULL if a field is too long or not printable ASCII. */
char *vietqr_text(const void *ctx, const struct vietqr *q);

/* Whole fields to the end, and the CRC is right. */
bool vietqr_is_sound(const char *text);

uint16_t crc16_ccitt_false(const void *data, size_t n);

#endif
