/* http_preview.c — for staff: the letters the applicant would get for moves that verification has only
 * drafted (its decisions/preview). They are made by what makes the letters that are sent; nothing is saved.
 */
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"
#include "json.h"
#include "mail_text.h"
#include "pb.h"

enum { MOVES_MOST = 4, DRAFT_MOST = 60000 };

static const struct phrase NO_DRAFT = { "draft_invalid",
                                        "Không phải bản thảo của hồ sơ này. Hãy xem trước lại.",
                                        "This is no draft about this dossier. Preview it again." };

static json_t *messages_json(struct task *t, const struct news *news)
{
    json_t *list = json_array();
    for (size_t i = 0; i < news->count; i++) {
        const struct new_message *m = &news->messages[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "channel", m->channel, "address",
                                              mail_masked(t, m->address), "state", m->state, "why", m->why));
    }
    return list;
}

/* NULL: the err says why. */
static json_t *letter_json(struct task *t, const Motcua__DossierProgressed *m)
{
    struct telling w;
    struct letter letter;
    const struct event ev = { .source = "verification" };
    if (tell_begin(t, &ev, (int)m->transition, m->code, &w) != 0)
        return NULL;
    if (w.rule->none)
        return json_pack("{s:s, s:s, s:s, s:s, s:[]}", "none", w.rule->none, "language", "vi", "subject", "",
                         "body", "", "messages");
    tell_progress(t, m, 0, &w);
    if (tell_draft(t, &w, &letter) != 0)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "none", "", "language", w.dossier.language, "subject",
                     letter.subject, "body", letter.mail, "messages", messages_json(t, &w.news));
}

static int add_letter(struct task *t, const struct http_request *rq, const char *draft, json_t *letters)
{
    size_t size = 0;
    const uint8_t *packed = crypt_unbase64(t, draft, true, &size);
    const Motcua__DossierProgressed *m =
        packed ? pb_unpack(t, &motcua__dossier_progressed__descriptor, packed, size) : NULL;
    if (!m || strcmp(m->code, http_param(rq, "code")) != 0)
        return err_fault(task_err(t), "moves", &NO_DRAFT, NULL);
    json_t *letter = letter_json(t, m);
    if (letter)
        json_array_append_new(letters, letter);
    return task_err(t)->code;
}

static int read_drafts(struct task *t, const struct http_request *rq, const char *drafts[MOVES_MOST],
                       size_t *n)
{
    struct reader move;
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    *n = read_list(&r, "moves", MOVES_MOST, REQUIRED);
    for (size_t i = 0; i < *n; i++) {
        if (!read_item(&r, "moves", i, &move))
            continue;
        drafts[i] = read_text(&move, "draft", DRAFT_MOST, REQUIRED);
        read_text(&move, "transition", 40, OPTIONAL); /* as verification gave it */
        read_int(&move, "status", 0, 10, OPTIONAL);
        reader_close(&move);
    }
    return reader_close(&r);
}

int http_preview(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    size_t n;
    const char *drafts[MOVES_MOST];
    json_t *letters = json_own(t, json_array());
    TRY(check_reads_dossier(t, rq));
    TRY(read_drafts(t, rq, drafts, &n));
    for (size_t i = 0; i < n; i++)
        TRY(add_letter(t, rq, drafts[i], letters));
    http_reply_json(re, 200, json_pack("{s:s, s:O}", "code", http_param(rq, "code"), "letters", letters));
    return 0;
}
