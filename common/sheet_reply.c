/* sheet_reply.c — see sheet_reply.h. The drawing module lies beside the program (RPATH $ORIGIN, which holds
 * for sanitizers' dlopen too) and is loaded by the first paper, on the pool's thread; the loader's own lock
 * makes a second one wait for it. */
#include "sheet_reply.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "draw/draw.h"
#include "offload.h"

#define LAYOUT "1" /* another one whenever papers of the same texts look otherwise */

/* ---- on the thread ---------------------------------------------------------------------------------- */

struct work {
    struct drawing drawing;
    const struct sheet *sheet;
};

static int close_work(struct work *w)
{
    free(w->drawing.data);
    return 0;
}

static void draw_on_thread(void *arg)
{
    struct work *w = arg;
    void *module = dlopen("motcua-draw.so", RTLD_NOW | RTLD_LOCAL);
    draw_fn *draw = NULL;
    if (module)
        *(void **)&draw = dlsym(module, "motcua_draw");
    if (!draw) {
        w->drawing.failed = talloc_asprintf(w, "motcua-draw.so belongs beside the program: %s", dlerror());
        return;
    }
    w->drawing.sheet = w->sheet;
    w->drawing.qr = w->sheet->qr ? qr_modules(w, w->sheet->qr) : NULL;
    draw(&w->drawing);
}

int sheet_pdf(struct task *t, const struct sheet *s, const void **data, size_t *size)
{
    struct work *w = talloc_zero(t, struct work);
    talloc_set_destructor(w, close_work);
    w->sheet = sheet_copy(w, s); /* the work may outlive the task */
    TRY(task_offload(t, draw_on_thread, w));
    if (w->drawing.failed)
        return err_set(task_err(t), E_BUG, "no paper: %s", w->drawing.failed);
    *data = w->drawing.data;
    *size = w->drawing.size;
    return 0;
}

/* ---- on the loop ------------------------------------------------------------------------------------ */

static bool still_has_it(const struct http_request *rq, const char *etag)
{
    const char *has = http_header(rq, "If-None-Match");
    return has && strstr(has, etag);
}

int sheet_reply(struct task *t, const struct http_request *rq, struct http_reply *re, const struct sheet *s,
                const char *file_name)
{
    const void *data;
    size_t size;
    const char *etag = talloc_asprintf(t, "\"" LAYOUT "-%016" PRIx64 "\"", sheet_fingerprint(s));
    http_reply_header(re, "ETag", etag);
    http_reply_header(re, "Cache-Control", "private, no-cache");
    if (still_has_it(rq, etag)) {
        http_reply_bytes(re, 304, "application/pdf", "", 0);
        return 0;
    }
    TRY(sheet_pdf(t, s, &data, &size));
    http_reply_header(re, "Content-Disposition", talloc_asprintf(t, "inline; filename=\"%s\"", file_name));
    http_reply_bytes(re, 200, "application/pdf", data, size);
    return 0;
}
