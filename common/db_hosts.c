/* db_hosts.c — see db_hosts.h. */
#include "db_hosts.h"

#include <stdio.h>
#include <string.h>

enum { LIST_TEXT = 1024 };

static unsigned entries(const char *list)
{
    unsigned n = 1;
    for (; *list; list++)
        n += *list == ',';
    return n;
}

bool hosts_turned(const char *list, unsigned turn, char *out, size_t size)
{
    const char *first = list;
    for (unsigned i = turn % entries(list); i > 0; i--)
        first = strchr(first, ',') + 1;
    int before = (int)(first - list); /* with the comma behind it */
    int n = before == 0 ? snprintf(out, size, "%s", list)
                        : snprintf(out, size, "%s,%.*s", first, before - 1, list);
    return n >= 0 && (size_t)n < size;
}

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (; options && options->keyword; options++)
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    return NULL;
}

/* The option's list as conninfo has it, else as the environment has it, turned. False: there is none. */
static bool find_turned(const char *conninfo, const char *keyword, unsigned turn, char out[LIST_TEXT])
{
    PQconninfoOption *said = PQconninfoParse(conninfo, NULL), *usual = PQconndefaults();
    const char *list = value_of(said, keyword);
    list = list ? list : value_of(usual, keyword);
    bool found = list && *list && hosts_turned(list, turn, out, LIST_TEXT);
    PQconninfoFree(said);
    PQconninfoFree(usual);
    return found;
}

/* What stands behind dbname takes the place of what conninfo says. */
PGconn *hosts_connect_start(const char *conninfo, unsigned turn)
{
    char hosts[LIST_TEXT], ports[LIST_TEXT];
    const char *keywords[] = { "dbname", "host", "port", NULL }, *values[] = { conninfo, hosts, ports, NULL };
    if (turn == 0 || !find_turned(conninfo, "host", turn, hosts))
        return PQconnectStart(conninfo);
    if (!find_turned(conninfo, "port", turn, ports))
        keywords[2] = NULL;
    return PQconnectStartParams(keywords, values, 1);
}
