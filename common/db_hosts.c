/* db_hosts.c — see db_hosts.h. */
#include "db_hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_TEXT = 1024, PATIENCE_MOST_S = 3600 };

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

/* The option as conninfo has it, else as the environment has it. False: neither has, or it does not fit. */
static bool find(const char *conninfo, const char *keyword, char out[LIST_TEXT])
{
    PQconninfoOption *said = PQconninfoParse(conninfo, NULL), *usual = PQconndefaults();
    const char *value = value_of(said, keyword);
    value = value ? value : value_of(usual, keyword);
    int n = value ? snprintf(out, LIST_TEXT, "%s", value) : 0;
    PQconninfoFree(said);
    PQconninfoFree(usual);
    return n > 0 && n < LIST_TEXT;
}

static bool find_turned(const char *conninfo, const char *keyword, unsigned turn, char out[LIST_TEXT])
{
    char list[LIST_TEXT];
    return find(conninfo, keyword, list) && hosts_turned(list, turn, out, LIST_TEXT);
}

unsigned hosts_patience_ms(const char *conninfo)
{
    char text[LIST_TEXT];
    long seconds = find(conninfo, "connect_timeout", text) ? strtol(text, NULL, 10) : 0;
    return seconds > 0 && seconds <= PATIENCE_MOST_S ? (unsigned)seconds * 1000 : 0;
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
