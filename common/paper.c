/* paper.c — see paper.h. */
#include "paper.h"

#include "crypt.h"
#include "json.h"

static json_t *record(const void *ctx, const Motcua__Paper *p, int seq)
{
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:s, s:i, s:i}", "seq", seq, "component",
                     p->component_code, "name", p->name, "file_name", p->file_name, "sha256",
                     crypt_hex(ctx, p->sha256.data, p->sha256.len), "size", (json_int_t)p->size_bytes, "type",
                     p->media_type, "originals", (int)p->originals, "copies", (int)p->copies);
}

char *papers_print(const void *ctx, Motcua__Paper *const *papers, size_t n)
{
    json_t *list = json_own(ctx, json_array());
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, record(ctx, papers[i], (int)i + 1));
    return json_print(ctx, list);
}
