/* fuzz.c — see fuzz.h: what every target has. Nothing is logged. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "err.h"
#include "log.h"

void *fuzz_life(void)
{
    static void *life;
    if (!life)
        life = talloc_zero_size(NULL, 1); /* a leak checker does not see what ends where it begins */
    return life;
}

const char *fuzz_dir(void)
{
    static const char dir[] = "build/fuzz/run";
    mkdir("build", 0777);
    mkdir("build/fuzz", 0777);
    mkdir(dir, 0777);
    return dir;
}

const char *fuzz_file(const char *name, const char *text)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof *paths, "%s/%s", fuzz_dir(), name);
    FILE *f = fopen(path, "we");
    ASSERT(f && fputs(text, f) >= 0 && fclose(f) == 0);
    return path;
}

/* What would be written is read; FUZZ_LOG=1 (run.py --one) shows it. */
void log_event(enum log_level level, const char *event, const struct log_field *fields)
{
    FILE *to = getenv("FUZZ_LOG") ? stderr : NULL;
    (void)level;
    if (to)
        fprintf(to, "%s", event);
    for (; fields->key; fields++) {
        ASSERT(!fields->text || strlen(fields->text) < SIZE_MAX);
        if (to)
            fprintf(to, " %s=%s", fields->key, fields->text ? fields->text : "");
    }
    if (to)
        fputc('\n', to);
}
