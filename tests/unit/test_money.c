/* test_money.c — amounts in figures and in words; the words are read back by a reader of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "money.h"
#include "text.h"

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static void amounts_lie_between_nothing_and_the_most(void **state)
{
    (void)state;
    assert_true(money_is_valid(0) && money_is_valid(1) && money_is_valid(MONEY_MAX));
    assert_false(money_is_valid(-1) || money_is_valid(MONEY_MAX + 1));
    assert_false(money_is_valid(INT64_MIN) || money_is_valid(INT64_MAX));
    assert_true(INT64_MAX / MONEY_MAX > 1000000); /* a few can be added */
}

static void figures_stand_in_groups_of_three(void **state)
{
    (void)state;
    static const struct {
        int64_t dong;
        const char *text;
    } cases[] = { { 0, "0 đồng" },
                  { 5, "5 đồng" },
                  { 999, "999 đồng" },
                  { 1000, "1.000 đồng" },
                  { 75000, "75.000 đồng" },
                  { 100000, "100.000 đồng" },
                  { 1500000, "1.500.000 đồng" },
                  { MONEY_MAX, "999.999.999.999 đồng" },
                  { -1, "-1 đồng" },
                  { -999, "-999 đồng" },
                  { -1500, "-1.500 đồng" },
                  { -150000, "-150.000 đồng" },
                  { INT64_MIN, "-9.223.372.036.854.775.808 đồng" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(money_format(ctx, cases[i].dong), cases[i].text);
}

static void amounts_are_said_as_people_say_them(void **state)
{
    (void)state;
    static const struct {
        int64_t dong;
        const char *words;
    } cases[] = {
        { 0, "Không đồng" },
        { 1, "Một đồng" },
        { 4, "Bốn đồng" },
        { 5, "Năm đồng" },
        { 10, "Mười đồng" },
        { 11, "Mười một đồng" },
        { 14, "Mười bốn đồng" },
        { 15, "Mười lăm đồng" },
        { 20, "Hai mươi đồng" },
        { 21, "Hai mươi mốt đồng" },
        { 24, "Hai mươi tư đồng" },
        { 25, "Hai mươi lăm đồng" },
        { 100, "Một trăm đồng" },
        { 101, "Một trăm linh một đồng" },
        { 105, "Một trăm linh năm đồng" },
        { 110, "Một trăm mười đồng" },
        { 999, "Chín trăm chín mươi chín đồng" },
        { 1000, "Một nghìn đồng" },
        { 8000, "Tám nghìn đồng" },
        { 15000, "Mười lăm nghìn đồng" },
        { 1005, "Một nghìn không trăm linh năm đồng" },
        { 1050, "Một nghìn không trăm năm mươi đồng" },
        { 1005000, "Một triệu không trăm linh năm nghìn đồng" }, /* DOMAIN §7 */
        { 1500000, "Một triệu năm trăm nghìn đồng" },
        { 1000000000, "Một tỷ đồng" },
        { 1000000005, "Một tỷ không trăm linh năm đồng" },
        { 2010000000, "Hai tỷ không trăm mười triệu đồng" },
        { MONEY_MAX,
          "Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn"
          " chín trăm chín mươi chín đồng" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(money_words(ctx, cases[i].dong), cases[i].words);
}

/* ---- words read back ------------------------------------------------------------------------------ */

static int digit_of(const char *word, size_t n)
{
    static const char *const digits[][2] = { { "không", "" }, { "một", "mốt" }, { "hai", "" }, { "ba", "" },
                                             { "bốn", "tư" }, { "năm", "lăm" }, { "sáu", "" }, { "bảy", "" },
                                             { "tám", "" },   { "chín", "" } };
    for (int d = 0; d < 10; d++)
        for (int way = 0; way < 2; way++)
            if (strlen(digits[d][way]) == n && strncmp(word, digits[d][way], n) == 0)
                return d;
    return -1;
}

struct reading {
    int64_t total, group, digit;
};

/* One word: a digit waits for what it counts; a scale closes its group. */
static bool hear(struct reading *r, const char *word, size_t n)
{
    static const struct {
        const char *word;
        int64_t in_group, scale;
    } units[] = { { "trăm", 100, 0 },      { "mươi", 10, 0 },       { "nghìn", 0, 1000 },
                  { "triệu", 0, 1000000 }, { "tỷ", 0, 1000000000 }, { "đồng", 0, 1 } };
    int digit = digit_of(word, n);
    if (digit >= 0 || (n == strlen("mười") && memcmp(word, "mười", n) == 0)) {
        r->group += digit < 0 ? 10 : 0;
        r->digit = digit < 0 ? 0 : digit;
        return true;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].word) == n && memcmp(word, units[i].word, n) == 0) {
            r->group += r->digit * (units[i].scale ? 1 : units[i].in_group);
            r->total += r->group * units[i].scale;
            r->group = units[i].scale ? 0 : r->group;
            r->digit = 0;
            return true;
        }
    return n == strlen("linh") && memcmp(word, "linh", n) == 0;
}

static int64_t number_of(const char *words)
{
    struct reading r = { 0 };
    char *low = text_marked_key(ctx, words);
    for (const char *p = low; *p;) {
        size_t n = strcspn(p, " ");
        assert_true(n > 0 && hear(&r, p, n));
        p += n + (p[n] == ' ' && p[n + 1]);
        assert_true(*p != ' ');
    }
    return r.total;
}

static void check_words(int64_t dong)
{
    static const char end[] = " đồng";
    char *words = money_words(ctx, dong);
    size_t n = strlen(words);
    assert_true(n > sizeof end && strcmp(words + n - (sizeof end - 1), end) == 0);
    assert_string_not_equal(words, text_marked_key(ctx, words)); /* begins with a capital */
    assert_int_equal(number_of(words), dong);
    talloc_free_children(ctx);
}

static void words_read_back_give_the_amount(void **state)
{
    (void)state;
    for (int64_t n = 0; n < 10000; n++)
        check_words(n);
    for (int64_t n = 10007; n <= MONEY_MAX; n += n / 211 + 1)
        check_words(n);
    for (int64_t group = 1; group < 1000; group++)
        for (int64_t scale = 1000; scale <= 1000000000; scale *= 1000)
            check_words(group * scale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_lie_between_nothing_and_the_most),
        cmocka_unit_test(figures_stand_in_groups_of_three),
        cmocka_unit_test(amounts_are_said_as_people_say_them),
        cmocka_unit_test(words_read_back_give_the_amount),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
