/* test_sheet.c — papers are drawn as they were written, over as many pages as they need: what pdftotext reads
 * from the file, page by page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "sheet_reply.h"
#include "tests/unit/tasks.h"

static const struct sheet_column columns[] = { { "TT", 2, SHEET_CENTRE },
                                               { "Tên giấy tờ", 14, 0 },
                                               { "Bản chính", 3, SHEET_CENTRE } };

static struct tasks s;
static void *ctx;
static struct sheet *sheet;
static char *file; /* as drawn last */
static size_t file_size;
static char *text;

static int set_up_all(void **state)
{
    (void)state;
    tasks_open(&s, 8);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    sheet = sheet_new(ctx, SHEET_A5);
    sheet->unit = "SỞ XÂY DỰNG";
    sheet->title = "GIẤY TIẾP NHẬN HỒ SƠ";
    sheet->foot = "Mã hồ sơ: 000.00.01.H07-260421-0001";
    sheet->dated_at_ms = INT64_C(1776700000000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(ctx);
    return 0;
}

static void run_draw(struct task *t, void *arg)
{
    const void *data;
    (void)arg;
    file_size = 0;
    if (sheet_pdf(t, sheet, &data, &file_size) == 0)
        file = talloc_memdup(ctx, data, file_size);
}

/* Draws the sheet; the words of all pages, a form feed after each. */
static const char *drawn(void)
{
    char path[] = "/tmp/motcua-sheet-XXXXXX", buffer[4096];
    assert_int_equal(tasks_do(&s, 20000, run_draw, NULL), 0);
    assert_true(file_size > 1000);
    int fd = mkstemp(path);
    assert_int_equal(write(fd, file, file_size), file_size);
    close(fd);
    FILE *words = popen(talloc_asprintf(ctx, "pdftotext -layout %s -", path), "r");
    text = talloc_strdup(ctx, "");
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, words)) > 0;)
        text = talloc_strndup_append(text, buffer, n);
    assert_int_equal(pclose(words), 0);
    unlink(path);
    return text;
}

static int count(const char *in, const char *what)
{
    int n = 0;
    for (const char *p = in; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

static int pages(void)
{
    return count(text, "\f");
}

/* ---- tests ---------------------------------------------------------------------------------------- */

static void a_paper_says_what_was_written_with_every_mark(void **state)
{
    (void)state;
    static const char MARKS[] = "ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựíìỉĩịýỳỷỹỵđ ẮẶẤỆỐỘỚỢỨỰĐ";
    sheet_field(sheet, SHEET_BOLD, "Họ và tên", "Nguyễn Thị Hồng Nhung");
    sheet_text(sheet, 0, MARKS);
    drawn();
    assert_non_null(strstr(text, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    assert_non_null(strstr(text, "Độc lập - Tự do - Hạnh phúc"));
    assert_non_null(strstr(text, "Họ và tên: Nguyễn Thị Hồng Nhung"));
    assert_non_null(strstr(text, MARKS));
    assert_non_null(strstr(text, "Trang 1/1"));
    assert_int_equal(pages(), 1);
}

static void a_hundred_papers_go_over_pages_with_their_titles(void **state)
{
    (void)state;
    sheet_table(sheet, columns, 3);
    for (int i = 1; i <= 100; i++)
        sheet_row(sheet, (const char *[]){ talloc_asprintf(ctx, "%d", i),
                                           talloc_asprintf(ctx, "Giấy chứng nhận số %03d", i), "1" });
    drawn();
    assert_in_range(pages(), 4, 6);
    assert_int_equal(count(text, "Tên giấy tờ"), pages());
    for (int i = 1; i <= 100; i++)
        assert_int_equal(count(text, talloc_asprintf(ctx, "Giấy chứng nhận số %03d", i)), 1);
    assert_non_null(strstr(text, talloc_asprintf(ctx, "Trang %d/%d", pages(), pages())));
}

static char *numbered_words(int n)
{
    char *all = talloc_strdup(ctx, "");
    for (int i = 1; i <= n; i++)
        all = talloc_asprintf_append(all, "%sđoạn%04d", i > 1 ? " " : "", i);
    return all;
}

static void words_longer_than_a_page_go_on_over_the_next_ones(void **state)
{
    (void)state;
    sheet_field(sheet, 0, "Lý do", numbered_words(700));
    drawn();
    assert_in_range(pages(), 2, 4);
    for (int i = 1; i <= 700; i++)
        assert_int_equal(count(text, talloc_asprintf(ctx, "đoạn%04d", i)), 1);
}

static void a_cell_longer_than_a_page_is_cut_between_lines(void **state)
{
    (void)state;
    sheet_table(sheet, columns, 3);
    sheet_row(sheet, (const char *[]){ "1", numbered_words(700), "1" });
    sheet_row(sheet, (const char *[]){ "2", "Giấy cuối", "1" });
    drawn();
    assert_in_range(pages(), 2, 5);
    for (int i = 1; i <= 700; i++)
        assert_int_equal(count(text, talloc_asprintf(ctx, "đoạn%04d", i)), 1);
    assert_non_null(strstr(text, "Giấy cuối"));
}

static void a_name_without_blanks_stays_on_the_paper(void **state)
{
    (void)state;
    char *name = talloc_zero_size(ctx, 300);
    memset(name, 'W', 299);
    sheet_field(sheet, SHEET_BOLD, "Tên", name);
    drawn();
    int letters = 0;
    for (const char *p = text; *p; p++)
        letters += *p == 'W';
    assert_int_equal(letters, 299);
    assert_true(count(text, "\n") > 12); /* several lines of it */
}

static void what_is_not_known_leaves_room_to_write(void **state)
{
    (void)state;
    sheet_field(sheet, SHEET_HALF, "Điện thoại", "");
    sheet_field(sheet, SHEET_HALF, "Thư điện tử", NULL);
    sheet_field(sheet, 0, "Địa chỉ", "");
    drawn();
    assert_non_null(strstr(text, "Điện thoại:"));
    assert_non_null(strstr(text, "Thư điện tử:"));
    assert_non_null(strstr(text, "Địa chỉ:"));
}

static void signatures_are_never_torn_apart(void **state)
{
    (void)state;
    for (int lines = 0; lines < 45; lines += 4) {
        sheet->blocks_count = 0;
        for (int i = 0; i < lines; i++)
            sheet_text(sheet, 0, "Một dòng");
        sheet_signatures(sheet, (const char *[]){ "NGƯỜI NỘP", "NGƯỜI NHẬN" },
                         (const char *[]){ "", "Trần Văn Cửa" }, 2);
        const char *role = strstr(drawn(), "NGƯỜI NHẬN"), *name = strstr(text, "Trần Văn Cửa");
        assert_true(role && name > role);
        assert_null(memchr(role, '\f', (size_t)(name - role)));
    }
}

static void a_paper_nobody_waits_for_any_more_harms_nobody(void **state)
{
    (void)state;
    sheet_table(sheet, columns, 3);
    for (int i = 0; i < 2000; i++)
        sheet_row(sheet, (const char *[]){ "1", talloc_asprintf(ctx, "Giấy %d", i), "1" });
    tasks_do(&s, 1, run_draw, NULL);
    assert_int_equal(file_size, 0);
    talloc_free_children(ctx); /* the thread still draws: from a copy */
    while (s.loop.active_reqs.count > 0)
        tasks_turn(&s);
}

static void the_same_paper_is_the_same_file(void **state)
{
    (void)state;
    sheet_field(sheet, 0, "Họ và tên", "Nguyễn Thị Hồng Nhung");
    sheet->qr = "http://localhost/tra-cuu#000.00.01.H07-260421-0001";
    drawn();
    const char *first = file;
    size_t first_size = file_size;
    drawn();
    assert_int_equal(file_size, first_size);
    assert_memory_equal(file, first, first_size);
}

static void another_word_anywhere_is_another_paper(void **state)
{
    (void)state;
    sheet_field(sheet, 0, "Tên", "A");
    sheet_table(sheet, columns, 3);
    sheet_row(sheet, (const char *[]){ "1", "Đơn", "" });
    uint64_t first = sheet_fingerprint(sheet);
    struct sheet *copy = sheet_copy(ctx, sheet);
    assert_int_equal(sheet_fingerprint(copy), first);
    copy->blocks[1].cells[2] = "1";
    assert_int_not_equal(sheet_fingerprint(copy), first);
    copy = sheet_copy(ctx, sheet);
    copy->blocks[1].cells[1] = "";
    copy->blocks[1].cells[2] = "Đơn"; /* the same letters in another cell */
    assert_int_not_equal(sheet_fingerprint(copy), first);
    copy = sheet_copy(ctx, sheet);
    copy->qr = "x";
    assert_int_not_equal(sheet_fingerprint(copy), first);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_paper_says_what_was_written_with_every_mark),
        TEST(a_hundred_papers_go_over_pages_with_their_titles),
        TEST(words_longer_than_a_page_go_on_over_the_next_ones),
        TEST(a_cell_longer_than_a_page_is_cut_between_lines),
        TEST(a_name_without_blanks_stays_on_the_paper),
        TEST(what_is_not_known_leaves_room_to_write),
        TEST(signatures_are_never_torn_apart),
        TEST(a_paper_nobody_waits_for_any_more_harms_nobody),
        TEST(the_same_paper_is_the_same_file),
        TEST(another_word_anywhere_is_another_paper),
    };
    return cmocka_run_group_tests(tests, set_up_all, NULL);
}
