/* faults.h — what an err says, as tests look at it; and the files the project ships. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "err.h"

static inline bool has_fault(const struct err *e, const char *field, const char *code)
{
    for (unsigned i = 0; i < e->faults_count && i < ERR_FAULTS_MAX; i++)
        if (strcmp(e->faults[i].field, field) == 0 && strcmp(e->faults[i].phrase->code, code) == 0)
            return true;
    return false;
}

/* "field:code field:code", in the order they were found. */
static inline const char *faults_text(const void *ctx, const struct err *e)
{
    char *text = talloc_strdup(ctx, "");
    for (unsigned i = 0; i < e->faults_count && i < ERR_FAULTS_MAX; i++)
        text = talloc_asprintf_append_buffer(text, "%s%s:%s", i ? " " : "", e->faults[i].field,
                                             e->faults[i].phrase->code);
    return text;
}

/* The whole file and a NUL, or NULL if it is not there. */
static inline char *file_text(const void *ctx, const char *path, size_t *size)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    size_t room = (size_t)ftell(f);
    rewind(f);
    char *text = talloc_zero_array(ctx, char, room + 1);
    *size = fread(text, 1, room, f);
    fclose(f);
    return text;
}

#endif
