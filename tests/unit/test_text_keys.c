/* test_text_keys.c — all ways to write a word give one key to search by, and tones in either place one marked
 * key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/runes.h"
#include "tests/unit/vectors.h"
#include "text.h"

static const char *const vowels[][2] = { { "a", "a" }, { "ă", "a" }, { "â", "a" }, { "e", "e" },
                                         { "ê", "e" }, { "i", "i" }, { "o", "o" }, { "ô", "o" },
                                         { "ơ", "o" }, { "u", "u" }, { "ư", "u" }, { "y", "y" } };
static const utf8proc_int32_t tones[] = { 0x300, 0x309, 0x303, 0x301, 0x323 };

static void every_vowel_with_every_tone_is_found_by_its_plain_letter(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof vowels / sizeof *vowels; v++)
        for (size_t i = 0; i < sizeof tones / sizeof *tones; i++) {
            char *composed =
                text_clean(runes_ctx, talloc_asprintf(runes_ctx, "%s%s", vowels[v][0], rune(tones[i])));
            assert_string_equal(text_search_key(runes_ctx, composed), vowels[v][1]);
            assert_string_equal(text_search_key(runes_ctx, nfd(composed)), vowels[v][1]);
            assert_string_equal(text_marked_key(runes_ctx, nfd(composed)), composed);
            assert_int_equal(text_length(composed), 1);
            assert_false(text_looks_legacy(composed) || text_looks_legacy(nfd(composed)));
        }
}

static void search_keys_forget_case_marks_and_blanks(void **state)
{
    (void)state;
    static const char *const same[][2] = { { "Giấy phép", "giay phep" },
                                           { "  GIẤY \t\n PHÉP ", "giay phep" },
                                           { "Đỗ đạt", "do dat" },
                                           { "hoà", "hoa" },
                                           { "hòa", "hoa" },
                                           { "H'Mông", "h'mong" },
                                           { "\xc2\xa0", "" },
                                           { "khiếu nại, tố cáo", "khieu nai, to cao" } };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_string_equal(text_search_key(runes_ctx, same[i][0]), same[i][1]);
        assert_string_equal(text_search_key(runes_ctx, same[i][1]), same[i][1]);
    }
}

static char *upper(const char *s)
{
    char *all = talloc_strdup(runes_ctx, "");
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    utf8proc_int32_t c;
    for (utf8proc_ssize_t n; *p && (n = utf8proc_iterate(p, -1, &c)) > 0; p += n)
        all = talloc_asprintf_append(all, "%s", rune(utf8proc_toupper(c)));
    return all;
}

static void both_placements_of_a_tone_give_one_marked_key(void **state)
{
    (void)state;
    static const char *const pairs[] = { "oa", "oe", "uy" };
    for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++)
        for (size_t i = 0; i < sizeof tones / sizeof *tones; i++) {
            char *tone = rune(tones[i]);
            char *first = talloc_asprintf(runes_ctx, "th%c%s%c nay", pairs[p][0], tone, pairs[p][1]);
            char *second = talloc_asprintf(runes_ctx, "th%s%s nay", pairs[p], tone);
            assert_string_equal(text_marked_key(runes_ctx, first), text_clean(runes_ctx, second));
            assert_string_equal(text_marked_key(runes_ctx, second), text_clean(runes_ctx, second));
            assert_string_equal(text_marked_key(runes_ctx, upper(text_clean(runes_ctx, first))),
                                text_clean(runes_ctx, second));
        }
}

static void marked_keys_keep_what_marks_tell_apart(void **state)
{
    (void)state;
    static const char *const differ[][2] = { { "ma", "má" },     { "hoà", "hoá" }, { "đo", "do" },
                                             { "quy", "quý" },   { "mua", "múa" }, { "thuỷ", "thuý" },
                                             { "chúa", "chua" }, { "toi", "tôi" } };
    for (size_t i = 0; i < sizeof differ / sizeof *differ; i++)
        assert_string_not_equal(text_marked_key(runes_ctx, differ[i][0]),
                                text_marked_key(runes_ctx, differ[i][1]));
}

static void both_placements_of_the_vectors_are_one(void **state)
{
    (void)state;
    json_t *root = vectors_load("vietnamese_text.json"), *v;
    size_t pairs, still;
    json_array_foreach (json_object_get(root, "tone_placement_equivalents"), pairs, v) {
        const char *one = json_string_value(json_array_get(v, 0)),
                   *other = json_string_value(json_array_get(v, 1));
        assert_string_equal(text_marked_key(runes_ctx, one), text_marked_key(runes_ctx, other));
        assert_string_equal(text_search_key(runes_ctx, one), text_search_key(runes_ctx, other));
    }
    json_array_foreach (json_object_get(root, "tone_placement_no_change"), still, v)
        assert_string_equal(text_marked_key(runes_ctx, json_string_value(v)), json_string_value(v));
    assert_true(!root || (pairs > 0 && still > 0));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vowel_with_every_tone_is_found_by_its_plain_letter),
        cmocka_unit_test(search_keys_forget_case_marks_and_blanks),
        cmocka_unit_test(both_placements_of_a_tone_give_one_marked_key),
        cmocka_unit_test(marked_keys_keep_what_marks_tell_apart),
        cmocka_unit_test(both_placements_of_the_vectors_are_one),
    };
    return cmocka_run_group_tests(tests, runes_open, runes_close);
}
