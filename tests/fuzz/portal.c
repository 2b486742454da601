/* portal.c — what the national portal says. "create 200" and a newline: the answer to that call, with that
 * status of HTTP. "inbound" and a newline: what it pushes. */
#include "services/status-sync/portal.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fuzz.h"
#include "services/status-sync/inbound.h"
#include "text.h"

enum { FILE_BYTES_MOST = 1000 };

static void check_inbound(void *ctx, const char *body, size_t size)
{
    struct inbound in;
    const char *arg;
    enum inbound_verdict verdict = inbound_read(ctx, body, size, FILE_BYTES_MOST, &in, &arg);
    ASSERT(verdict < INBOUND_VERDICTS && in.files_count <= INBOUND_FILES_MOST);
    if (verdict == INBOUND_OK)
        ASSERT(in.answers && *in.national_code && *in.applicant.name && *in.applicant.tax_code);
    for (size_t i = 0; verdict == INBOUND_OK && i < in.files_count; i++)
        ASSERT(in.files[i].size > 0 && in.files[i].size <= FILE_BYTES_MOST && !strchr(in.files[i].name, '/'));
    const char *reply = inbound_reply(ctx, verdict, in.national_code, arg);
    json_t *o = json_loads(reply, 0, NULL);
    ASSERT(o);
    json_decref(o);
}

static void check_answer(void *ctx, enum portal_call call, long status, const char *body, size_t size)
{
    struct portal_answer out;
    portal_judge(ctx, call, status, body, size, &out);
    ASSERT(out.message && out.session && out.owner && text_length(out.message) <= PORTAL_MESSAGE_MOST);
    ASSERT(out.outcome != PORTAL_DONE || status / 100 == 2);
    ASSERT(out.outcome != PORTAL_DONE || call != PORTAL_LOGIN || *out.session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    if (!newline)
        return 0;
    void *ctx = talloc_new(NULL);
    char *status = fuzz_text(ctx, data, (size_t)(newline - data)), *name = strsep(&status, " ");
    size_t rest = size - (size_t)(newline - data) - 1;
    const char *body = talloc_memdup(ctx, newline + 1, rest);
    if (strcmp(name, "inbound") == 0)
        check_inbound(ctx, body, rest);
    for (int call = 0; status && call < PORTAL_CALLS; call++)
        if (strcmp(portal_call_name(call), name) == 0)
            check_answer(ctx, call, strtol(status, NULL, 10), body, rest);
    talloc_free(ctx);
    return 0;
}
