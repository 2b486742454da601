/* return_url.c — see return_url.h. */
#include "return_url.h"

#include <string.h>
#include <talloc.h>

static const struct phrase ELSEWHERE = { "return_url_elsewhere",
                                         "Địa chỉ quay về phải thuộc cổng dịch vụ công này.",
                                         "The return address must belong to this portal." };
static const char own_page[] = "/api/payment/vnpay/return";

static bool is_within(const char *url, const char *origin, size_t n)
{
    return strncmp(url, origin, n) == 0 && (url[n] == '\0' || url[n] == '/' || url[n] == '?');
}

static bool is_allowed(const char *url, const char *origins)
{
    while (*origins) {
        size_t n = strcspn(origins, " ");
        if (n > 0 && is_within(url, origins, n))
            return true;
        origins += n + (origins[n] == ' ');
    }
    return false;
}

static bool is_printable(const char *s)
{
    while (*s > ' ' && *s <= '~')
        s++;
    return *s == '\0';
}

int return_url_resolve(const void *ctx, const char *origins, const char *wanted, const char **out,
                       struct err *err)
{
    bool is_path = !wanted || (wanted[0] == '/' && wanted[1] != '/');
    *out = is_path ? talloc_asprintf(ctx, "%.*s%s", (int)strcspn(origins, " "), origins,
                                     wanted ? wanted : own_page)
                   : wanted;
    if (is_allowed(*out, origins) && is_printable(*out) && strlen(*out) <= RETURN_URL_MAX)
        return 0;
    return err_fault(err, "return_url", &ELSEWHERE, NULL);
}
