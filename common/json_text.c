/* json_text.c — see json_text.h. RFC 8259, and nothing that is not in it. */
#include "json_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <utf8proc.h>

#include "phrases.h"

static const struct phrase NOT_JSON = {
    "not_json", "Nội dung không phải JSON hợp lệ ({}). Sửa cú pháp rồi gửi lại.",
    "The body is not valid JSON ({}). Mend the syntax and send it again."
};
static const struct phrase TOO_DEEP = { "too_deep", "Dữ liệu lồng nhau quá {} tầng. Gửi lại đơn giản hơn.",
                                        "Nested more than {} levels deep. Send something simpler." };

enum { NODES_FIRST = 64 };

struct checker {
    const void *ctx;
    char *start, *at, *end; /* *end is NUL */
    unsigned depth;
    bool is_too_deep;
    struct json_node *nodes;
    size_t count, room;
};

static bool check_value(struct checker *c, const char *name);

/* ---- nodes ---------------------------------------------------------------------------------------- */

/* By number, because the list moves when it grows. */
static size_t add_node(struct checker *c, json_type type, const char *name)
{
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : NODES_FIRST;
        c->nodes = talloc_realloc(c->ctx, c->nodes, struct json_node, c->room);
    }
    c->nodes[c->count] = (struct json_node){ .type = type, .skip = 1, .name = name };
    return c->count++;
}

static void close_node(struct checker *c, size_t node, uint32_t count)
{
    c->nodes[node].count = count;
    c->nodes[node].skip = (uint32_t)(c->count - node);
}

/* ---- strings -------------------------------------------------------------------------------------- */

/* Four hex digits at c->at; -1 if they are not. */
static int32_t take_hex(struct checker *c)
{
    int32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char d = *c->at++;
        if (d >= '0' && d <= '9')
            v = v * 16 + (d - '0');
        else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
            v = v * 16 + ((d | 0x20) - 'a' + 10);
        else
            return -1;
    }
    return v;
}

/* \uXXXX, or a pair of them; 0 where it is no character, and for NUL, which no text may hold. */
static int32_t take_code_point(struct checker *c)
{
    if (c->end - c->at < 4)
        return 0;
    int32_t high = take_hex(c), low;
    if (high < 0xd800 || high > 0xdfff)
        return high > 0 ? high : 0;
    if (high > 0xdbff || c->end - c->at < 6 || c->at[0] != '\\' || c->at[1] != 'u')
        return 0;
    c->at += 2;
    low = take_hex(c);
    return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : 0;
}

/* What a backslash and a letter stand for goes to *to, which never overtakes c->at. */
static bool take_escape(struct checker *c, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char letter = *++c->at;
    const char *known = letter ? strchr(letters, letter) : NULL;
    c->at++;
    if (known) {
        *(*to)++ = meant[known - letters];
        return true;
    }
    int32_t rune = letter == 'u' ? take_code_point(c) : 0;
    if (rune == 0)
        return false;
    *to += utf8proc_encode_char(rune, (utf8proc_uint8_t *)*to);
    return true;
}

static bool take_beyond_ascii(struct checker *c, char **to)
{
    utf8proc_int32_t rune;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)c->at, c->end - c->at, &rune);
    if (n <= 0)
        return false;
    if (*to != c->at)
        memmove(*to, c->at, (size_t)n);
    *to += n;
    c->at += n;
    return true;
}

static bool take_plain(struct checker *c, char **to)
{
    if ((unsigned char)*c->at < 0x20)
        return false;
    *(*to)++ = *c->at++;
    return true;
}

/* At the opening quote; ends after the closing one. */
static const char *check_string(struct checker *c)
{
    char *start = ++c->at, *to = start;
    while (*c->at != '"') {
        bool ok = *c->at == '\\'  ? take_escape(c, &to)
                  : *c->at & 0x80 ? take_beyond_ascii(c, &to)
                                  : take_plain(c, &to);
        if (!ok)
            return NULL;
    }
    c->at++;
    *to = '\0';
    return start;
}

/* ---- numbers -------------------------------------------------------------------------------------- */

static bool skip_digits(struct checker *c)
{
    const char *start = c->at;
    while (*c->at >= '0' && *c->at <= '9')
        c->at++;
    return c->at > start;
}

static bool skip_fraction(struct checker *c, bool *is_real)
{
    if (*c->at == '.') {
        *is_real = true;
        c->at++;
        if (!skip_digits(c))
            return false;
    }
    if (*c->at != 'e' && *c->at != 'E')
        return true;
    *is_real = true;
    c->at++;
    c->at += *c->at == '+' || *c->at == '-';
    return skip_digits(c);
}

static bool check_number(struct checker *c, const char *name)
{
    const char *start = c->at;
    bool is_real = false;
    c->at += *c->at == '-';
    bool leads_zero = *c->at == '0';
    const char *digits = c->at;
    if (!skip_digits(c) || (leads_zero && c->at - digits > 1) || !skip_fraction(c, &is_real))
        return false;
    size_t node = add_node(c, is_real ? JSON_REAL : JSON_INTEGER, name);
    errno = 0;
    if (is_real)
        c->nodes[node].real = strtod(start, NULL);
    else
        c->nodes[node].integer = strtoll(start, NULL, 10);
    return errno == 0;
}

/* ---- values --------------------------------------------------------------------------------------- */

static void skip_blanks(struct checker *c)
{
    while (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r')
        c->at++;
}

static bool is_new_member(const struct checker *c, size_t object, const char *name)
{
    for (size_t i = object + 1; i < c->count; i += c->nodes[i].skip)
        if (strcmp(c->nodes[i].name, name) == 0)
            return false;
    return true;
}

static bool check_member(struct checker *c, size_t object)
{
    skip_blanks(c);
    const char *name = *c->at == '"' ? check_string(c) : NULL;
    if (!name || !is_new_member(c, object, name))
        return false;
    skip_blanks(c);
    return *c->at++ == ':' && check_value(c, name);
}

/* At the opening bracket. */
static bool check_members(struct checker *c, const char *name)
{
    bool is_object = *c->at == '{';
    char closing = is_object ? '}' : ']';
    size_t node = add_node(c, is_object ? JSON_OBJECT : JSON_ARRAY, name);
    uint32_t count = 0;
    if (++c->depth > JSON_DEPTH_MAX) {
        c->is_too_deep = true;
        return false;
    }
    c->at++;
    skip_blanks(c);
    while (*c->at != closing) {
        bool ok = (count == 0 || *c->at++ == ',') &&
                  (is_object ? count < JSON_MEMBERS_MAX && check_member(c, node) : check_value(c, NULL));
        if (!ok)
            return false;
        count++;
        skip_blanks(c);
    }
    c->at++;
    c->depth--;
    close_node(c, node, count);
    return true;
}

static bool check_text(struct checker *c, const char *name)
{
    const char *text = check_string(c);
    size_t node = add_node(c, JSON_STRING, name);
    c->nodes[node].text = text;
    return text != NULL;
}

static bool check_word(struct checker *c, const char *name)
{
    static const struct {
        const char *word;
        json_type type;
    } words[] = { { "true", JSON_TRUE }, { "false", JSON_FALSE }, { "null", JSON_NULL } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (strncmp(c->at, words[i].word, n) != 0)
            continue;
        c->at += n;
        add_node(c, words[i].type, name);
        return true;
    }
    return false;
}

static bool check_value(struct checker *c, const char *name)
{
    skip_blanks(c);
    switch (*c->at) {
    case '{':
    case '[': return check_members(c, name);
    case '"': return check_text(c, name);
    case 't':
    case 'f':
    case 'n': return check_word(c, name);
    default: return check_number(c, name);
    }
}

static bool check_root(struct checker *c)
{
    skip_blanks(c);
    if (*c->at != '{' && *c->at != '[')
        return false;
    if (!check_value(c, NULL))
        return false;
    skip_blanks(c);
    return c->at == c->end;
}

static int complain(const struct checker *c, struct err *err)
{
    char place[64];
    const char *line = c->start;
    unsigned lines = 1;
    if (c->is_too_deep) {
        snprintf(place, sizeof place, "%d", JSON_DEPTH_MAX);
        return err_say(err, E_INVALID, &TOO_DEEP, place);
    }
    const char *at = c->at < c->end ? c->at : c->end;
    for (const char *s = c->start; s < at; s++)
        if (*s == '\n') {
            lines++;
            line = s + 1;
        }
    snprintf(place, sizeof place, "%u:%zu", lines, (size_t)(at - line) + 1);
    return err_say(err, E_INVALID, &NOT_JSON, place);
}

int json_check(const void *ctx, char *text, size_t n, const struct json_node **root, struct err *err)
{
    struct checker c = { .ctx = ctx, .start = text, .at = text, .end = text + n };
    text[n] = '\0';
    if (!check_root(&c))
        return complain(&c, err);
    *root = c.nodes;
    return 0;
}

/* ---- looking -------------------------------------------------------------------------------------- */

const struct json_node *json_member(const struct json_node *object, const char *name)
{
    const struct json_node *child;
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (JSON_EACH(child, object))
        if (strcmp(child->name, name) == 0)
            return child;
    return NULL;
}

const struct json_node *json_item(const struct json_node *list, size_t i)
{
    const struct json_node *child;
    if (!list || list->type != JSON_ARRAY || i >= list->count)
        return NULL;
    for (JSON_EACH(child, list))
        if (i-- == 0)
            return child;
    return NULL;
}
