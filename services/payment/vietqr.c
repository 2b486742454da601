/* vietqr.c — see vietqr.h. A field is two digits of id, two of length, and its value; a template is a field
 * of fields. */
#include "vietqr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum { CRC_FIELD = 8 }; /* "6304" and four digits */

uint16_t crc16_ccitt_false(const void *data, size_t n)
{
    uint16_t crc = 0xffff;
    for (const uint8_t *at = data; n > 0; n--, at++) {
        crc = (uint16_t)(crc ^ (*at << 8));
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
    }
    return crc;
}

/* ---- writing -------------------------------------------------------------------------------------- */

struct fields { /* being written */
    char *text;
    bool is_broken;
};

static bool is_printable(const char *s)
{
    for (; *s; s++)
        if (*s < ' ' || *s > '~')
            return false;
    return true;
}

static void put(struct fields *f, const char *id, const char *value)
{
    size_t n = value ? strlen(value) : 0;
    if (n == 0)
        return;
    f->is_broken = f->is_broken || n > VIETQR_FIELD_MAX || !is_printable(value);
    f->text = talloc_asprintf_append_buffer(f->text, "%s%02zu%s", id, n, value);
}

static struct fields fields_new(const void *ctx)
{
    return (struct fields){ .text = talloc_strdup(ctx, "") };
}

static void put_account(const void *ctx, struct fields *f, const struct vietqr *q)
{
    struct fields bank = fields_new(ctx), account = fields_new(ctx);
    put(&bank, "00", q->bank_bin);
    put(&bank, "01", q->account);
    put(&account, "00", "A000000727");
    put(&account, "01", bank.text);
    put(&account, "02", q->is_card ? "QRIBFTTC" : "QRIBFTTA");
    put(f, "38", account.text);
}

static void put_merchant(const void *ctx, struct fields *f, const struct vietqr *q)
{
    struct fields merchant = fields_new(ctx);
    put(&merchant, "00", "A000000775");
    put(&merchant, "01", q->merchant_id);
    put(f, "26", merchant.text);
}

static void put_details(const void *ctx, struct fields *f, const struct vietqr *q)
{
    struct fields details = fields_new(ctx);
    put(&details, "01", q->bill);
    put(&details, "03", q->store);
    put(&details, "05", q->reference);
    put(&details, "07", q->terminal);
    put(&details, "08", q->purpose);
    put(f, "62", details.text);
}

char *vietqr_text(const void *ctx, const struct vietqr *q)
{
    void *scratch = talloc_new(ctx);
    struct fields f = fields_new(scratch);
    bool has_amount = q->amount_dong != VIETQR_NO_AMOUNT;
    put(&f, "00", "01");
    put(&f, "01", has_amount && !q->merchant_id ? "12" : "11"); /* VNPAY-QR is static whatever it asks for */
    if (q->merchant_id)
        put_merchant(scratch, &f, q);
    else
        put_account(scratch, &f, q);
    put(&f, "53", "704");
    put(&f, "54", has_amount ? talloc_asprintf(scratch, "%" PRId64, q->amount_dong) : NULL);
    put(&f, "58", "VN");
    put(&f, "59", q->name);
    put_details(scratch, &f, q);
    f.text = talloc_strdup_append_buffer(f.text, "6304");
    char *text = f.is_broken
                     ? NULL
                     : talloc_asprintf(ctx, "%s%04X", f.text, crc16_ccitt_false(f.text, strlen(f.text)));
    talloc_free(scratch);
    return text;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* Length of the field at s, or 0. */
static size_t field_length(const char *s)
{
    int length, used = 0;
    if (strspn(s, "0123456789") < 4 || sscanf(s + 2, "%2d%n", &length, &used) != 1 || used != 2)
        return 0;
    size_t whole = 4 + (size_t)length;
    return strnlen(s, whole) == whole ? whole : 0;
}

bool vietqr_is_sound(const char *text)
{
    char crc[8];
    size_t n = strlen(text), at = 0;
    if (n < CRC_FIELD || strncmp(text + n - CRC_FIELD, "6304", 4) != 0)
        return false;
    for (size_t length; at < n; at += length)
        if ((length = field_length(text + at)) == 0)
            return false;
    snprintf(crc, sizeof crc, "%04X", crc16_ccitt_false(text, n - 4));
    return strcmp(crc, text + n - 4) == 0;
}
