/* test_offload.c — work on another thread comes back to the task that waits, and is freed when nobody
 * does. */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "offload.h"
#include "tests/unit/tasks.h"

enum { LONG_MS = 60000, SHORT_MS = 30, ENOUGH_TO_BEGIN_MS = 500 };

static struct tasks s;
static int freed;
static _Atomic int begun, worked;

static int set_up(void **state)
{
    (void)state;
    tasks_open(&s, 64);
    return 0;
}

/* What goes to the thread. */
struct load {
    int number;
    pthread_t thread;
    sem_t *gate; /* waits here, if it is set */
};

static int on_free(struct load *load)
{
    (void)load;
    freed++;
    return 0;
}

static void work(void *arg)
{
    struct load *load = arg;
    begun++;
    if (load->gate)
        sem_wait(load->gate);
    load->thread = pthread_self();
    load->number *= 2;
    worked++;
}

/* What the task tells afterwards. */
struct told {
    int number, rc, doubled;
    char text[256];
    sem_t *gate;
    bool elsewhere, is_owned_again;
};

static void offload_it(struct task *t, void *arg)
{
    struct told *told = arg;
    struct load *load = talloc_zero(t, struct load);
    talloc_set_destructor(load, on_free);
    load->number = told->number;
    load->gate = told->gate;
    told->rc = task_offload(t, work, load);
    snprintf(told->text, sizeof told->text, "%s", task_err(t)->text);
    if (told->rc)
        return; /* load is not ours any more */
    told->doubled = load->number;
    told->elsewhere = !pthread_equal(load->thread, pthread_self());
    told->is_owned_again = talloc_parent(load) == t;
}

static void work_comes_back_with_its_result(void **state)
{
    (void)state;
    struct told told[40] = { { 0 } };
    freed = 0;
    for (int i = 0; i < 40; i++) {
        told[i].number = i + 1;
        task_spawn(s.pool, "unit", LONG_MS, NULL, offload_it, told + i);
    }
    tasks_run(&s);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(told[i].rc, 0);
        assert_int_equal(told[i].doubled, 2 * (i + 1));
        assert_true(told[i].elsewhere && told[i].is_owned_again);
    }
    assert_int_equal(freed, 40); /* with its task */
}

static void count_turns(struct task *t, void *arg)
{
    int *turns = arg;
    for (; *turns < 5 && task_sleep(t, 1) == 0;)
        ++*turns;
}

static void other_tasks_go_on_meanwhile(void **state)
{
    (void)state;
    sem_t gate;
    int turns = 0;
    sem_init(&gate, 0, 0);
    struct told told = { .gate = &gate, .rc = -1 };
    uv_update_time(&s.loop);
    task_spawn(s.pool, "unit", LONG_MS, NULL, offload_it, &told);
    task_spawn(s.pool, "unit", LONG_MS, NULL, count_turns, &turns);
    while (turns < 5)
        tasks_turn(&s);
    assert_int_equal(told.rc, -1);
    sem_post(&gate);
    tasks_run(&s);
    assert_int_equal(told.rc, 0);
    sem_destroy(&gate);
}

static void work_nobody_waits_for_is_freed_when_it_ends(void **state)
{
    (void)state;
    sem_t gate;
    sem_init(&gate, 0, 0);
    freed = 0;
    struct told told = { .number = 1, .gate = &gate };
    tasks_do(&s, ENOUGH_TO_BEGIN_MS, offload_it, &told);
    assert_int_equal(told.rc, E_TIMEOUT);
    assert_string_equal(told.text, "unit: background work took too long");
    assert_int_equal(freed, 0); /* the thread still uses it */
    sem_post(&gate);
    while (freed == 0)
        tasks_turn(&s);
    assert_int_equal(freed, 1);
    sem_destroy(&gate);
}

/* Else those who ask again and again keep a slow machine busy with what nobody waits for. */
static void work_nobody_waits_for_does_not_begin(void **state)
{
    (void)state;
    enum { BUSY = 16 }; /* more than there are threads */
    sem_t gate;
    struct told told = { .number = 1 }, busy[BUSY] = { { 0 } };
    sem_init(&gate, 0, 0);
    freed = worked = 0;
    uv_update_time(&s.loop);
    for (int i = 0; i < BUSY; i++) {
        busy[i].gate = &gate;
        task_spawn(s.pool, "unit", LONG_MS, NULL, offload_it, busy + i);
    }
    task_spawn(s.pool, "unit", SHORT_MS, NULL, offload_it, &told);
    for (int turn = 0; turn < 5000 && freed == 0; turn++) /* each lasts a millisecond */
        tasks_turn(&s);
    assert_int_equal(freed, 1);
    assert_int_equal(told.rc, E_TIMEOUT);
    for (int i = 0; i < BUSY; i++)
        sem_post(&gate);
    tasks_run(&s);
    assert_int_equal(worked, BUSY);
    assert_int_equal(freed, BUSY + 1);
    sem_destroy(&gate);
}

static void a_draining_service_does_not_wait_for_work(void **state)
{
    (void)state;
    static struct tasks drained;
    sem_t gate;
    sem_init(&gate, 0, 0);
    freed = begun = 0;
    struct told told = { .gate = &gate };
    tasks_open(&drained, 2);
    task_spawn(drained.pool, "unit", LONG_MS, NULL, offload_it, &told);
    while (begun == 0) /* what has not begun is not waited for, and freed at once */
        tasks_turn(&drained);
    task_pool_stop(drained.pool);
    tasks_run(&drained);
    assert_int_equal(told.rc, E_SHUTDOWN);
    assert_int_equal(freed, 0);
    sem_post(&gate);
    while (freed == 0)
        tasks_turn(&drained);
    sem_destroy(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_comes_back_with_its_result),
        cmocka_unit_test(other_tasks_go_on_meanwhile),
        cmocka_unit_test(work_nobody_waits_for_is_freed_when_it_ends),
        cmocka_unit_test(work_nobody_waits_for_does_not_begin),
        cmocka_unit_test(a_draining_service_does_not_wait_for_work),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
