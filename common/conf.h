/* conf.h — the parameters of a program: one table is the parser, the --help and the manual.
 *
 * A value comes from the default, else from the file (`name = value` lines), else from the environment
 * (MOTCUA_<SERVICE>_<NAME>); the last one wins. A parameter that is unknown, missing or out of range stops
 * the start with a sentence that names it and where it came from.
 */
#ifndef CONF_H
#define CONF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

enum conf_type { CONF_END, CONF_TEXT, CONF_SECRET, CONF_INT, CONF_BOOL };

struct conf_param {
    enum conf_type type;
    const char *name;
    size_t offset;        /* in the struct to fill: const char *, int64_t or bool */
    const char *fallback; /* as it would stand in the file; NULL: must be set */
    int64_t min, max;     /* CONF_INT */
    const char *unit;     /* CONF_INT; "" for a plain number */
    const char *help;
};

struct conf_table {
    const struct conf_param *params; /* ends with CONF_END */
    void *values;
};

/* Fill every table. file may be NULL. Texts belong to ctx. E_INVALID with the sentence in err. */
int conf_load(const void *ctx, const char *service, const char *file, const struct conf_table *tables,
              struct err *err);

/* The parameters as lines for --help, or as a Markdown table for the page of manual. */
void conf_print_help(FILE *to, const char *service, const struct conf_param *params);
void conf_print_markdown(FILE *to, const char *service, const struct conf_param *params);

/* Rows of a parameter table: CONF_PARAM_INT(struct x, field, "default", min, max, "unit", "help"). */
/* clang-format off */
#define CONF_PARAM_TEXT(s, field, fallback, help) \
    { CONF_TEXT, #field, offsetof(s, field), fallback, 0, 0, "", help }
#define CONF_PARAM_SECRET(s, field, fallback, help) \
    { CONF_SECRET, #field, offsetof(s, field), fallback, 0, 0, "", help }
#define CONF_PARAM_INT(s, field, fallback, min, max, unit, help) \
    { CONF_INT, #field, offsetof(s, field), fallback, min, max, unit, help }
#define CONF_PARAM_BOOL(s, field, fallback, help) \
    { CONF_BOOL, #field, offsetof(s, field), fallback, 0, 0, "", help }
/* clang-format on */

#endif
