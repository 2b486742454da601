/* json.c — see json.h. */
#include "json.h"
#include "phrases.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "text.h"

static const struct phrase NOT_JSON = {
    "not_json", "Nội dung không phải JSON hợp lệ ({}). Sửa cú pháp rồi gửi lại.",
    "The body is not valid JSON ({}). Mend the syntax and send it again."
};
static const struct phrase TOO_DEEP = { "too_deep", "Dữ liệu lồng nhau quá {} tầng. Gửi lại đơn giản hơn.",
                                        "Nested more than {} levels deep. Send something simpler." };
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

/* jansson recurses, and a task's stack is small. */
static bool is_too_deep(const char *text, size_t n)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n && depth <= JSON_DEPTH_MAX; i++) {
        if (text[i] == '"')
            in_string = !in_string;
        else if (in_string)
            i += text[i] == '\\';
        else
            depth += (text[i] == '[' || text[i] == '{') - (text[i] == ']' || text[i] == '}');
    }
    return depth > JSON_DEPTH_MAX;
}

int json_parse(const void *ctx, const char *text, size_t n, json_t **out, struct err *err)
{
    json_error_t why;
    char place[64];
    snprintf(place, sizeof place, "%d", JSON_DEPTH_MAX);
    if (is_too_deep(text, n))
        return err_say(err, E_INVALID, &TOO_DEEP, place);
    json_t *value = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    if (!value) {
        snprintf(place, sizeof place, "%d:%d", why.line, why.column);
        return err_say(err, E_INVALID, &NOT_JSON, place);
    }
    *out = json_own(ctx, value);
    return 0;
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

struct reader reader_of(const void *ctx, const json_t *object, const char *path, struct err *err)
{
    struct reader r = { .ctx = ctx, .object = object, .path = path, .err = err };
    if (!json_is_object(object)) {
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
    const char *name;
    json_t *value;
    if (r->object)
        json_object_foreach ((json_t *)r->object, name, value) {
            if (!was_asked(r, name))
                fault(r, name, &UNKNOWN_FIELD, NULL);
        }
    return r->err->code;
}

const json_t *read_any(struct reader *r, const char *name, enum presence presence)
{
    if (!was_asked(r, name)) {
        ASSERT(r->asked_count < READER_FIELDS_MAX);
        r->asked[r->asked_count++] = name;
    }
    const json_t *v = r->object ? json_object_get(r->object, name) : NULL;
    if (v && !json_is_null(v))
        return v;
    if (presence == REQUIRED && r->object)
        fault(r, name, &phrase_required, NULL);
    return NULL;
}

static const char *checked_text(struct reader *r, const char *name, const json_t *v, size_t max_length)
{
    char limit[24];
    if (!json_is_string(v)) {
        fault(r, name, &NOT_TEXT, NULL);
        return NULL;
    }
    char *clean = text_clean(r->ctx, json_string_value(v));
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
    const json_t *v = read_any(r, name, presence);
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
    const json_t *v = read_any(r, name, presence);
    if (!v)
        return 0;
    int64_t n = json_integer_value(v);
    if (!json_is_integer(v)) {
        fault(r, name, &NOT_INT, NULL);
    } else if (n < min || n > max) {
        snprintf(range, sizeof range, "%" PRId64 " – %" PRId64, min, max);
        fault(r, name, &OUT_OF_RANGE, range);
    }
    return n;
}

bool read_bool(struct reader *r, const char *name, bool fallback)
{
    const json_t *v = read_any(r, name, OPTIONAL);
    if (v && !json_is_boolean(v))
        fault(r, name, &NOT_BOOL, NULL);
    return v && json_is_boolean(v) ? json_is_true(v) : fallback;
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
    const json_t *v = read_any(r, name, presence);
    if (!v)
        return -1;
    const char *text = json_is_string(v) ? json_string_value(v) : "";
    for (int i = 0; choices[i]; i++)
        if (*text && strcmp(choices[i], text) == 0)
            return i;
    fault_choice(r, name, choices);
    return -1;
}

bool read_object(struct reader *r, const char *name, enum presence presence, struct reader *child)
{
    const json_t *v = read_any(r, name, presence);
    if (v && !json_is_object(v))
        fault(r, name, &NOT_OBJECT, NULL);
    bool there = v && json_is_object(v);
    *child = (struct reader){ .ctx = r->ctx, .object = there ? v : NULL, .err = r->err };
    child->path = talloc_asprintf(r->ctx, "%s%s.", r->path, name);
    return there;
}

size_t read_list(struct reader *r, const char *name, size_t max, enum presence presence)
{
    char limit[24];
    const json_t *v = read_any(r, name, presence);
    if (!v)
        return 0;
    if (!json_is_array(v)) {
        fault(r, name, &NOT_LIST, NULL);
        return 0;
    }
    if (json_array_size(v) > max) {
        snprintf(limit, sizeof limit, "%zu", max);
        fault(r, name, &TOO_MANY, limit);
        return 0;
    }
    return json_array_size(v);
}

bool read_item(struct reader *r, const char *name, size_t i, struct reader *child)
{
    const json_t *v = json_array_get(json_object_get(r->object, name), i);
    char *label = talloc_asprintf(r->ctx, "%s[%zu]", name, i);
    if (!json_is_object(v))
        fault(r, label, &NOT_OBJECT, NULL);
    *child = (struct reader){ .ctx = r->ctx, .object = json_is_object(v) ? v : NULL, .err = r->err };
    child->path = talloc_asprintf(r->ctx, "%s%s.", r->path, label);
    return child->object != NULL;
}

const char *read_item_text(struct reader *r, const char *name, size_t i, size_t max_length)
{
    const json_t *v = json_array_get(json_object_get(r->object, name), i);
    return checked_text(r, talloc_asprintf(r->ctx, "%s[%zu]", name, i), v, max_length);
}
