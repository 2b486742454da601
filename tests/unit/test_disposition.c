/* test_disposition.c — a downloaded file has its name, in every alphabet, and an ending that does not lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <talloc.h>

#include "disposition.h"

static const struct {
    const char *name, *type, *ascii, *percent;
} rows[] = {
    { "Giấy tờ.pdf", "application/pdf", "giay to.pdf", "Gi%E1%BA%A5y%20t%E1%BB%9D.pdf" },
    { "a_b-1.PDF", "application/pdf", "a_b-1.pdf", "a_b-1.PDF" },
    { "100%\"\\x';.png", "image/png", "100___x__.png", "100%25%22_x%27%3B.png" },
    { "../../etc/passwd", "text/plain", ".._.._etc_passwd.txt", ".._.._etc_passwd.txt" },
    { "chạy.bat", "text/plain", "chay.bat.txt", "ch%E1%BA%A1y.bat.txt" },
    { "ảnh.jpeg", "image/jpeg", "anh.jpeg", "%E1%BA%A3nh.jpeg" },
    { ".pdf", "application/pdf", ".pdf.pdf", ".pdf.pdf" },
    { "a\r\nSet-Cookie: b", "application/pdf", "a set-cookie_ b.pdf", "a%20Set-Cookie%3A%20b.pdf" },
    { "", "application/x-unknown", "tep.bin", "tep.bin" },
    { "\xff\xfe", "application/zip", "tep.zip", "tep.zip" },
    { "照片.tif", "image/tiff", "______.tif", "%E7%85%A7%E7%89%87.tif" },
};

static void a_name_is_told_in_full_and_in_ascii(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(disposition_of(ctx, rows[i].name, rows[i].type),
                            talloc_asprintf(ctx, "attachment; filename=\"%s\"; filename*=UTF-8''%s",
                                            rows[i].ascii, rows[i].percent));
    talloc_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_name_is_told_in_full_and_in_ascii) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
