/* test_text.c — Vietnamese text: what is UTF-8, what cleaning leaves, where a text may be cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypt.h"
#include "tests/unit/runes.h"
#include "tests/unit/vectors.h"
#include "text.h"

/* ---- what is UTF-8 -------------------------------------------------------------------------------- */

static void every_code_point_is_utf8_and_no_part_of_one(void **state)
{
    (void)state;
    for (utf8proc_int32_t c = 1; c <= 0x10ffff; c++) {
        char s[5] = "";
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        size_t n = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)s);
        assert_true(text_is_utf8(s, n));
        for (size_t cut = 1; cut < n; cut++)
            assert_false(text_is_utf8(s, cut) || text_is_utf8(s + cut, n - cut));
    }
}

static void other_bytes_are_not_utf8(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf", /* longer than needed */
        "\xed\xa0\x80",
        "\xed\xbf\xbf", /* halves of a pair */
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80",
        "\xff", /* beyond the last */
        "\x80",
        "a\xbf",
        "\xc3(",
        "\xe1\xba",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        assert_false(text_is_utf8(broken[i], strlen(broken[i])));
        assert_null(text_clean(runes_ctx, broken[i]));
        assert_null(text_search_key(runes_ctx, broken[i]));
        assert_null(text_marked_key(runes_ctx, broken[i]));
    }
    assert_false(text_is_utf8("a\0b", 3));
    assert_true(text_is_utf8("", 0));
}

/* ---- cleaning ------------------------------------------------------------------------------------- */

static const char *const words[] = { "hoà bình", "Nguyễn Thị Hồng Nhung", "ƯỚC MƠ", "xã Thạnh Phú Đông",
                                     "Uỷ ban nhân dân" };

/* word, decomposed, with c put in before its character number `at`; NULL beyond the end. */
static char *with_inserted(const char *word, utf8proc_int32_t c, size_t at)
{
    const char *s = nfd(word), *p = s;
    for (; at > 0 && *p; at--)
        for (p++; ((unsigned char)*p & 0xc0) == 0x80;)
            p++;
    return at > 0 ? NULL : talloc_asprintf(runes_ctx, "%.*s%s%s", (int)(p - s), s, rune(c), p);
}

/* A character nobody sees, wherever it stands, changes nothing: not the text, not its keys. */
static void assert_invisible(utf8proc_int32_t c)
{
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        char *s;
        for (size_t at = 0; (s = with_inserted(words[w], c, at)); at++) {
            assert_string_equal(text_clean(runes_ctx, s), words[w]);
            assert_string_equal(text_search_key(runes_ctx, s), text_search_key(runes_ctx, words[w]));
            assert_string_equal(text_marked_key(runes_ctx, s), text_marked_key(runes_ctx, words[w]));
        }
    }
}

static void invisible_characters_leave_no_trace(void **state)
{
    (void)state;
    static const utf8proc_int32_t some[] = { 0x7f,   0x80,   0x9f,   0xad,   0x200b, 0x200c,
                                             0x200d, 0x200e, 0x200f, 0x2060, 0xfeff };
    for (utf8proc_int32_t c = 1; c < 0x20; c++)
        if (c != '\t' && c != '\n' && c != '\r')
            assert_invisible(c);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        assert_invisible(some[i]);
}

static void cleaning_gives_nfc_and_cleaning_again_changes_nothing(void **state)
{
    (void)state;
    for (utf8proc_int32_t c = 1; c < 0x3000; c++) {
        void *scratch = talloc_new(runes_ctx);
        char *clean = text_clean(scratch, talloc_asprintf(scratch, "a%sb", rune(c)));
        utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)clean);
        assert_string_equal(clean, (const char *)nfc);
        assert_string_equal(text_clean(scratch, clean), clean);
        const char *raw = talloc_asprintf(scratch, "a%sb", rune(c)), *kept = text_cleaned(scratch, raw);
        assert_true(kept == raw ? strcmp(clean, raw) == 0 : strcmp(clean, kept) == 0);
        free(nfc);
        talloc_free(scratch);
    }
}

static void blanks_become_spaces_and_leave_the_ends(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *clean;
    } cases[] = {
        { "", "" },
        { " \t\n", "" },
        { "\xc2\xa0 a \xc2\xa0", "a" },
        { "a\xc2\xa0z", "a z" },
        { "a\xe2\x80\xafz", "a z" },
        { "a\xe3\x80\x80z", "a z" },
        { "a  z", "a  z" },
        { "\n một\thai\nba\n", "một\thai\nba" },
        { "\xe2\x80\x8b a \xe2\x80\x8b", "a" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_clean(runes_ctx, cases[i].raw), cases[i].clean);
}

/* ---- lengths, cuts, words ------------------------------------------------------------------------- */

static void a_line_has_no_end_within(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *line;
    } cases[] = { { "", "" },
                  { "A\r\nBcc: x@y.vn", "A Bcc: x@y.vn" },
                  { " Nguyễn \t\n\n  Văn\nA\n", "Nguyễn Văn A" },
                  { "một dòng", "một dòng" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_line(runes_ctx, cases[i].raw), cases[i].line);
    assert_null(text_line(runes_ctx, "\xff"));
}

static void a_cut_keeps_whole_characters(void **state)
{
    (void)state;
    for (size_t w = 0; w < 2 * sizeof words / sizeof *words; w++) {
        const char *s = w % 2 ? nfd(words[w / 2]) : words[w / 2];
        for (size_t max = 0; max <= text_length(s) + 2; max++) {
            char *cut = text_cut(runes_ctx, s, max), *whole = text_clean(runes_ctx, s);
            size_t n = strlen(cut);
            assert_memory_equal(cut, s, n);
            assert_true(text_length(cut) <= max && text_length(cut) + 3 > (max < text_length(s) ? max : 0));
            char *clean =
                text_clean(runes_ctx, talloc_asprintf(runes_ctx, "%s.", cut)); /* the point holds blanks */
            assert_memory_equal(clean, whole, strlen(clean) - 1);
            if (max >= text_length(s))
                assert_string_equal(cut, s);
        }
    }
}

static void letters_of_no_name_look_legacy(void **state)
{
    (void)state;
    static const char *const sound[] = {
        "Nguyễn Thị Hồng Nhung", "H'Mông", "Y-Bliă Êban", "Đặng Hữu Phước", "K’Brịp", "Siu Č", "H Ƀun", ""
    };
    static const char *const legacy[] = { "Buøi",  "Höông", "Traàn Vaên Naêm ®",  "Nguyeãn Vaên Tö",
                                          "ðặng",  "Ðặng",  "Hоa" /* Cyrillic */, "µ",
                                          "Ngµy¸", "a¬" };
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        assert_false(text_looks_legacy(sound[i]));
    for (size_t i = 0; i < sizeof legacy / sizeof *legacy; i++)
        assert_true(text_looks_legacy(legacy[i]));
}

static void given_names_come_last(void **state)
{
    (void)state;
    assert_string_equal(text_given_name("Nguyễn Thị Hồng Nhung"), "Nhung");
    assert_string_equal(text_given_name("Nhung"), "Nhung");
    assert_string_equal(text_given_name(""), "");
}

static void capitals_keep_every_mark(void **state)
{
    (void)state;
    assert_string_equal(text_capitals(runes_ctx, "Sở Nội vụ tỉnh Đắk Lắk, 1 ưỡ"),
                        "SỞ NỘI VỤ TỈNH ĐẮK LẮK, 1 ƯỠ");
    assert_string_equal(text_capitals(runes_ctx, ""), "");
}

static void every_gap_of_a_phrase_is_filled_once(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "", "x", "" },          { "{}", "ba", "ba" },  { "a{}b{}", "-", "a-b-" },     { "{", "x", "{" },
        { "{}{}", "{}", "{}{}" }, { "{ }", "x", "{ }" }, { "{}", "100% %s", "100% %s" }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_fill(runes_ctx, cases[i][0], cases[i][1]), cases[i][2]);
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void check_vector(const json_t *v)
{
    const char *input = text_of(v, "input_nfc");
    char decomposed[256] = "";
    assert_true(crypt_unhex(text_of(v, "nfd_utf8_hex"), decomposed, strlen(text_of(v, "nfd_utf8_hex")) / 2));
    assert_string_equal(crypt_hex(runes_ctx, input, strlen(input)), text_of(v, "nfc_utf8_hex"));
    assert_string_equal(text_clean(runes_ctx, decomposed), input);
    assert_string_equal(text_search_key(runes_ctx, input), text_of(v, "search_key"));
    assert_string_equal(text_search_key(runes_ctx, decomposed), text_of(v, "search_key"));
    assert_int_equal(text_length(input), json_integer_value(json_object_get(v, "nfc_code_points")));
    assert_int_equal(text_length(decomposed), json_integer_value(json_object_get(v, "nfd_code_points")));
}

static void all_vectors_hold(void **state)
{
    (void)state;
    json_t *root = vectors_load("vietnamese_text.json"), *v;
    size_t i;
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_vector(v);
    assert_true(!root || i > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_utf8_and_no_part_of_one),
        cmocka_unit_test(other_bytes_are_not_utf8),
        cmocka_unit_test(invisible_characters_leave_no_trace),
        cmocka_unit_test(cleaning_gives_nfc_and_cleaning_again_changes_nothing),
        cmocka_unit_test(blanks_become_spaces_and_leave_the_ends),
        cmocka_unit_test(a_line_has_no_end_within),
        cmocka_unit_test(a_cut_keeps_whole_characters),
        cmocka_unit_test(letters_of_no_name_look_legacy),
        cmocka_unit_test(given_names_come_last),
        cmocka_unit_test(capitals_keep_every_mark),
        cmocka_unit_test(every_gap_of_a_phrase_is_filled_once),
        cmocka_unit_test(all_vectors_hold),
    };
    return cmocka_run_group_tests(tests, runes_open, runes_close);
}
