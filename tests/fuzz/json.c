/* json.c — JSON that is checked and read where it lies (json_text.c, json.c), held against jansson: the same
 * texts are taken, and say the same. What is wrong with a field is told in words that are text. */
#include "json.h"

#include <string.h>

#include "fuzz.h"
#include "text.h"

/* ---- the same as jansson -------------------------------------------------------------------------- */

static bool is_same(const struct json_node *node, const json_t *value);

static bool is_same_object(const struct json_node *node, const json_t *value)
{
    const struct json_node *child;
    if (node->count != json_object_size(value))
        return false;
    if (node->count > 0)
        for (JSON_EACH(child, node))
            if (!is_same(child, json_object_get(value, child->name)))
                return false;
    return true;
}

static bool is_same_list(const struct json_node *node, const json_t *value)
{
    if (node->count != json_array_size(value))
        return false;
    for (size_t i = 0; i < node->count && i < 64; i++)
        if (!is_same(json_item(node, i), json_array_get(value, i)))
            return false;
    return json_item(node, node->count) == NULL;
}

static bool is_same(const struct json_node *node, const json_t *value)
{
    if (!node || !value || node->type != json_typeof(value))
        return false;
    switch (node->type) {
    case JSON_OBJECT: return is_same_object(node, value);
    case JSON_ARRAY: return is_same_list(node, value);
    case JSON_STRING: return strcmp(node->text, json_string_value(value)) == 0;
    case JSON_INTEGER: return node->integer == json_integer_value(value);
    case JSON_REAL: return node->real == json_real_value(value);
    default: return true;
    }
}

/* What jansson takes and we do not: our limits, numbers too small to be told from 0 (and NULs, which it reads
 * over). */
static bool is_beyond_us(const json_t *value, unsigned depth)
{
    size_t i;
    const char *name;
    json_t *child;
    if (json_is_real(value))
        return true;
    if (json_is_array(value))
        json_array_foreach (value, i, child)
            if (is_beyond_us(child, depth + 1))
                return true;
    if (json_is_object(value))
        json_object_foreach ((json_t *)value, name, child)
            if (is_beyond_us(child, depth + 1))
                return true;
    return depth > JSON_DEPTH_MAX || json_object_size(value) > JSON_MEMBERS_MAX;
}

static void compare(const struct json_node *root, const char *text, size_t size)
{
    json_t *theirs = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (root)
        ASSERT(is_same(root, theirs));
    else
        ASSERT(!theirs || is_beyond_us(theirs, 1) || memchr(text, 0, size));
    json_decref(theirs);
}

/* ---- read field by field -------------------------------------------------------------------------- */

static void read_lists(struct reader *r, const char *name)
{
    struct reader item;
    size_t n = read_list(r, name, 10, OPTIONAL);
    for (size_t i = 0; i < n; i++)
        if (read_item(r, name, i, &item))
            reader_close(&item);
        else
            read_item_text(r, name, i, 20);
}

static void read_member(struct reader *r, const char *name, int how)
{
    static const char *const choices[] = { "vi", "", "en", NULL };
    struct reader child;
    switch (how % 7) {
    case 0: read_text(r, name, 20, REQUIRED); break;
    case 1: read_text_line(r, name, 20, OPTIONAL); break;
    case 2: read_int(r, name, -5, INT64_MAX, REQUIRED); break;
    case 3: read_bool(r, name, true); break;
    case 4: read_choice(r, name, choices, REQUIRED); break;
    case 5:
        if (read_object(r, name, OPTIONAL, &child))
            reader_close(&child);
        break;
    default: read_lists(r, name); break;
    }
}

static void check_faults(const struct err *err)
{
    for (unsigned i = 0; i < err->faults_count && i < ERR_FAULTS_MAX; i++) {
        const struct fault *f = &err->faults[i];
        ASSERT(text_is_utf8(f->field, strlen(f->field)) && text_is_utf8(f->arg, strlen(f->arg)));
    }
}

static void read_fields(void *ctx, const struct json_node *root)
{
    struct err err = { 0 };
    struct reader r = reader_of(ctx, root, "", &err);
    const struct json_node *child;
    int how = 0;
    if (root->type == JSON_OBJECT && root->count > 0)
        for (JSON_EACH(child, root))
            if (how < READER_FIELDS_MAX - 2)
                read_member(&r, child->name, how++);
    read_text(&r, "not_there", 20, REQUIRED);
    reader_close(&r);
    check_faults(&err);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void check_text(void *ctx, const char *s)
{
    char *clean = text_clean(ctx, s);
    if (!clean)
        return;
    ASSERT(strcmp(clean, text_clean(ctx, clean)) == 0);
    ASSERT(strcmp(clean, text_cleaned(ctx, clean)) == 0);
    const char *line = text_line(ctx, s), *key = text_search_key(ctx, s);
    ASSERT(!strpbrk(line, "\t\n\r") && text_is_utf8(key, strlen(key)));
    ASSERT(strcmp(key, text_search_key(ctx, key)) == 0);
    const char *cut = text_cut(ctx, clean, 7);
    ASSERT(text_length(cut) <= 7 && text_is_utf8(cut, strlen(cut)));
    text_marked_key(ctx, clean);
    text_capitals(ctx, clean);
    text_looks_legacy(clean);
    text_given_name(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *ctx = talloc_new(NULL);
    const struct json_node *root = NULL;
    struct err err = { 0 };
    json_read(ctx, (const char *)data, size, &root, &err);
    compare(root, (const char *)data, size);
    if (root)
        read_fields(ctx, root);
    check_text(ctx, fuzz_text(ctx, data, size));
    talloc_free(ctx);
    return 0;
}
