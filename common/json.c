/* json.c — see json.h. */
#include "json.h"
#include "phrases.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "text.h"

static const struct phrase UNKNOWN_FIELD = { "unknown_field", "Không có mục này. Bỏ đi hoặc sửa tên.",
                                             "There is no such field. Remove it or correct its name." };
static const struct phrase NOT_TEXT = { "not_text", "Cần một chuỗi ký tự.", "Give text here." };
static const struct phrase NOT_UTF8 = { "not_utf8", "Ký tự không hợp lệ. Dùng bảng mã Unicode (UTF-8).",
                                        "Characters are not valid. Use Unicode (UTF-8)." };
static const struct phrase TOO_LONG = { "too_long", "Quá dài. Tối đa {} ký tự.",
                                        "Too long. At most {} characters." };
static const struct phrase NOT_INT = { "not_integer", "Cần một số nguyên.", "Give a whole number." };
static const struct phrase OUT_OF_RANGE = { "out_of_range", "Ngoài giới hạn cho phép ({}).",
                                            "Outside the allowed range ({})." };
static const struct phrase NOT_BOOL = { "not_boolean", "Chỉ nhận true hoặc false.", "Give true or false." };
static const struct phrase NOT_CHOICE = { "not_a_choice", "Giá trị không có trong danh sách: {}.",
                                          "Not one of: {}." };
static const struct phrase NOT_OBJECT = { "not_object", "Cần một đối tượng {…}.", "Give an object {…}." };
static const struct phrase NOT_LIST = { "not_list", "Cần một danh sách […].", "Give a list […]." };
static const struct phrase TOO_MANY = { "too_many", "Quá nhiều mục. Tối đa {}.", "Too many. At most {}." };

static int release(json_t **slot)
{
    json_decref(*slot);
    return 0;
}

json_t *json_own(const void *ctx, json_t *value)
{
    json_t **slot = talloc(ctx, json_t *);
    *slot = value;
    talloc_set_destructor(slot, release);
    return value;
}

int json_read(const void *ctx, const char *text, size_t n, const struct json_node **out, struct err *err)
{
    char *copy = talloc_array(ctx, char, n + 1);
    if (n > 0) /* nothing may be nowhere: an empty field of a message is NULL */
        memcpy(copy, text, n);
    return json_check(ctx, copy, n, out, err);
}

int json_parse(const void *ctx, const char *text, size_t n, json_t **out, struct err *err)
{
    const struct json_node *nodes;
    void *scratch = talloc_new(ctx);
    int rc = json_read(scratch, text, n, &nodes, err);
    json_t *tree = rc == 0 ? json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    talloc_free(scratch);
    if (rc || !tree)
        return rc ? rc : err_set(err, E_INVALID, "jansson refuses what json_check takes");
    *out = json_own(ctx, tree);
    return 0;
}

const struct json_node *json_nodes(const void *ctx, const json_t *value)
{
    static const struct json_node other = { .type = JSON_NULL, .skip = 1 };
    struct err err = { 0 };
    const struct json_node *root;
    if (!json_is_object(value) && !json_is_array(value))
        return &other;
    char *text = json_print(ctx, value);
    ASSERT(json_check(ctx, text, strlen(text), &root, &err) == 0);
    return root;
}

char *json_print(const void *ctx, const json_t *value)
{
    size_t n = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    char *out = talloc_array(ctx, char, n + 1);
    json_dumpb(value, out, n, JSON_COMPACT | JSON_ENCODE_ANY);
    out[n] = '\0';
    return out;
}

json_t *json_stored(const void *ctx, const char *text)
{
    if (!text)
        return NULL;
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    ASSERT(value);
    return json_own(ctx, value);
}

struct reader reader_of(const void *ctx, const struct json_node *object, const char *path, struct err *err)
{
    struct reader r = { .ctx = ctx, .object = object, .path = path, .err = err };
    if (!object || object->type != JSON_OBJECT) {
        err_fault(err, *path ? path : "body", &NOT_OBJECT, NULL);
        r.object = NULL;
    }
    return r;
}

char *reader_path(const struct reader *r, const char *name)
{
    return talloc_asprintf(r->ctx, "%s%s", r->path, name);
}

static void fault(struct reader *r, const char *name, const struct phrase *phrase, const char *arg)
{
    err_fault(r->err, reader_path(r, name), phrase, arg);
}

static bool was_asked(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->asked_count; i++)
        if (strcmp(r->asked[i], name) == 0)
            return true;
    return false;
}

int reader_close(struct reader *r)
{
    const struct json_node *member;
    if (r->object)
        for (JSON_EACH(member, r->object))
            if (!was_asked(r, member->name))
                fault(r, member->name, &UNKNOWN_FIELD, NULL);
    return r->err->code;
}

const struct json_node *read_any(struct reader *r, const char *name, enum presence presence)
{
    if (!was_asked(r, name)) {
        ASSERT(r->asked_count < READER_FIELDS_MAX);
        r->asked[r->asked_count++] = name;
    }
    const struct json_node *v = json_member(r->object, name);
    if (v && v->type != JSON_NULL)
        return v;
    if (presence == REQUIRED && r->object)
        fault(r, name, &phrase_required, NULL);
    return NULL;
}

static const char *checked_text(struct reader *r, const char *name, const struct json_node *v,
                                size_t max_length)
{
    char limit[24];
    if (!v || v->type != JSON_STRING) {
        fault(r, name, &NOT_TEXT, NULL);
        return NULL;
    }
    const char *clean = text_cleaned(r->ctx, v->text);
    if (!clean) {
        fault(r, name, &NOT_UTF8, NULL);
        return NULL;
    }
    if (text_length(clean) > max_length) {
        snprintf(limit, sizeof limit, "%zu", max_length);
        fault(r, name, &TOO_LONG, limit);
        return NULL;
    }
    return clean;
}

const char *read_text(struct reader *r, const char *name, size_t max_length, enum presence presence)
{
    const struct json_node *v = read_any(r, name, presence);
    const char *text = v ? checked_text(r, name, v, max_length) : NULL;
    if (text && *text == '\0') {
        if (presence == REQUIRED)
            fault(r, name, &phrase_required, NULL);
        return NULL;
    }
    return text;
}

const char *read_text_line(struct reader *r, const char *name, size_t max_length, enum presence presence)
{
    const char *text = read_text(r, name, max_length, presence);
    return text ? text_line(r->ctx, text) : NULL;
}

int64_t read_int(struct reader *r, const char *name, int64_t min, int64_t max, enum presence presence)
{
    char range[64];
    const struct json_node *v = read_any(r, name, presence);
    if (!v)
        return 0;
    int64_t n = v->type == JSON_INTEGER ? v->integer : 0;
    if (v->type != JSON_INTEGER) {
        fault(r, name, &NOT_INT, NULL);
    } else if (n < min || n > max) {
        snprintf(range, sizeof range, "%" PRId64 " – %" PRId64, min, max);
        fault(r, name, &OUT_OF_RANGE, range);
    }
    return n;
}

bool read_bool(struct reader *r, const char *name, bool fallback)
{
    const struct json_node *v = read_any(r, name, OPTIONAL);
    bool is_sound = v && (v->type == JSON_TRUE || v->type == JSON_FALSE);
    if (v && !is_sound)
        fault(r, name, &NOT_BOOL, NULL);
    return is_sound ? v->type == JSON_TRUE : fallback;
}

static void fault_choice(struct reader *r, const char *name, const char *const *choices)
{
    char *list = talloc_strdup(r->ctx, "");
    for (size_t i = 0; choices[i]; i++)
        if (*choices[i])
            list = talloc_asprintf_append_buffer(list, "%s%s", *list ? ", " : "", choices[i]);
    fault(r, name, &NOT_CHOICE, list);
}

int read_choice(struct reader *r, const char *name, const char *const *choices, enum presence presence)
{
    const struct json_node *v = read_any(r, name, presence);
    if (!v)
        return -1;
    const char *text = v->type == JSON_STRING ? v->text : "";
    for (int i = 0; choices[i]; i++)
        if (*text && strcmp(choices[i], text) == 0)
            return i;
    fault_choice(r, name, choices);
    return -1;
}

bool read_object(struct reader *r, const char *name, enum presence presence, struct reader *child)
{
    const struct json_node *v = read_any(r, name, presence);
    bool there = v && v->type == JSON_OBJECT;
    if (v && !there)
        fault(r, name, &NOT_OBJECT, NULL);
    *child = (struct reader){ .ctx = r->ctx, .object = there ? v : NULL, .err = r->err };
    child->path = talloc_asprintf(r->ctx, "%s%s.", r->path, name);
    return there;
}

size_t read_list(struct reader *r, const char *name, size_t max, enum presence presence)
{
    char limit[24];
    const struct json_node *v = read_any(r, name, presence);
    if (!v)
        return 0;
    if (v->type != JSON_ARRAY) {
        fault(r, name, &NOT_LIST, NULL);
        return 0;
    }
    if (v->count > max) {
        snprintf(limit, sizeof limit, "%zu", max);
        fault(r, name, &TOO_MANY, limit);
        return 0;
    }
    return v->count;
}

bool read_item(struct reader *r, const char *name, size_t i, struct reader *child)
{
    const struct json_node *v = json_item(json_member(r->object, name), i);
    bool there = v && v->type == JSON_OBJECT;
    char *label = talloc_asprintf(r->ctx, "%s[%zu]", name, i);
    if (!there)
        fault(r, label, &NOT_OBJECT, NULL);
    *child = (struct reader){ .ctx = r->ctx, .object = there ? v : NULL, .err = r->err };
    child->path = talloc_asprintf(r->ctx, "%s%s.", r->path, label);
    return child->object != NULL;
}

const char *read_item_text(struct reader *r, const char *name, size_t i, size_t max_length)
{
    const struct json_node *v = json_item(json_member(r->object, name), i);
    return checked_text(r, talloc_asprintf(r->ctx, "%s[%zu]", name, i), v, max_length);
}
