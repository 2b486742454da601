/* disposition.c — see disposition.h. */
#include "disposition.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "text.h"

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define OPEN   "application/vnd.oasis.opendocument."

/* The first ending is added where the name has none of them. */
static const struct {
    const char *type, *endings[3];
} types[] = {
    { "application/pdf", { ".pdf" } },
    { "image/jpeg", { ".jpg", ".jpeg" } },
    { "image/png", { ".png" } },
    { "image/tiff", { ".tif", ".tiff" } },
    { "text/plain", { ".txt", ".csv" } },
    { "text/csv", { ".csv", ".txt" } },
    { "text/xml", { ".xml" } },
    { "application/xml", { ".xml" } },
    { OFFICE "wordprocessingml.document", { ".docx" } },
    { OFFICE "spreadsheetml.sheet", { ".xlsx" } },
    { "application/msword", { ".doc" } },
    { "application/vnd.ms-excel", { ".xls" } },
    { OPEN "text", { ".odt" } },
    { OPEN "spreadsheet", { ".ods" } },
    { "application/zip", { ".zip" } },
};

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcasecmp(name + n - m, ending) == 0;
}

static const char *ending_for(const char *name, const char *media_type)
{
    size_t i = 0;
    while (i < sizeof types / sizeof *types && strcmp(types[i].type, media_type) != 0)
        i++;
    if (i == sizeof types / sizeof *types)
        return ends_with(name, ".bin") ? "" : ".bin";
    for (size_t k = 0; k < 3 && types[i].endings[k]; k++)
        if (ends_with(name, types[i].endings[k]))
            return "";
    return types[i].endings[0];
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._-", c));
}

/* Letters without marks; no quotes, no backslash, no percent sign, which some programs decode. */
static const char *in_ascii(const void *ctx, const char *name)
{
    char *key = text_search_key(ctx, name);
    for (char *c = key; c && *c; c++)
        *c = is_plain(*c) || *c == ' ' ? *c : '_';
    return key ? key : "";
}

static const char *in_percent(const void *ctx, const char *name)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = talloc_array(ctx, char, strlen(name) * 3 + 1), *to = out;
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        if (is_plain(*name)) {
            *to++ = *name;
        } else {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        }
    }
    *to = '\0';
    return out;
}

const char *disposition_of(const void *ctx, const char *name, const char *media_type)
{
    const char *clean = text_line(ctx, name);
    char *line = clean ? talloc_strdup(ctx, clean) : NULL;
    for (char *c = line; c && *c; c++)
        *c = *c == '/' || *c == '\\' ? '_' : *c;
    const char *base = line && *line ? line : "tep";
    const char *whole = talloc_asprintf(ctx, "%s%s", base, ending_for(base, media_type));
    return talloc_asprintf(ctx, "attachment; filename=\"%s\"; filename*=UTF-8''%s", in_ascii(ctx, whole),
                           in_percent(ctx, whole));
}
