/* meter.h — what the programs of the bench share: options, a clock, waiting times, one way to fail. */
#ifndef METER_H
#define METER_H

#include <stddef.h>
#include <stdint.h>

/* ---- options: --name value, in any order ---- */

/* otherwise == NULL: it must be given. */
const char *option_text(int argc, char **argv, const char *name, const char *otherwise);
/* least: the smallest that makes sense. otherwise < least: it must be given. */
int64_t option_number(int argc, char **argv, const char *name, int64_t least, int64_t otherwise);
/* All have been asked for: what was not is a mistake, and ends the program. */
void options_end(int argc, char **argv);

/* ---- time ---- */

int64_t meter_us(void);     /* steady */
int64_t meter_cpu_us(void); /* what this process has used of the cores */

/* ---- waiting times ---- */

struct waits {
    size_t count, room;
    uint32_t *us;
};
void waits_add(struct waits *w, int64_t us);
int64_t waits_at(struct waits *w, double share); /* 0.99: as long as at most one of a hundred; sorts them */

_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
