/* inbound.h — a dossier filed on the national portal, as the portal pushes it (DOMAIN §3.2). Pure. Bytes in,
 * dossier or refusal out. Runs on the thread pool: bodies are large and full of base64.
 *
 * Wrong pushes are refused in the order and the words of the one public server that is known, so that the
 * portal's side understands them.
 */
#ifndef INBOUND_H
#define INBOUND_H

#include <stddef.h>
#include <stdint.h>

#include "common.pb-c.h"

enum { INBOUND_FILES_MOST = 50, INBOUND_CODE_MOST = 48 };

enum inbound_verdict {
    INBOUND_OK,
    INBOUND_DUPLICATE,
    INBOUND_NO_DATA,
    INBOUND_NO_TAX_CODE,
    INBOUND_NO_OWNER, /* a tax code nobody can have */
    INBOUND_NO_CODE,
    INBOUND_NO_CONFIG, /* the unit that should get it is not there */
    INBOUND_NO_PROCEDURE,
    INBOUND_NO_APPLICANT,
    INBOUND_WRONG, /* a field cannot be used */
    INBOUND_VERDICTS
};

struct inbound_file {
    const char *name; /* as the sender calls it, without folders */
    const uint8_t *data;
    size_t size;
};

struct inbound { /* everything belongs to the ctx given */
    const char *national_code, *procedure_code;
    Motcua__Applicant applicant;            /* address: as far as it came in words */
    const char *ward, *district, *province; /* codes of the General Statistics Office, or "" */
    size_t files_count;
    struct inbound_file files[INBOUND_FILES_MOST];
    const char *answers; /* JSON: the fields as they came, without the files */
};

/* Fills *in as far as it is understood. Not INBOUND_OK: *arg names the field or value that is wrong, or is
 * "". */
enum inbound_verdict inbound_read(const void *ctx, const char *body, size_t size, size_t file_bytes_most,
                                  struct inbound *in, const char **arg);

const char *inbound_words(enum inbound_verdict verdict); /* "duplicate refId" */
/* What the portal is told: {"error_code":…,"message":"<MaHoSo>| …"}. Owner: ctx. */
char *inbound_reply(const void *ctx, enum inbound_verdict verdict, const char *national_code,
                    const char *arg);

#endif
