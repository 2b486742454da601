/* refused.c — see refused.h. */
#include "refused.h"

#include <talloc.h>

#include "text.h"

void refused_add(json_t *list, size_t line, const struct err *err)
{
    void *ctx = talloc_new(NULL);
    for (unsigned i = 0; i < err->faults_count && i < ERR_FAULTS_MAX; i++) {
        const struct fault *f = &err->faults[i];
        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s, s:s}", "line", (json_int_t)line, "column",
                                              f->field, "code", f->phrase->code, "remedy_vi",
                                              text_fill(ctx, f->phrase->vi, f->arg), "remedy_en",
                                              text_fill(ctx, f->phrase->en, f->arg)));
    }
    talloc_free(ctx);
}
