/* link_page.c — see link_page.h. */
#include "link_page.h"

#include <string.h>
#include <talloc.h>

#include "qr.h"

enum { PAGE_TEXT = 200 };

static const struct phrase PAGE = { "page", "Địa chỉ trang phải bắt đầu bằng https:// hoặc http://.",
                                    "The address of the page begins with https:// or http://." };

int link_page(struct task *t, const struct http_request *rq, const char **page)
{
    const char *p = *page = http_query(rq, "page");
    if (!p || (strlen(p) <= PAGE_TEXT && (strncmp(p, "https://", 8) == 0 || strncmp(p, "http://", 7) == 0)))
        return 0;
    return err_fault(task_err(t), "page", &PAGE, NULL);
}

char *link_qr(const void *ctx, const char *page, const char *rest)
{
    return page ? qr_svg(ctx, talloc_asprintf(ctx, "%s%s", page, rest)) : NULL;
}
