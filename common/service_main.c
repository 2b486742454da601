/* service_main.c — see service.h: the command line of every program of the suite. */
#include <getopt.h>
#include <talloc.h>

#include "crypt.h"
#include "log.h"
#include "service.h"
#include "service_params.h"
#include "service_statements.h"

struct options {
    const char *config;
    bool help, check, params, routes, statements;
};

static bool parse_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = { { "config", required_argument, 0, 'c' },
                                           { "help", no_argument, 0, 'h' },
                                           { "check", no_argument, 0, 't' },
                                           { "params", no_argument, 0, 'p' },
                                           { "routes", no_argument, 0, 'r' },
                                           { "statements", no_argument, 0, 's' },
                                           { 0 } };
    for (int c; (c = getopt_long(argc, argv, "c:htprs", known, NULL)) != -1;) {
        switch (c) {
        case 'c': o->config = optarg; break;
        case 'h': o->help = true; break;
        case 't': o->check = true; break;
        case 'p': o->params = true; break;
        case 'r': o->routes = true; break;
        case 's': o->statements = true; break;
        default: return false;
        }
    }
    return optind == argc;
}

/* The parameters of the parts the service has, then its own. */
static void param_tables(const struct service *svc, struct service_config *cfg, void *own,
                         struct conf_table *out)
{
    for (const struct part_params *p = service_params; p->params; p++)
        if (p->part == 0 || (svc->parts & p->part))
            *out++ = (struct conf_table){ p->params, cfg };
    if (svc->params)
        *out++ = (struct conf_table){ svc->params, own };
    *out = (struct conf_table){ 0 };
}

static int print_help(const struct service *svc, const struct conf_table *tables)
{
    printf("%s — %s\n\n"
           "Usage: %s --config FILE | --check --config FILE | --params | --routes | --statements | --help\n\n"
           "  --config FILE   serve with the parameters of the file\n"
           "  --check         say whether the parameters fit, and end\n"
           "  --params        the parameters as a Markdown table, with their environment variables\n"
           "  --routes        method and path of each public route\n"
           "  --statements    every SQL statement as JSON: name, kind (read, write, set), text\n\n"
           "Parameters (default < file < environment):\n",
           svc->name, svc->summary, svc->name);
    for (; tables->params; tables++)
        conf_print_help(stdout, svc->name, tables->params);
    return 0;
}

static int print_params(const struct service *svc, const struct conf_table *tables)
{
    printf("| parameter | meaning | default | environment |\n| --- | --- | --- | --- |\n");
    for (; tables->params; tables++)
        conf_print_markdown(stdout, svc->name, tables->params);
    return 0;
}

static int print_routes(const struct service *svc)
{
    for (const struct http_route *r = svc->routes; r && r->path; r++)
        printf("%s %s\n", r->method, r->path);
    return 0;
}

static int print_statements(const struct service *svc)
{
    void *ctx = talloc_new(NULL);
    printf("%s\n", service_statements_json(ctx, svc));
    talloc_free(ctx);
    return 0;
}

static int serve(const struct service *svc, const struct options *o, const struct conf_table *tables,
                 const struct service_config *cfg, const void *own)
{
    struct err err = { 0 };
    int rc = conf_load(own, svc->name, o->config, tables, &err);
    log_open(svc->name, rc == 0 && cfg->log_debug ? LOG_DEBUG : LOG_INFO);
    if (rc) {
        log_error("bad_parameter", LOG_S("why", err.text));
        return 2;
    }
    return o->check ? 0 : service_run(svc, cfg, own);
}

static int run(const struct service *svc, int argc, char **argv, struct service_config *cfg, void *own)
{
    struct conf_table tables[12];
    struct options options = { 0 };
    param_tables(svc, cfg, own, tables);
    if (!parse_options(argc, argv, &options)) {
        fprintf(stderr, "%s: unknown option; see %s --help\n", svc->name, svc->name);
        return 2;
    }
    if (options.help)
        return print_help(svc, tables);
    if (options.params)
        return print_params(svc, tables);
    if (options.routes)
        return print_routes(svc);
    if (options.statements)
        return print_statements(svc);
    crypt_open();
    setenv("UV_THREADPOOL_SIZE", "2", 0); /* argon2 takes 19 MiB each */
    return serve(svc, &options, tables, cfg, own);
}

int service_main(const struct service *svc, int argc, char **argv)
{
    struct service_config cfg = { 0 };
    void *own = talloc_zero_size(NULL, svc->config_size + 1);
    int rc = run(svc, argc, argv, &cfg, own);
    talloc_free(own);
    return rc;
}
