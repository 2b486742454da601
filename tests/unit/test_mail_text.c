/* links: services/notification/mail_text.c */
/* A mail as bytes: headers that any server takes, words that come out as they went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "services/notification/mail_text.h"
#include "text.h"

enum { LINE_MOST = 78 };

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    crypt_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static struct mail_parts parts(const char *subject, const char *body)
{
    return (struct mail_parts){
        .from = "khong-tra-loi@dvc.example.vn",
        .from_name = "Một cửa",
        .to = "hong@example.vn",
        .language = "vi",
        .id = "01900000-0000-7000-8000-000000000001",
        .subject = subject,
        .body = body,
        .at_ms = 1795770000000,
    };
}

static char *mail_of(const char *subject, const char *body)
{
    size_t size;
    struct mail_parts p = parts(subject, body);
    char *mail = mail_text(ctx, &p, &size);
    assert_int_equal(strlen(mail), size);
    return mail;
}

static void a_mail_reads_like_this(void **state)
{
    (void)state;
    assert_string_equal(mail_of("Result ready", "Đã có\nkết quả"),
                        "Date: Fri, 27 Nov 2026 16:00:00 +0700\r\n"
                        "From: =?UTF-8?B?TeG7mXQgY+G7rWE=?=\r\n <khong-tra-loi@dvc.example.vn>\r\n"
                        "To: <hong@example.vn>\r\n"
                        "Subject: Result ready\r\n"
                        "Message-ID: <01900000-0000-7000-8000-000000000001@dvc.example.vn>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "Content-Language: vi\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=UTF-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "\r\n"
                        "xJDDoyBjw7MNCmvhur90IHF14bqj\r\n");
}

static void the_same_parts_give_the_same_bytes(void **state)
{
    (void)state;
    assert_string_equal(mail_of("Hồ sơ", "nội dung"), mail_of("Hồ sơ", "nội dung"));
}

/* ---- words of headers ----------------------------------------------------------------------------- */

static const char *header(const char *mail, const char *name)
{
    const char *start = strstr(mail, name);
    assert_non_null(start);
    start += strlen(name);
    const char *end = start;
    do
        end = strstr(end + 1, "\r\n");
    while (end[2] == ' ');
    return talloc_strndup(ctx, start, (size_t)(end - start));
}

/* What a reader sees: encoded-words joined, the blanks between them dropped. Each must be whole UTF-8. */
static const char *decoded(const char *words)
{
    char *out = talloc_strdup(ctx, "");
    const char *at = words;
    while ((at = strstr(at, "=?UTF-8?B?"))) {
        size_t n;
        const char *start = at + 10, *end = strstr(start, "?=");
        assert_true(end + 2 - at <= 75);
        const char *bytes =
            (const char *)crypt_unbase64(ctx, talloc_strndup(ctx, start, (size_t)(end - start)), false, &n);
        assert_non_null(bytes);
        assert_true(text_is_utf8(bytes, n));
        out = talloc_strndup_append_buffer(out, bytes, n);
        at = end;
    }
    return out;
}

static void subjects_come_out_as_they_went_in(void **state)
{
    (void)state;
    static const char *const subjects[] = {
        "Hồ sơ 000.00.01.H07-261127-0001 đã được tiếp nhận",
        "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ 000.00.01.H07-261127-0092637",
        "ộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộ",
        "a"
        "ộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộộ",
        "aa"
        "𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀",
        "a dossier of the longest kind: seventy-eight characters of ASCII and then more, so it is folded",
        "not really =?UTF-8?B?Qk9P?= encoded",
        "hai dòng\r\nBcc: ai@example.vn",
    };
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        assert_string_equal(decoded(header(mail_of(subjects[i], "x"), "\r\nSubject: ")), subjects[i]);
    assert_string_equal(header(mail_of("Dossier X-1 has been accepted", "x"), "\r\nSubject: "),
                        "Dossier X-1 has been accepted");
}

static void nothing_that_is_put_in_becomes_a_header(void **state)
{
    (void)state;
    const char *mail = mail_of("x\r\nBcc: ai@example.vn", "\r\nBcc: ai@example.vn\n\nBcc: ai@example.vn");
    assert_null(strstr(mail, "Bcc"));
}

static void lines_are_short_and_ascii(void **state)
{
    (void)state;
    char *long_body = talloc_strdup(ctx, "");
    for (int i = 0; i < 400; i++)
        long_body = talloc_strdup_append_buffer(long_body, "Hồ sơ của Quý vị đã được tiếp nhận. ");
    const char *mail =
        mail_of("Hồ sơ của Quý vị đã được tiếp nhận và sẽ được giải quyết đúng hẹn, xin cảm ơn", long_body);
    for (const char *line = mail, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= LINE_MOST);
        for (const char *p = line; p < end; p++)
            assert_true(*p >= 0x20 && *p < 0x7f);
    }
}

/* ---- body ----------------------------------------------------------------------------------------- */

static const char *body_of(const char *mail)
{
    size_t n;
    char *joined = talloc_strdup(ctx, "");
    for (const char *line = strstr(mail, "\r\n\r\n") + 4, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        joined = talloc_strndup_append_buffer(joined, line, (size_t)(end - line));
    }
    const uint8_t *bytes = crypt_unbase64(ctx, joined, false, &n);
    assert_non_null(bytes);
    return talloc_strndup(ctx, (const char *)bytes, n);
}

static void bodies_of_every_length_come_out_with_crlf(void **state)
{
    (void)state;
    char *body = talloc_strdup(ctx, ""), *want = talloc_strdup(ctx, "");
    for (int i = 0; i < 130; i++) {
        body = talloc_strdup_append_buffer(body, i % 7 == 3 ? "\n" : i % 5 == 0 ? "ạ" : ".");
        want = talloc_strdup_append_buffer(want, i % 7 == 3 ? "\r\n" : i % 5 == 0 ? "ạ" : ".");
        assert_string_equal(body_of(mail_of("x", body)), want);
    }
}

static void addresses_are_masked(void **state)
{
    (void)state;
    assert_string_equal(mail_masked(ctx, "nguyen.hong@example.vn"), "n***@example.vn");
    assert_string_equal(mail_masked(ctx, "a@b.vn"), "a***@b.vn");
    assert_string_equal(mail_masked(ctx, ""), "");
    assert_string_equal(mail_masked(ctx, "@b.vn"), "");
    assert_string_equal(mail_masked(ctx, "0912345678"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_reads_like_this),
        cmocka_unit_test(the_same_parts_give_the_same_bytes),
        cmocka_unit_test(subjects_come_out_as_they_went_in),
        cmocka_unit_test(nothing_that_is_put_in_becomes_a_header),
        cmocka_unit_test(lines_are_short_and_ascii),
        cmocka_unit_test(bodies_of_every_length_come_out_with_crlf),
        cmocka_unit_test(addresses_are_masked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
