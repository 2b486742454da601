/* conf.c — see conf.h. inih reads the file; the same setter serves defaults, file and environment. */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

struct loading {
    const void *ctx;
    const struct conf_table *tables; /* ends with params NULL */
    const char *source;              /* "default", the file's name, the variable's name */
    struct err *err;
    FILE *file;
    char *line, *long_value; /* of the line inih has; NULL: inih could take it whole */
    size_t line_size;
};

static const struct conf_param *find(const struct conf_table *tables, const char *name, void **values)
{
    for (; tables->params; tables++)
        for (const struct conf_param *p = tables->params; p->type != CONF_END; p++)
            if (strcmp(p->name, name) == 0) {
                *values = tables->values;
                return p;
            }
    return NULL;
}

static int set_int(struct loading *l, const struct conf_param *p, const char *text, int64_t *to)
{
    char *end;
    errno = 0;
    int64_t v = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || errno != 0)
        return err_set(l->err, E_INVALID, "%s: %s: \"%s\" is not a whole number", l->source, p->name, text);
    if (v < p->min || v > p->max)
        return err_set(l->err, E_INVALID, "%s: %s: %s is outside %" PRId64 " … %" PRId64 " %s", l->source,
                       p->name, text, p->min, p->max, p->unit);
    *to = v;
    return 0;
}

static int set_bool(struct loading *l, const struct conf_param *p, const char *text, bool *to)
{
    bool yes = strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "no") != 0)
        return err_set(l->err, E_INVALID, "%s: %s: say yes or no, not \"%s\"", l->source, p->name, text);
    *to = yes;
    return 0;
}

static int set(struct loading *l, const struct conf_param *p, void *values, const char *text)
{
    void *to = (char *)values + p->offset;
    switch (p->type) {
    case CONF_INT: return set_int(l, p, text, to);
    case CONF_BOOL: return set_bool(l, p, text, to);
    default: *(const char **)to = talloc_strdup(l->ctx, text); return 0;
    }
}

/* inih's handler: 0 stops it and makes the line number its answer. */
static int on_line(void *user, const char *section, const char *name, const char *value)
{
    struct loading *l = user;
    void *values;
    const struct conf_param *p = find(l->tables, name, &values);
    if (*section)
        err_set(l->err, E_INVALID, "%s: sections are not used, found [%s]", l->source, section);
    else if (!p)
        err_set(l->err, E_INVALID, "%s: there is no parameter \"%s\" (--help lists them)", l->source, name);
    else
        set(l, p, values, l->long_value ? l->long_value : value);
    return l->err->code == 0;
}

static char *trimmed(char *text)
{
    size_t n;
    text += strspn(text, " \t");
    for (n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]); n--)
        ;
    text[n] = '\0';
    return text;
}

/* inih's reader. It has room for 200 characters only, a connection string with several hosts is longer: then
 * inih gets the name, and the value waits for on_line. */
static char *read_line(char *out, int size, void *loading)
{
    struct loading *l = loading;
    ssize_t n = getline(&l->line, &l->line_size, l->file);
    const char *equals = n < 0 ? NULL : strchr(l->line, '=');
    int name = equals ? (int)(equals - l->line) : 0;
    l->long_value = NULL;
    if (n < 0)
        return NULL;
    if (n < size || !equals || name + 2 >= size) {
        snprintf(out, (size_t)size, "%s", l->line);
        return out;
    }
    snprintf(out, (size_t)size, "%.*s=\n", name, l->line);
    l->long_value = trimmed(l->line + name + 1);
    return out;
}

static int load_file(struct loading *l, const char *file)
{
    l->source = file;
    l->file = fopen(file, "re");
    if (!l->file)
        return err_set(l->err, E_INVALID, "%s: cannot be read: %s", file, strerror(errno));
    int line = ini_parse_stream(read_line, l, on_line, l);
    fclose(l->file);
    free(l->line);
    if (line > 0)
        return err_set(l->err, E_INVALID, "%s: line %d is not \"name = value\"", file, line);
    return 0;
}

static void env_name(const char *service, const char *name, char *out, size_t size)
{
    snprintf(out, size, "MOTCUA_%s_%s", service, name);
    for (char *p = out; *p; p++)
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

typedef int each_fn(struct loading *l, const char *service, const struct conf_param *p, void *values);

static int each(struct loading *l, const char *service, each_fn *fn)
{
    for (const struct conf_table *t = l->tables; t->params; t++)
        for (const struct conf_param *p = t->params; p->type != CONF_END; p++)
            TRY(fn(l, service, p, t->values));
    return 0;
}

static int apply_default(struct loading *l, const char *service, const struct conf_param *p, void *values)
{
    (void)service;
    l->source = "default";
    return p->fallback ? set(l, p, values, p->fallback) : 0;
}

static int apply_env(struct loading *l, const char *service, const struct conf_param *p, void *values)
{
    char name[128];
    env_name(service, p->name, name, sizeof name);
    const char *text = getenv(name);
    l->source = name;
    return text ? set(l, p, values, text) : 0;
}

static int check_set(struct loading *l, const char *service, const struct conf_param *p, void *values)
{
    char name[128];
    bool is_text = p->type == CONF_TEXT || p->type == CONF_SECRET;
    if (p->fallback || !is_text || *(const char **)((char *)values + p->offset))
        return 0;
    env_name(service, p->name, name, sizeof name);
    return err_set(l->err, E_INVALID, "%s must be set: in the file, or as %s", p->name, name);
}

int conf_load(const void *ctx, const char *service, const char *file, const struct conf_table *tables,
              struct err *err)
{
    struct loading l = { .ctx = ctx, .tables = tables, .err = err };
    TRY(each(&l, service, apply_default));
    if (file)
        TRY(load_file(&l, file));
    TRY(each(&l, service, apply_env));
    return each(&l, service, check_set);
}

static const char *default_of(const struct conf_param *p)
{
    if (!p->fallback)
        return "must be set";
    return p->fallback[0] ? p->fallback : "empty";
}

void conf_print_help(FILE *to, const char *service, const struct conf_param *params)
{
    (void)service;
    for (const struct conf_param *p = params; p->type != CONF_END; p++)
        fprintf(to, "  %-26s %s%s%s [%s]\n", p->name, p->help, *p->unit ? ", in " : "", p->unit,
                default_of(p));
}

void conf_print_markdown(FILE *to, const char *service, const struct conf_param *params)
{
    char name[128];
    for (const struct conf_param *p = params; p->type != CONF_END; p++) {
        env_name(service, p->name, name, sizeof name);
        fprintf(to, "| `%s` | %s%s%s | %s | `%s` |\n", p->name, p->help, *p->unit ? ", in " : "", p->unit,
                default_of(p), name);
    }
}
