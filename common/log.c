/* log.c — see log.h. A line is built on the stack and leaves with one write, so lines never mix. What does
 * not fit is cut between characters or left out, so it is JSON whatever was said. */
#include "log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { LINE_MAX_BYTES = 4096, END_BYTES = 3, ESCAPE_BYTES = 6, NUMBER_BYTES = 24 };

static const char *service_name = "motcua";
static enum log_level least_level = LOG_INFO;
static const char *trace;

struct line {
    char text[LINE_MAX_BYTES];
    size_t used;
};

static size_t room(const struct line *l)
{
    return sizeof l->text - END_BYTES - l->used; /* for `"}\n` there is always room */
}

static void put(struct line *l, const char *s, size_t n)
{
    if (n > room(l))
        n = room(l);
    memcpy(l->text + l->used, s, n);
    l->used += n;
}

static void put_string(struct line *l, const char *s)
{
    put(l, "\"", 1);
    for (; *s; s++) {
        char code[8];
        unsigned char c = (unsigned char)*s;
        if (room(l) <= ESCAPE_BYTES && (c & 0xc0) != 0x80)
            break;
        if (c == '"' || c == '\\')
            put(l, (const char[]){ '\\', (char)c }, 2);
        else if (c < 0x20)
            put(l, code, (size_t)snprintf(code, sizeof code, "\\u%04x", c));
        else
            put(l, s, 1);
    }
    l->text[l->used++] = '"';
}

/* Room for a number, or for a text to begin: else the field is left out. */
static bool has_room(const struct line *l, const char *key)
{
    return room(l) > strlen(key) * ESCAPE_BYTES + NUMBER_BYTES;
}

static void put_pair(struct line *l, const char *key, const char *value)
{
    if (!has_room(l, key))
        return;
    put(l, ",", l->used > 1);
    put_string(l, key);
    put(l, ":", 1);
    put_string(l, value);
}

static void put_number(struct line *l, const char *key, int64_t value)
{
    char digits[NUMBER_BYTES];
    if (!has_room(l, key))
        return;
    put(l, ",", 1);
    put_string(l, key);
    put(l, ":", 1);
    put(l, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value));
}

static const char *timestamp(char out[32])
{
    int64_t ms = clock_now_ms();
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, 32 - n, ".%03dZ", (int)(ms % 1000));
    return out;
}

void log_open(const char *service, enum log_level least)
{
    service_name = service;
    least_level = least;
}

void log_set_trace(const char *trace_id)
{
    trace = trace_id;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    if (level < least_level)
        return;
    struct line l;
    char when[32];
    l.used = 0;
    put(&l, "{", 1);
    put_pair(&l, "time", timestamp(when));
    put_pair(&l, "level", names[level]);
    put_pair(&l, "service", service_name);
    put_pair(&l, "event", event);
    if (trace)
        put_pair(&l, "trace", trace);
    for (const struct log_field *f = fields; f->key; f++) {
        if (f->text)
            put_pair(&l, f->key, f->text);
        else
            put_number(&l, f->key, f->number);
    }
    memcpy(l.text + l.used, "}\n", 2);
    ssize_t unheard = write(STDERR_FILENO, l.text, l.used + 2);
    (void)unheard; /* nobody is left to tell */
}
