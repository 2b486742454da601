/* test_task.c — tasks take turns on stacks of their own, know what they are part of, and leave nothing
 * behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "clock.h"
#include "tests/unit/tasks.h"

enum { LONG_MS = 60000, MANY = 300 };

static struct tasks s;

static int set_up(void **state)
{
    (void)state;
    tasks_open(&s, MANY);
    return 0;
}

/* ---- turns ---------------------------------------------------------------------------------------- */

static char order[64];

static void say(char c)
{
    order[strlen(order)] = c;
}

static void say_twice(struct task *t, void *arg)
{
    say(*(char *)arg);
    task_sleep(t, 1);
    say(*(char *)arg);
}

static void tasks_start_at_the_end_of_the_turn_and_in_order(void **state)
{
    (void)state;
    static char letters[] = "abc";
    memset(order, 0, sizeof order);
    for (int i = 0; i < 3; i++)
        assert_int_equal(task_spawn(s.pool, "unit", LONG_MS, NULL, say_twice, letters + i), 0);
    assert_string_equal(order, "");
    assert_int_equal(task_pool_count(s.pool), 3);
    task_pool_run(s.pool);
    assert_string_equal(order, "abc");
    tasks_run(&s);
    assert_string_equal(order, "abcabc");
    assert_int_equal(task_pool_count(s.pool), 0);
}

static void spawn_another(struct task *t, void *arg)
{
    say('a');
    task_spawn(task_env(t)->tasks, "unit", LONG_MS, NULL, say_twice, arg);
    say('A');
}

static void a_task_begun_by_a_task_does_not_interrupt_it(void **state)
{
    (void)state;
    static char b[] = "b";
    memset(order, 0, sizeof order);
    tasks_do(&s, LONG_MS, spawn_another, b);
    assert_string_equal(order, "aAbb");
}

static void beyond_the_most_nothing_is_started(void **state)
{
    (void)state;
    static struct tasks few;
    static char x[] = "x";
    tasks_open(&few, 3);
    for (int round = 0; round < 3; round++) {
        memset(order, 0, sizeof order);
        for (int i = 0; i < 5; i++)
            assert_int_equal(task_spawn(few.pool, "unit", LONG_MS, NULL, say_twice, x), i < 3 ? 0 : E_BUSY);
        assert_int_equal(task_pool_count(few.pool), 3);
        tasks_run(&few);
        assert_string_equal(order, "xxxxxx");
    }
}

/* ---- stacks --------------------------------------------------------------------------------------- */

/* Use a good part of the stack, wait down there, and find everything as it was. */
static bool dive(struct task *t, unsigned depth, uint8_t mark)
{
    volatile uint8_t pad[4096];
    for (size_t i = 0; i < sizeof pad; i += 512)
        pad[i] = (uint8_t)(mark + i / 512);
    bool whole = depth > 0 ? dive(t, depth - 1, mark) : task_sleep(t, mark % 7 + 1) == 0;
    for (size_t i = 0; i < sizeof pad; i += 512)
        whole = whole && pad[i] == (uint8_t)(mark + i / 512);
    return whole;
}

static void dive_and_tell(struct task *t, void *arg)
{
    uint8_t *mark = arg;
    *mark = dive(t, 35, *mark) ? 1 : 0;
}

static void many_tasks_keep_their_stacks_apart(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) { /* stacks are used again */
        uint8_t marks[MANY];
        for (int i = 0; i < MANY; i++) {
            marks[i] = (uint8_t)(i * 31 + round);
            assert_int_equal(task_spawn(s.pool, "unit", LONG_MS, NULL, dive_and_tell, marks + i), 0);
        }
        tasks_run(&s);
        for (int i = 0; i < MANY; i++)
            assert_int_equal(marks[i], 1);
    }
}

/* Sixteen times as deep as a stack. */
static unsigned fall(unsigned depth, const volatile uint8_t *above)
{
    volatile uint8_t pad[256];
    pad[0] = above[0];
    return depth > 0 ? pad[0] + fall(depth - 1, pad) : 0;
}

static void overrun(struct task *t, void *arg)
{
    (void)t, (void)arg;
    signal(SIGSEGV, SIG_DFL);
    alarm(20);
    uint8_t start = 1;
    fall(16 * 1024, &start);
}

static void an_overrun_stack_ends_the_process_before_it_harms_another(void **state)
{
    (void)state;
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        uint8_t mark = 1;
        tasks_open(&s, 3); /* stacks are mapped downwards: the second task's lies below the first one's */
        task_spawn(s.pool, "first", LONG_MS, NULL, overrun, NULL);
        task_spawn(s.pool, "second", LONG_MS, NULL, dive_and_tell, &mark);
        tasks_run(&s);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

/* ---- what a task knows ---------------------------------------------------------------------------- */

struct knowledge {
    const struct env *env;
    const char *name;
    int err_code;
    unsigned left_ms;
    int64_t now_ms;
    char trace[TRACE_TEXT + 8];
};

static void tell_knowledge(struct task *t, void *arg)
{
    struct knowledge *k = arg;
    k->env = task_env(t);
    k->name = task_name(t);
    k->err_code = task_err(t)->code;
    k->left_ms = task_left_ms(t);
    k->now_ms = task_now_ms(t);
    snprintf(k->trace, sizeof k->trace, "%s", task_trace(t));
    err_set(task_err(t), E_BUG, "not for the next one");
}

static struct knowledge knowledge_of(const char *traceparent)
{
    struct knowledge k = { 0 };
    uv_update_time(&s.loop);
    assert_int_equal(task_spawn(s.pool, "its name", 5000, traceparent, tell_knowledge, &k), 0);
    tasks_run(&s);
    return k;
}

static void a_task_knows_its_name_its_time_and_its_surroundings(void **state)
{
    (void)state;
    clock_fake(42);
    for (int i = 0; i < 2; i++) {
        struct knowledge k = knowledge_of(NULL);
        assert_ptr_equal(k.env, &s.env);
        assert_string_equal(k.name, "its name");
        assert_int_equal(k.err_code, 0);
        assert_in_range(k.left_ms, 4000, 5000);
        assert_int_equal(k.now_ms, 42);
    }
    clock_fake(0);
}

static int on_free(int **count)
{
    **count += 1;
    return 0;
}

static void allocate(struct task *t, void *arg)
{
    int **watched = talloc(t, int *);
    *watched = arg;
    talloc_set_destructor(watched, on_free);
    task_sleep(t, 2);
}

static void what_belongs_to_a_task_goes_with_it(void **state)
{
    (void)state;
    int freed = 0;
    for (int i = 0; i < 5; i++)
        task_spawn(s.pool, "unit", LONG_MS, NULL, allocate, &freed);
    task_pool_run(s.pool);
    assert_int_equal(freed, 0);
    tasks_run(&s);
    assert_int_equal(freed, 5);
}

/* ---- traces --------------------------------------------------------------------------------------- */

static const char parent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

static void assert_is_traceparent(const char *trace)
{
    static const char shape[] = "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01";
    assert_int_equal(strlen(trace), sizeof shape - 1);
    for (size_t i = 0; i < sizeof shape - 1; i++)
        assert_true(shape[i] == 'x' ? strchr("0123456789abcdef", trace[i]) != NULL : trace[i] == shape[i]);
}

static void a_task_goes_on_with_the_trace_it_was_given(void **state)
{
    (void)state;
    struct knowledge k = knowledge_of(parent), other = knowledge_of(parent);
    assert_is_traceparent(k.trace);
    assert_memory_equal(k.trace, parent, 35);           /* the same trace */
    assert_string_not_equal(k.trace + 36, parent + 36); /* its own span */
    assert_string_not_equal(k.trace + 36, other.trace + 36);
}

static void a_malformed_trace_begins_a_new_one(void **state)
{
    (void)state;
    char text[sizeof parent + 1];
    for (size_t i = 0; i < sizeof parent - 1; i++)
        for (int way = 0; way < 3; way++) {
            snprintf(text, sizeof text, "%s", parent);
            text[i] = way == 0 ? '\0' : way == 1 ? 'g' : 'A'; /* cut, no hex, upper case */
            struct knowledge k = knowledge_of(text);
            assert_is_traceparent(k.trace);
            assert_memory_not_equal(k.trace + 3, parent + 3, 32);
        }
    snprintf(text, sizeof text, "%s0", parent);
    assert_memory_not_equal(knowledge_of(text).trace + 3, parent + 3, 32);
    assert_string_not_equal(knowledge_of(NULL).trace, knowledge_of(NULL).trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_start_at_the_end_of_the_turn_and_in_order),
        cmocka_unit_test(a_task_begun_by_a_task_does_not_interrupt_it),
        cmocka_unit_test(beyond_the_most_nothing_is_started),
        cmocka_unit_test(many_tasks_keep_their_stacks_apart),
        cmocka_unit_test(an_overrun_stack_ends_the_process_before_it_harms_another),
        cmocka_unit_test(a_task_knows_its_name_its_time_and_its_surroundings),
        cmocka_unit_test(what_belongs_to_a_task_goes_with_it),
        cmocka_unit_test(a_task_goes_on_with_the_trace_it_was_given),
        cmocka_unit_test(a_malformed_trace_begins_a_new_one),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
