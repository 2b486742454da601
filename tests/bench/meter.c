/* meter.c — see meter.h. */
#include "meter.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ARGS_MAX = 64 };
static bool is_asked[ARGS_MAX];

void fail(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

const char *option_text(int argc, char **argv, const char *name, const char *otherwise)
{
    for (int i = 1; i + 1 < argc && i + 1 < ARGS_MAX; i += 2)
        if (strcmp(argv[i], name) == 0) {
            is_asked[i] = true;
            return argv[i + 1];
        }
    if (!otherwise)
        fail("%s: %s is missing", argv[0], name);
    return otherwise;
}

int64_t option_number(int argc, char **argv, const char *name, int64_t least, int64_t otherwise)
{
    char given[24], *end;
    snprintf(given, sizeof given, "%" PRId64, otherwise);
    const char *text = option_text(argc, argv, name, otherwise < least ? NULL : given);
    int64_t n = strtoll(text, &end, 10);
    if (*end || n < least)
        fail("%s: %s %s is not a number of at least %" PRId64, argv[0], name, text, least);
    return n;
}

void options_end(int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2)
        if (i + 1 >= argc || i >= ARGS_MAX || !is_asked[i])
            fail("%s: %s is not an option, or has no value", argv[0], argv[i]);
}

int64_t meter_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static int64_t us_of(struct timeval t)
{
    return t.tv_sec * INT64_C(1000000) + t.tv_usec;
}

int64_t meter_cpu_us(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return us_of(used.ru_utime) + us_of(used.ru_stime);
}

void waits_add(struct waits *w, int64_t us)
{
    if (w->count == w->room) {
        w->room = w->room ? w->room * 2 : 4096;
        w->us = realloc(w->us, w->room * sizeof *w->us);
        if (!w->us)
            fail("no memory for %zu waiting times", w->room);
    }
    w->us[w->count++] = (uint32_t)us;
}

static int by_length(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int64_t waits_at(struct waits *w, double share)
{
    if (w->count == 0)
        return 0;
    qsort(w->us, w->count, sizeof *w->us, by_length);
    return w->us[(size_t)(share * (double)(w->count - 1) + 0.5)];
}
