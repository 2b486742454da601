/* paper.c — see paper.h. */
#include "paper.h"

#include "crypt.h"
#include "json_write.h"

static void write_record(struct json_writer *w, const void *ctx, const Motcua__Paper *p, int seq)
{
    write_object(w, NULL);
    write_int(w, "seq", seq);
    write_text(w, "component", p->component_code);
    write_text(w, "name", p->name);
    write_text(w, "file_name", p->file_name);
    write_text(w, "sha256", crypt_hex(ctx, p->sha256.data, p->sha256.len));
    write_int(w, "size", (int64_t)p->size_bytes);
    write_text(w, "type", p->media_type);
    write_int(w, "originals", p->originals);
    write_int(w, "copies", p->copies);
    write_end(w);
}

char *papers_print(const void *ctx, Motcua__Paper *const *papers, size_t n)
{
    struct json_writer w = json_writer_of(ctx);
    write_list(&w, NULL);
    for (size_t i = 0; i < n; i++)
        write_record(&w, ctx, papers[i], (int)i + 1);
    write_end(&w);
    return write_done(&w);
}
