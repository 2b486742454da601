/* test_cache.c — a cache against a plain model of it, and that nobody loses a value he holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "cache.h"
#include "tests/unit/still_clock.h"

enum { MOST = 4, TTL_MS = 5000, KEYS = 7 };

static int alive; /* values that were not freed */

static int on_free(int *value)
{
    (void)value;
    alive--;
    return 0;
}

static int *value_new(int n)
{
    int *value = talloc(NULL, int);
    *value = n;
    talloc_set_destructor(value, on_free);
    alive++;
    return value;
}

static void what_was_put_is_there_until_it_is_too_old(void **state)
{
    (void)state;
    struct cache *c = cache_new(NULL, MOST, TTL_MS);
    int *value = value_new(1);
    assert_null(cache_get(c, "a"));
    cache_put(c, "a", value);
    assert_ptr_equal(cache_get(c, "a"), value);
    assert_null(cache_get(c, "A"));
    still_ms += TTL_MS - 1;
    assert_ptr_equal(cache_get(c, "a"), value);
    still_ms += 1;
    assert_null(cache_get(c, "a"));
    talloc_free(c);
    assert_int_equal(alive, 0);
}

static void a_put_value_is_trusted_from_then_on(void **state)
{
    (void)state;
    struct cache *c = cache_new(NULL, MOST, TTL_MS);
    cache_put(c, "a", value_new(1));
    still_ms += TTL_MS - 1;
    cache_put(c, "a", value_new(2));
    still_ms += TTL_MS - 1;
    assert_int_equal(*(int *)cache_get(c, "a"), 2);
    talloc_free(c);
}

static void the_oldest_makes_room(void **state)
{
    (void)state;
    struct cache *c = cache_new(NULL, MOST, TTL_MS);
    char key[] = "0";
    for (int n = 0; n < 9; n++) {
        key[0] = (char)('0' + n);
        cache_put(c, key, value_new(n)); /* the key is copied */
        for (int k = 0; k < 9; k++) {
            key[0] = (char)('0' + k);
            int *value = cache_get(c, key);
            assert_int_equal(value != NULL, k <= n && k > n - MOST);
            if (value)
                assert_int_equal(*value, k);
        }
    }
    talloc_free(c);
}

static void a_dropped_value_is_gone(void **state)
{
    (void)state;
    struct cache *c = cache_new(NULL, MOST, TTL_MS);
    cache_drop(c, "a");
    cache_put(c, "a", value_new(1));
    cache_put(c, "b", value_new(2));
    cache_drop(c, "a");
    cache_drop(c, "a");
    assert_null(cache_get(c, "a"));
    assert_int_equal(*(int *)cache_get(c, "b"), 2);
    talloc_free(c);
}

/* Three ways to lose a value; each leaves it alive for the time of grace. */
static void lose(struct cache *c, int way)
{
    char key[] = "0";
    if (way == 0)
        cache_put(c, "held", value_new(0));
    else if (way == 1)
        cache_drop(c, "held");
    for (int i = 0; way == 2 && i < MOST; i++, key[0]++)
        cache_put(c, key, value_new(0));
}

static void a_value_that_was_lost_lives_on_for_its_grace(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct cache *c = cache_new(NULL, MOST, TTL_MS);
        int *held = value_new(42);
        cache_put(c, "held", held);
        lose(c, way);
        int before = alive;
        still_ms += CACHE_GRACE_MS - 1;
        cache_put(c, "x", value_new(0));
        assert_int_equal(*held, 42); /* AddressSanitizer watches */
        int kept = alive;
        assert_int_equal(kept, before + 1);
        still_ms += 1;
        cache_put(c, "x", value_new(0)); /* the next one to come buries it */
        assert_true(alive < kept + 1);
        talloc_free(c);
        assert_int_equal(alive, 0);
    }
}

/* ---- against a model ------------------------------------------------------------------------------ */

static struct known {
    int value;
    int64_t put_ms, order;
} known[KEYS]; /* value 0: none */

static void model_put(int key, int value, int64_t order)
{
    int count = 0, oldest = -1;
    known[key].value = 0;
    for (int k = 0; k < KEYS; k++)
        if (known[k].value) {
            count++;
            oldest = oldest < 0 || known[k].order < known[oldest].order ? k : oldest;
        }
    if (count == MOST)
        known[oldest].value = 0;
    known[key] = (struct known){ value, still_ms, order };
}

static void any_sequence_of_calls_gives_what_the_model_says(void **state)
{
    (void)state;
    struct cache *c = cache_new(NULL, MOST, TTL_MS);
    uint32_t seed = 1;
    for (int n = 1; n < 30000; n++) {
        seed = seed * 1664525u + 1013904223u;
        char key[] = { (char)('a' + (seed >> 8) % KEYS), '\0' };
        int k = key[0] - 'a', what = (seed >> 16) % 8;
        still_ms += (seed >> 24) * 4;
        if (what < 3) {
            cache_put(c, key, value_new(n));
            model_put(k, n, n);
        } else if (what == 3) {
            cache_drop(c, key);
            known[k].value = 0;
        }
        int *got = cache_get(c, key);
        bool trusted = known[k].value && still_ms - known[k].put_ms < TTL_MS;
        assert_int_equal(got ? *got : 0, trusted ? known[k].value : 0);
    }
    assert_true(alive < 3000); /* what was lost is buried */
    talloc_free(c);
    assert_int_equal(alive, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_there_until_it_is_too_old),
        cmocka_unit_test(a_put_value_is_trusted_from_then_on),
        cmocka_unit_test(the_oldest_makes_room),
        cmocka_unit_test(a_dropped_value_is_gone),
        cmocka_unit_test(a_value_that_was_lost_lives_on_for_its_grace),
        cmocka_unit_test(any_sequence_of_calls_gives_what_the_model_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
