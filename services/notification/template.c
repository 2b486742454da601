/* template.c — see template.h. One pass over the text; an optional part is rendered by the same function, and
 * what it lacks only drops it. */
#include "template.h"

#include <string.h>
#include <talloc.h>

/* clang-format off */
const char *const fact_names[FACTS] = {
    [FACT_NAME] = "name",           [FACT_CODE] = "code",             [FACT_PROCEDURE] = "procedure",
    [FACT_UNIT] = "unit",           [FACT_HANDLER] = "handler",       [FACT_AT] = "at",
    [FACT_DUE] = "due",             [FACT_DUE_BEFORE] = "due_before", [FACT_EARLY] = "early",
    [FACT_ANSWER_BY] = "answer_by", [FACT_REASON] = "reason",         [FACT_PAPERS] = "papers",
    [FACT_STEP] = "step",           [FACT_STEP_DUE] = "step_due",     [FACT_RESULT] = "result",
    [FACT_AMOUNT] = "amount",       [FACT_RECEIPT] = "receipt",       [FACT_LINK] = "link",
    [FACT_RATE_LINK] = "rate_link",  [FACT_OFFICE] = "office",       [FACT_PHONE] = "phone",
};
/* clang-format on */

static int fact_of(const char *name, size_t n)
{
    for (int i = 0; i < FACTS; i++)
        if (strlen(fact_names[i]) == n && strncmp(fact_names[i], name, n) == 0)
            return i;
    return -1;
}

/* The "{name}" at *at; *at moves behind it. */
static int put_fact(const char **at, const char *end, const struct facts *facts, char **out, struct err *err)
{
    const char *name = *at + 1, *close = memchr(name, '}', (size_t)(end - name));
    int fact = close ? fact_of(name, (size_t)(close - name)) : -1;
    if (fact < 0)
        return err_set(err, E_BUG, "a template has no such fact: %.*s", close ? (int)(close - name) : 20,
                       name);
    if (!facts->value[fact])
        return err_set(err, E_INVALID, "a letter needs the fact \"%s\"", fact_names[fact]);
    *out = talloc_strdup_append_buffer(*out, facts->value[fact]);
    *at = close + 1;
    return 0;
}

static int put_text(const char *text, const char *end, const struct facts *facts, char **out,
                    struct err *err);

/* The "[ … ]" at *at, if all its facts are known. */
static int put_option(const char **at, const char *end, const struct facts *facts, char **out,
                      struct err *err)
{
    const char *open = *at + 1, *close = memchr(open, ']', (size_t)(end - open));
    if (!close)
        return err_set(err, E_BUG, "a template has a bracket without an end: %.20s", open);
    struct err missing = { 0 };
    char *part = talloc_strdup(NULL, "");
    int rc = put_text(open, close, facts, &part, &missing);
    if (rc == 0)
        *out = talloc_strdup_append_buffer(*out, part);
    talloc_free(part);
    *at = close + 1;
    return rc == E_BUG ? err_set(err, E_BUG, "%s", missing.text) : 0;
}

static int put_text(const char *text, const char *end, const struct facts *facts, char **out, struct err *err)
{
    while (text < end) {
        size_t plain = strcspn(text, "{[}]");
        if (text + plain > end)
            plain = (size_t)(end - text);
        *out = talloc_strndup_append_buffer(*out, text, plain);
        text += plain;
        if (text == end)
            break;
        if (*text == '{')
            TRY(put_fact(&text, end, facts, out, err));
        else if (*text == '[')
            TRY(put_option(&text, end, facts, out, err));
        else
            return err_set(err, E_BUG, "a template closes what is not open: %.20s", text);
    }
    return 0;
}

int template_render(const void *ctx, const char *text, const struct facts *facts, char **out, struct err *err)
{
    *out = talloc_strdup(ctx, "");
    return put_text(text, text + strlen(text), facts, out, err);
}

static int frame_mail(const void *ctx, const struct frame *both, bool is_english, const struct facts *facts,
                      struct letter *out, struct err *err)
{
    char *head, *foot;
    const char *frame = is_english ? both->en : both->vi, *body = strstr(frame, "%s");
    TRY(template_render(ctx, talloc_strndup(ctx, frame, (size_t)(body - frame)), facts, &head, err));
    TRY(template_render(ctx, body + 2, facts, &foot, err));
    out->mail = talloc_asprintf(ctx, "%s%s%s", head, out->body, foot);
    return 0;
}

bool template_is_of_complaint(enum template_id id)
{
    return id >= TEMPLATE_COMPLAINT_OPENED && id <= TEMPLATE_COMPLAINT_FORWARDED;
}

int template_letter(const void *ctx, enum template_id id, bool is_english, const struct facts *facts,
                    struct letter *out, struct err *err)
{
    const struct wording *w = is_english ? &templates[id].en : &templates[id].vi;
    TRY(template_render(ctx, w->subject, facts, &out->subject, err));
    TRY(template_render(ctx, w->body, facts, &out->body, err));
    const struct frame *frame = template_is_of_complaint(id) ? &complaint_frame : &mail_frame;
    return frame_mail(ctx, frame, is_english, facts, out, err);
}

int template_check(struct err *err)
{
    struct facts all;
    struct letter letter;
    void *scratch = talloc_new(NULL);
    int rc = 0;
    for (int i = 0; i < FACTS; i++)
        all.value[i] = fact_names[i];
    for (int i = 0; i < TEMPLATES * 2 && rc == 0; i++)
        rc = template_letter(scratch, (enum template_id)(i / 2), i % 2 != 0, &all, &letter, err);
    talloc_free(scratch);
    return rc;
}
