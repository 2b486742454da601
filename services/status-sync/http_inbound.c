/* http_inbound.c — the portal pushes a dossier that was filed there. Its files go into the store first, then
 * one save tells intake; only then the portal hears that it succeeded. A push that breaks off is simply
 * pushed again.
 *
 * Bodies are large: they come through a temporary file, are read on the thread pool, and only RUNNING_MOST at
 * a time.
 */
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "blob.h"
#include "env.h"
#include "handlers.h"
#include "inbound.h"
#include "log.h"
#include "offload.h"
#include "pb.h"

enum { RUNNING_MOST = 2 };

/* ---- who pushes ----------------------------------------------------------------------------------- */

/* Both are hashed, so that neither length nor place of a difference shows in the time it takes. */
static bool is_portal(const struct http_request *rq, const char *key)
{
    uint8_t shown[SHA256_BYTES], right[SHA256_BYTES];
    const char *header = http_header(rq, "X-Portal-Key");
    crypt_sha256(header ? header : "", header ? strlen(header) : 0, shown);
    crypt_sha256(key, strlen(key), right);
    return *key && crypt_equal(shown, right, sizeof right);
}

/* ---- reading -------------------------------------------------------------------------------------- */

struct reading { /* on the thread pool */
    int fd;
    size_t size, file_bytes_most;
    struct inbound in;
    enum inbound_verdict verdict;
    const char *arg;
    bool is_unreadable;
};

static void read_push(void *arg)
{
    struct reading *r = arg;
    char *body = talloc_size(r, r->size + 1);
    r->is_unreadable = pread(r->fd, body, r->size, 0) != (ssize_t)r->size;
    if (!r->is_unreadable)
        r->verdict = inbound_read(r, body, r->size, r->file_bytes_most, &r->in, &r->arg);
    talloc_free(body);
    close(r->fd);
}

static int read_inbound(struct task *t, const struct http_request *rq, struct reading **out)
{
    struct reading *r = talloc_zero(t, struct reading);
    r->fd = dup(rq->spool_fd); /* the work may outlive the request */
    r->size = rq->body_size;
    r->file_bytes_most = (size_t)config_of(t)->inbound_file_bytes;
    TRY(task_offload(t, read_push, r));
    *out = r;
    return r->is_unreadable ? err_set(task_err(t), E_BUSY, "the temporary file cannot be read") : 0;
}

/* ---- taking it in --------------------------------------------------------------------------------- */

static int check(struct task *t, struct reading *r)
{
    struct known known;
    const struct inbound *in = &r->in;
    TRY(store_known(t, in, config_of(t)->inbound_unit, &known));
    if (known.is_duplicate)
        r->verdict = INBOUND_DUPLICATE;
    else if (!known.has_unit)
        r->verdict = INBOUND_NO_CONFIG;
    else if (!known.has_procedure) {
        r->verdict = INBOUND_NO_PROCEDURE;
        r->arg = in->procedure_code;
    }
    const char *const places[] = { known.ward, known.district, known.province };
    char *address = talloc_strdup(t, in->applicant.address);
    for (size_t i = 0; i < 3; i++)
        if (places[i])
            address = talloc_asprintf_append_buffer(address, "%s%s", *address ? ", " : "", places[i]);
    r->in.applicant.address = address;
    return 0;
}

static int store_file(struct task *t, const struct inbound_file *file, Motcua__Paper *paper)
{
    struct blob_info *info = talloc(t, struct blob_info);
    TRY(blob_put(t, file->data, file->size, info));
    motcua__paper__init(paper);
    paper->name = paper->file_name = pb_text(file->name);
    paper->sha256 = (ProtobufCBinaryData){ SHA256_BYTES, info->sha256 };
    paper->size_bytes = info->size;
    paper->media_type = info->media_type;
    return 0;
}

static int take_in(struct task *t, struct reading *r)
{
    bool saved;
    struct inbound *in = &r->in;
    Motcua__NationalDossierReceived m = MOTCUA__NATIONAL_DOSSIER_RECEIVED__INIT;
    Motcua__Paper *papers = talloc_array(t, Motcua__Paper, in->files_count);
    m.papers = talloc_array(t, Motcua__Paper *, in->files_count);
    for (; m.n_papers < in->files_count; m.n_papers++) {
        TRY(store_file(t, &in->files[m.n_papers], &papers[m.n_papers]));
        m.papers[m.n_papers] = &papers[m.n_papers];
    }
    m.national_code = pb_text(in->national_code);
    m.procedure_code = pb_text(in->procedure_code);
    m.applicant = &in->applicant;
    m.unit_code = pb_text(config_of(t)->inbound_unit);
    m.answers_json = (ProtobufCBinaryData){ strlen(in->answers), (uint8_t *)in->answers };
    m.received_at_ms = task_now_ms(t);
    TRY(store_inbound(t, &m, &saved));
    r->verdict = saved ? INBOUND_OK : INBOUND_DUPLICATE;
    return 0;
}

static int handle(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct reading *r;
    TRY(read_inbound(t, rq, &r));
    if (r->verdict == INBOUND_OK)
        TRY(check(t, r));
    if (r->verdict == INBOUND_OK)
        TRY(take_in(t, r));
    log_info("inbound", LOG_S("code", r->in.national_code), LOG_S("verdict", inbound_words(r->verdict)),
             LOG_I("files", r->in.files_count));
    http_reply_text(re, 200, "application/json", inbound_reply(t, r->verdict, r->in.national_code, r->arg));
    return 0;
}

int http_inbound(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct sync *own = sync_of(t);
    if (!is_portal(rq, own->inbound_key))
        return err_set(task_err(t), E_ANONYMOUS, "no X-Portal-Key, or a wrong one");
    if (rq->is_cut_off)
        return err_set(task_err(t), E_INVALID, "the push broke off");
    while (own->inbound_running >= RUNNING_MOST)
        TRY(bell_wait(t, &own->inbound_turn, task_left_ms(t)));
    own->inbound_running++;
    int rc = handle(t, rq, re);
    own->inbound_running--;
    bell_ring(&own->inbound_turn);
    return rc;
}
