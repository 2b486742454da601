/* portal.c — see portal.h. One row per call says how it is asked. Servers answer "error_code 0" also to
 * things they did not do ("đã tồn tại"), so what changes something is done only if the answer says so in
 * words too. */
#include "portal.h"

#include <string.h>
#include <talloc.h>

#include "err.h"
#include "json.h"
#include "text.h"

static const struct call {
    const char *name, *service, *updating; /* updating: isUpdating, or NULL */
    const char *data;                      /* the member that carries what it is about */
} calls[PORTAL_CALLS] = {
    [PORTAL_LOGIN] = { "login", NULL, NULL, NULL },
    [PORTAL_LOOK_UP] = { "look_up", "TraCuuHoSo", NULL, "mahoso" },
    [PORTAL_CREATE] = { "create", "DongBoHoSoMC", "False", "data" },
    [PORTAL_UPDATE] = { "update", "DongBoHoSoMC", "True", "data" },
    [PORTAL_PROGRESS] = { "progress", "CapNhatTienDoHoSoMC", NULL, "data" },
    [PORTAL_FIND_OWNER] = { "find_owner", "TraCuuTechID", NULL, "mstorcmnd" },
};

const char *portal_call_name(enum portal_call call)
{
    return calls[call].name;
}

/* ---- bodies --------------------------------------------------------------------------------------- */

char *portal_login_body(const void *ctx, const char *username, const char *password)
{
    return json_print(ctx,
                      json_own(ctx, json_pack("{s:s, s:s}", "username", username, "password", password)));
}

char *portal_call_body(const void *ctx, enum portal_call call, const char *session, const char *madonvi,
                       json_t *data)
{
    const struct call *c = &calls[call];
    json_t *body = json_own(ctx, json_pack("{s:s, s:s, s:s}", "session", session, "madonvi", madonvi,
                                           "service", c->service));
    if (c->updating)
        json_object_set_new(body, "isUpdating", json_string(c->updating));
    if (call == PORTAL_FIND_OWNER)
        json_object_set_new(body, "provider", json_string("wso2is"));
    json_object_set(body, c->data, data);
    return json_print(ctx, body);
}

/* ---- answers -------------------------------------------------------------------------------------- */

/* Does text say these words, whatever its case and its form of Unicode? words: lower case, NFC. */
static bool says(const void *ctx, const char *text, const char *words)
{
    const char *key = text_marked_key(ctx, text);
    return key && strstr(key, words);
}

static bool read_code(const json_t *root, long *code)
{
    char *end;
    const json_t *value = json_object_get(root, "error_code");
    if (json_is_integer(value)) {
        *code = (long)json_integer_value(value);
        return true;
    }
    const char *text = json_string_value(value);
    *code = text ? strtol(text, &end, 10) : 0;
    return text && end != text && *end == '\0';
}

static const char *read_words(const void *ctx, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    const char *clean = text ? text_clean(ctx, text) : NULL;
    return clean ? text_cut(ctx, clean, PORTAL_MESSAGE_MOST) : "";
}

static bool is_expiry(const void *ctx, const char *message)
{
    return says(ctx, message, "session") || says(ctx, message, "phiên làm việc") ||
           says(ctx, message, "phiên đăng nhập");
}

/* "Không thành công" has the words of success in it. */
static enum portal_outcome judge_words(const void *ctx, const char *message)
{
    if (says(ctx, message, "không thành công") || says(ctx, message, "chưa thành công"))
        return PORTAL_REFUSED;
    return says(ctx, message, "thành công") ? PORTAL_DONE : PORTAL_UNCLEAR;
}

/* error_code is 0: was it done? */
static enum portal_outcome judge_success(const void *ctx, enum portal_call call, const json_t *root,
                                         struct portal_answer *out)
{
    const json_t *result = json_object_get(root, "result");
    switch (call) {
    case PORTAL_LOGIN:
        out->session = read_words(ctx, root, "session");
        return *out->session ? PORTAL_DONE : PORTAL_UNCLEAR;
    case PORTAL_LOOK_UP:
        out->is_known = json_array_size(result) > 0;
        return json_is_array(result) ? PORTAL_DONE : PORTAL_UNCLEAR;
    case PORTAL_FIND_OWNER:
        out->owner = read_words(ctx, json_array_get(result, 0), "TECHNICALID");
        return json_is_array(result) ? PORTAL_DONE : PORTAL_UNCLEAR;
    default: return judge_words(ctx, out->message);
    }
}

static enum portal_outcome judge(const void *ctx, enum portal_call call, long http_status, const json_t *root,
                                 struct portal_answer *out)
{
    long code;
    if (!read_code(root, &code))
        return PORTAL_UNCLEAR;
    out->message = read_words(ctx, root, "message");
    if (call == PORTAL_CREATE && (code == 0 || code == 3 || code == -3) &&
        says(ctx, out->message, "đã tồn tại"))
        return PORTAL_EXISTS;
    if (code == 0)
        return http_status / 100 == 2 ? judge_success(ctx, call, root, out) : PORTAL_UNCLEAR;
    return call != PORTAL_LOGIN && is_expiry(ctx, out->message) ? PORTAL_EXPIRED : PORTAL_REFUSED;
}

void portal_judge(const void *ctx, enum portal_call call, long http_status, const char *body, size_t size,
                  struct portal_answer *out)
{
    json_t *root;
    struct err ignored = { 0 };
    *out = (struct portal_answer){ .outcome = PORTAL_UNCLEAR, .message = "", .session = "", .owner = "" };
    if (http_status == 429 || http_status >= 500)
        return;
    if (http_status == 401 && call != PORTAL_LOGIN)
        out->outcome = PORTAL_EXPIRED;
    else if (json_parse(ctx, body, size, &root, &ignored) == 0)
        out->outcome = judge(ctx, call, http_status, root, out);
}
