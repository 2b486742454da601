/* json_write.c — see json_write.h. */
#include "json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "err.h"

enum { ROOM_FIRST = 512 };

static void put(struct json_writer *w, const char *bytes, size_t n)
{
    if (w->size + n + 1 > w->room) {
        w->room = (w->size + n + 1) * 2;
        w->text = talloc_realloc(NULL, w->text, char, w->room);
    }
    memcpy(w->text + w->size, bytes, n);
    w->size += n;
}

/* Only what JSON asks for is escaped. */
static void put_escaped(struct json_writer *w, unsigned char c)
{
    char text[8];
    const char *letter = strchr("\nn\tt\rr\bb\ff", c);
    if (c == '"' || c == '\\')
        snprintf(text, sizeof text, "\\%c", c);
    else if (letter)
        snprintf(text, sizeof text, "\\%c", letter[1]);
    else
        snprintf(text, sizeof text, "\\u%04x", c);
    put(w, text, strlen(text));
}

static void put_string(struct json_writer *w, const char *text)
{
    put(w, "\"", 1);
    while (*text) {
        size_t n = 0;
        while ((unsigned char)text[n] >= 0x20 && text[n] != '"' && text[n] != '\\')
            n++;
        put(w, text, n);
        text += n;
        if (*text)
            put_escaped(w, (unsigned char)*text++);
    }
    put(w, "\"", 1);
}

static void begin(struct json_writer *w, const char *name)
{
    if (w->needs_comma)
        put(w, ",", 1);
    w->needs_comma = true;
    if (name) {
        put_string(w, name);
        put(w, ":", 1);
    }
}

static void open_bracket(struct json_writer *w, const char *name, const char *opening, char closing)
{
    begin(w, name);
    put(w, opening, 1);
    ASSERT(w->depth < WRITER_DEPTH);
    w->closing[w->depth++] = closing;
    w->needs_comma = false;
}

struct json_writer json_writer_of(const void *ctx)
{
    return (struct json_writer){ .text = talloc_array(ctx, char, ROOM_FIRST), .room = ROOM_FIRST };
}

void write_object(struct json_writer *w, const char *name)
{
    open_bracket(w, name, "{", '}');
}

void write_list(struct json_writer *w, const char *name)
{
    open_bracket(w, name, "[", ']');
}

void write_end(struct json_writer *w)
{
    ASSERT(w->depth > 0);
    put(w, &w->closing[--w->depth], 1);
    w->needs_comma = true;
}

void write_text(struct json_writer *w, const char *name, const char *text)
{
    begin(w, name);
    put_string(w, text);
}

void write_int(struct json_writer *w, const char *name, int64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, number);
    begin(w, name);
    put(w, text, (size_t)n);
}

void write_bool(struct json_writer *w, const char *name, bool value)
{
    begin(w, name);
    put(w, value ? "true" : "false", value ? 4 : 5);
}

char *write_done(struct json_writer *w)
{
    ASSERT(w->depth == 0);
    w->text[w->size] = '\0';
    return w->text;
}
