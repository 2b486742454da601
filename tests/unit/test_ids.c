/* test_ids.c — ids grow with time and never repeat, carry their version, and have one strict way to be
 * written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "ids.h"

enum { MANY = 20000 }; /* more than the 4096 steps of a millisecond */

static int64_t ms_of(const struct id *id)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id->bytes[i];
    return ms;
}

static int version_of(const struct id *id)
{
    assert_int_equal(id->bytes[8] >> 6, 2); /* the variant of RFC 9562 */
    return id->bytes[6] >> 4;
}

static int real_time(void **state)
{
    (void)state;
    clock_fake(0);
    return 0;
}

static void ids_of_one_millisecond_grow(void **state)
{
    (void)state;
    clock_fake(INT64_C(1900000000000));
    struct id before = id_new();
    assert_int_equal(ms_of(&before), INT64_C(1900000000000));
    for (int i = 0; i < MANY; i++) {
        struct id id = id_new();
        assert_int_equal(version_of(&id), 7);
        assert_true(memcmp(before.bytes, id.bytes, 8) < 0);
        before = id;
    }
    assert_in_range(ms_of(&before), INT64_C(1900000000000), INT64_C(1900000000000) + MANY / 4096 + 1);
}

static void ids_grow_though_the_clock_goes_back(void **state)
{
    (void)state;
    clock_fake(INT64_C(2000000000000));
    struct id before = id_new();
    for (int i = 1; i < 100; i++) {
        clock_fake(INT64_C(2000000000000) - i * 1000);
        struct id id = id_new();
        assert_true(memcmp(before.bytes, id.bytes, 8) < 0);
        before = id;
    }
    clock_fake(INT64_C(2000000005000));
    before = id_new();
    assert_int_equal(ms_of(&before), INT64_C(2000000005000));
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 8);
}

static void the_random_part_does_not_repeat(void **state)
{
    (void)state;
    static uint8_t tails[MANY][8];
    for (int i = 0; i < MANY; i++) {
        struct id id = id_new();
        memcpy(tails[i], id.bytes + 8, 8);
    }
    qsort(tails, MANY, 8, compare);
    for (int i = 1; i < MANY; i++)
        assert_memory_not_equal(tails[i - 1], tails[i], 8);
}

static void the_same_bytes_have_the_same_id(void **state)
{
    (void)state;
    uint8_t data[64];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t n = 0; n <= sizeof data; n++) {
        struct id one = id_of(data, n), again = id_of(data, n);
        assert_int_equal(version_of(&one), 8);
        assert_true(id_equal(&one, &again));
        for (size_t i = 0; i < n; i++) {
            data[i] ^= 1;
            struct id other = id_of(data, n);
            data[i] ^= 1;
            assert_false(id_equal(&one, &other));
        }
    }
}

static void a_written_id_is_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct id id, back;
        char text[ID_TEXT];
        random_bytes(id.bytes, sizeof id.bytes);
        id_format(&id, text);
        assert_int_equal(strlen(text), ID_TEXT - 1);
        assert_true(id_parse(text, &back));
        assert_true(id_equal(&id, &back));
    }
    struct id low = { .bytes = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff } };
    char text[ID_TEXT];
    id_format(&low, text);
    assert_string_equal(text, "01234567-89ab-cdef-ff00-000000000000");
}

static void every_other_text_is_no_id(void **state)
{
    (void)state;
    static const char id[] = "0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071";
    struct id out;
    char text[ID_TEXT + 2];
    assert_true(id_parse(id, &out));
    for (size_t n = 0; n < sizeof id - 1; n++) {
        snprintf(text, sizeof text, "%.*s", (int)n, id);
        assert_false(id_parse(text, &out)); /* cut */
        for (const char *wrong = "g -{\n:\xc3"; *wrong; wrong++) {
            snprintf(text, sizeof text, "%s", id);
            text[n] = *wrong;
            assert_int_equal(id_parse(text, &out), id[n] == '-' && *wrong == '-');
        }
    }
    snprintf(text, sizeof text, "%s0", id);
    assert_false(id_parse(text, &out));
    assert_false(id_parse("0190a5b27-c3d-7e4f-8a1b-2c3d4e5f6071", &out));
}

static void ids_that_differ_in_one_bit_differ(void **state)
{
    (void)state;
    for (int bit = 0; bit < 128; bit++) {
        struct id a = id_new(), b = a;
        assert_true(id_equal(&a, &b));
        b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(id_equal(&a, &b));
    }
}

static void random_bytes_fill_all_and_no_more(void **state)
{
    (void)state;
    uint8_t seen[40] = { 0 }, bytes[42];
    for (int round = 0; round < 64; round++) {
        memset(bytes, 0, sizeof bytes);
        random_bytes(bytes + 1, 40);
        assert_int_equal(bytes[0] | bytes[41], 0);
        for (int i = 0; i < 40; i++)
            seen[i] |= bytes[1 + i];
    }
    for (int i = 0; i < 40; i++)
        assert_int_equal(seen[i], 0xff);
}

static void the_least_id_of_a_time_lies_before_those_made_then(void **state)
{
    (void)state;
    struct id made = id_new(), least = id_least_at(ms_of(&made)), later = id_least_at(ms_of(&made) + 1);
    assert_true(memcmp(least.bytes, made.bytes, ID_BYTES) <= 0);
    assert_true(memcmp(made.bytes, later.bytes, ID_BYTES) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(ids_of_one_millisecond_grow, real_time),
        cmocka_unit_test_teardown(ids_grow_though_the_clock_goes_back, real_time),
        cmocka_unit_test(the_random_part_does_not_repeat),
        cmocka_unit_test(the_same_bytes_have_the_same_id),
        cmocka_unit_test(a_written_id_is_read_back),
        cmocka_unit_test(every_other_text_is_no_id),
        cmocka_unit_test(ids_that_differ_in_one_bit_differ),
        cmocka_unit_test(random_bytes_fill_all_and_no_more),
        cmocka_unit_test_teardown(the_least_id_of_a_time_lies_before_those_made_then, real_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
