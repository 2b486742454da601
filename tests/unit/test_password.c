/* links: services/identity/password.c */
/* Passwords on a pool of threads that is a function call: what fits, what a deadline does, what is wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "offload.h"
#include "services/identity/handlers.h"

enum { MEMORY = 64 * 1024 };
static const char right[] = "con cò bay lả bay la", wrong[] = "con cò bay lả bay lá";

/* ---- instead of task.c and offload.c ------------------------------------------------------------- */

static struct err the_err;
static int offload_rc; /* what task_offload answers; 0: it runs the work */
static struct identity the_identity;
static const struct env the_env = { .state = &the_identity };
static unsigned left_ms;

const struct env *task_env(const struct task *t)
{
    (void)t;
    return &the_env;
}

unsigned task_left_ms(const struct task *t)
{
    (void)t;
    return left_ms;
}

struct err *task_err(struct task *t)
{
    (void)t;
    return &the_err;
}

int task_offload(struct task *t, offload_fn *fn, void *arg)
{
    (void)t;
    if (offload_rc)
        return err_set(&the_err, offload_rc, "a deadline");
    fn(arg);
    return 0;
}

/* A task is its memory; a pool keeps in one piece what was in it. */
static struct task *task_new(void)
{
    err_clear(&the_err);
    offload_rc = 0;
    left_ms = 5000;
    the_identity.hashing = (struct hashing){ 0 };
    return (struct task *)talloc_pool(NULL, MEMORY);
}

/* ---- tests --------------------------------------------------------------------------------------- */

static void a_hash_fits_its_password_and_no_other(void **state)
{
    (void)state;
    const char *hash;
    bool fits;
    struct task *t = task_new();
    assert_int_equal(password_hash(t, right, &hash), 0);
    assert_memory_equal(hash, "$argon2id$", 10);
    assert_true(strlen(hash) < PASSWORD_HASH_BYTES);
    assert_int_equal(password_fits(t, right, hash, &fits), 0);
    assert_true(fits);
    assert_int_equal(password_fits(t, wrong, hash, &fits), 0);
    assert_false(fits);
    talloc_free(t);
}

static void what_is_no_hash_fits_nothing(void **state)
{
    (void)state;
    static const char *const hashes[] = { "", "x", "$argon2id$",
                                          "$argon2id$v=19$m=262144,t=3,p=1$AAAA$AAAA" };
    struct task *t = task_new();
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        bool fits = true;
        assert_int_equal(password_fits(t, right, hashes[i], &fits), 0);
        assert_false(fits);
    }
    talloc_free(t);
}

static void a_deadline_is_an_error_and_no_answer(void **state)
{
    (void)state;
    static const int codes[] = { E_TIMEOUT, E_SHUTDOWN };
    for (int i = 0; i < 2; i++) {
        struct task *t = task_new();
        const char *hash = "untouched";
        bool fits = false;
        offload_rc = codes[i];
        assert_int_equal(password_hash(t, right, &hash), codes[i]);
        assert_string_equal(hash, "untouched");
        assert_int_equal(password_fits(t, right, "x", &fits), codes[i]);
        assert_false(fits);
        talloc_free(t);
    }
}

static void who_could_not_be_served_in_time_is_told_when_he_could(void **state)
{
    (void)state;
    bool fits = true;
    struct task *t = task_new();
    the_identity.hashing = (struct hashing){ .count = 98, .cost_us = 50000 }; /* 2500 ms, his own included */
    assert_int_equal(password_room(t), 0);
    the_identity.hashing.count = 100;
    assert_int_equal(password_fits(t, right, "x", &fits), E_BUSY);
    assert_int_equal(task_err(t)->retry_ms, 2550);
    assert_true(fits); /* nothing was done */
    assert_int_equal(the_identity.hashing.count, 100);
    talloc_free(t);
}

static void the_queue_knows_what_a_hash_costs_and_who_has_left(void **state)
{
    (void)state;
    const char *hash;
    struct task *t = task_new();
    assert_int_equal(password_hash(t, right, &hash), 0);
    assert_in_range(the_identity.hashing.cost_us, 1000, 5000000);
    offload_rc = E_TIMEOUT;
    int64_t before_us = the_identity.hashing.cost_us;
    assert_int_equal(password_hash(t, right, &hash), E_TIMEOUT);
    assert_int_equal(the_identity.hashing.cost_us, before_us);
    assert_int_equal(the_identity.hashing.count, 0);
    talloc_free(t);
}

static bool is_in_memory(const struct task *t, const char *text)
{
    return memmem(t, MEMORY, text, strlen(text)) != NULL;
}

static void the_password_is_wiped_with_the_task(void **state)
{
    (void)state;
    bool fits;
    struct task *t = task_new();
    assert_int_equal(password_fits(t, right, "x", &fits), 0);
    assert_true(is_in_memory(t, right)); /* else this test shows nothing */
    talloc_free_children(t);
    assert_false(is_in_memory(t, right));
    talloc_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_fits_its_password_and_no_other),
        cmocka_unit_test(what_is_no_hash_fits_nothing),
        cmocka_unit_test(a_deadline_is_an_error_and_no_answer),
        cmocka_unit_test(who_could_not_be_served_in_time_is_told_when_he_could),
        cmocka_unit_test(the_queue_knows_what_a_hash_costs_and_who_has_left),
        cmocka_unit_test(the_password_is_wiped_with_the_task),
    };
    crypt_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
