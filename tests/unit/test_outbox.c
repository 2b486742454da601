/* links: common/outbox.c common/outbox_lanes.c */
/* test_outbox.c — one lane of identity's for intake: a store that keeps rows, a listener that answers, a
 * clock and a timer that move when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "outbox.h"
#include "pb.h"
#include "still_clock.h"

enum { ROWS_MAX = 8192, CALLS_MAX = 8192, TICK_MS = 50, LONG_PAGE = 4 };

/* ---- the store: rows of the own lane, answers at the end of a turn ------------------------------------- */

struct db_rows {
    int count, in_page; /* a page of long messages ends before it is full */
    int64_t seqs[512];
};

struct call {
    const struct sql *sql;
    int64_t args[2];
    db_done_fn *done;
    void *arg;
};

static size_t payload_bytes;
static uint8_t payload[256 * 1024];
static bool is_there[ROWS_MAX];
static struct call calls[CALLS_MAX];
static size_t calls_count;
static uv_timer_cb tick;
static uv_timer_t *timer;

int uv_timer_init(uv_loop_t *loop, uv_timer_t *t)
{
    (void)loop;
    timer = t;
    return 0;
}

int uv_timer_start(uv_timer_t *t, uv_timer_cb fn, uint64_t timeout, uint64_t repeat)
{
    (void)t, (void)timeout, (void)repeat;
    tick = fn;
    return 0;
}

int uv_timer_stop(uv_timer_t *t)
{
    (void)t;
    return 0;
}

struct db_op *db_submit(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n,
                        db_done_fn *done, void *arg)
{
    assert_true(calls_count < CALLS_MAX);
    struct call *c = &calls[calls_count++];
    *c = (struct call){ .sql = sql, .done = done, .arg = arg };
    if (n == 4 && strcmp(args[0].data, "intake") == 0)
        memcpy(c->args, (int64_t[]){ args[2].number, args[3].number }, sizeof c->args);
    return (struct db_op *)db;
}

static struct db_rows *answer_of(const struct call *c)
{
    struct db_rows *rows = talloc_zero(NULL, struct db_rows);
    bool is_page = strcmp(c->sql->name, "outbox_page") == 0,
         is_delete = strcmp(c->sql->name, "outbox_forget") == 0;
    for (int64_t seq = c->args[0]; is_delete && seq <= c->args[1]; seq++)
        is_there[seq] = false;
    for (int64_t seq = c->args[0] + 1; is_page && seq < ROWS_MAX && rows->count < c->args[1]; seq++)
        if (is_there[seq])
            rows->seqs[rows->count++] = seq;
    rows->in_page = rows->count;
    if (payload_bytes > 0 && rows->count > LONG_PAGE)
        rows->count = LONG_PAGE;
    return rows;
}

static void store_answers(void)
{
    size_t n = calls_count;
    for (size_t i = 0; i < n; i++)
        calls[i].done(calls[i].arg, 0, NULL, answer_of(&calls[i]));
    memmove(calls, calls + n, (calls_count - n) * sizeof *calls);
    calls_count -= n;
}

int db_count(const struct db_rows *rows)
{
    return rows->count;
}

int64_t db_num(const struct db_rows *rows, int row, const char *column)
{
    if (strcmp(column, "in_page") == 0)
        return rows->in_page;
    return strcmp(column, "seq") == 0 ? rows->seqs[row] : 1;
}

bool db_true(const struct db_rows *rows, int row, const char *column)
{
    (void)rows, (void)row, (void)column;
    return true;
}

struct db_arg db_int_array(const void *ctx, const int64_t *numbers, size_t n)
{
    (void)ctx, (void)numbers, (void)n;
    return db_text("");
}

struct db_arg db_text_array(const void *ctx, const char *const *texts, size_t n)
{
    (void)ctx, (void)texts, (void)n;
    return db_text("");
}

void db_on_write_session(struct db *db, void (*fn)(void *arg), void *arg)
{
    (void)db, (void)fn, (void)arg;
}

void db_on_orphan(struct db *db, void (*fn)(void *arg), void *arg)
{
    (void)db, (void)fn, (void)arg;
}

static struct id id_of_row(int64_t seq)
{
    struct id id = { { 0 } };
    memcpy(id.bytes, &seq, sizeof seq);
    return id;
}

static uint8_t *packet_of(const void *ctx, int64_t seq, size_t *size)
{
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    struct id id = id_of_row(seq);
    e.id = (ProtobufCBinaryData){ ID_BYTES, id.bytes };
    e.key = (char *)"k";
    e.payload = (ProtobufCBinaryData){ payload_bytes, payload };
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = &e;
    return pb_pack(ctx, &p.base, size);
}

const uint8_t *db_blob(const void *ctx, const struct db_rows *rows, int row, const char *column, size_t *size)
{
    (void)column;
    return packet_of(ctx, rows->seqs[row], size);
}

/* ---- the listener: answers at the end of a turn; rows up to stuck_most it refuses, if it speaks at all ---
 */

static struct outbox *outbox;
static int64_t arrived[ROWS_MAX], stuck_most;
static size_t arrived_count;
static bool is_mute, is_applied[ROWS_MAX];

bool bus_send(struct bus *b, const char *key, const void *packet, size_t size)
{
    (void)b, (void)key;
    Motcua__Packet *p = pb_unpack(NULL, &motcua__packet__descriptor, packet, size);
    assert_true(arrived_count < ROWS_MAX);
    memcpy(&arrived[arrived_count++], p->envelope->id.data, sizeof *arrived);
    talloc_free(p);
    return true;
}

static void listener_answers(void)
{
    size_t n = arrived_count;
    for (size_t i = 0; i < n && !is_mute; i++) {
        struct id id = id_of_row(arrived[i]);
        if (arrived[i] <= stuck_most) {
            outbox_on_refusal(outbox, &id, MOTCUA__REFUSED__REFUSED_LATER, 0);
        } else {
            is_applied[arrived[i]] = true;
            outbox_on_ack(outbox, "intake", &id);
        }
    }
    memmove(arrived, arrived + n, (arrived_count - n) * sizeof *arrived);
    arrived_count -= n;
}

/* ---- turns ------------------------------------------------------------------------------------------- */

static void run_for(int64_t ms)
{
    for (int64_t until = still_ms + ms; still_ms < until; still_ms += TICK_MS) {
        tick(timer);
        listener_answers();
        store_answers();
    }
}

static int set_up(void **state)
{
    (void)state;
    memset(is_there, 0, sizeof is_there);
    memset(is_applied, 0, sizeof is_applied);
    calls_count = arrived_count = 0;
    stuck_most = 0;
    payload_bytes = 0;
    is_mute = false;
    outbox = outbox_open(NULL, NULL, "identity", (struct db *)&is_mute, NULL);
    run_for(1000);
    return outbox_ready(outbox) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(outbox);
    return 0;
}

static void commit(int64_t seq)
{
    size_t size;
    struct id id = id_of_row(seq);
    uint8_t *packet = packet_of(NULL, seq, &size);
    is_there[seq] = true;
    outbox_push(outbox, "intake", seq, &id, "k", packet, size);
    talloc_free(packet);
}

static void commit_all(int64_t from, int64_t to)
{
    for (int64_t seq = from; seq <= to; seq++)
        commit(seq);
}

static int64_t applied(int64_t from, int64_t to)
{
    int64_t n = 0;
    for (int64_t seq = from; seq <= to; seq++)
        n += is_applied[seq];
    return n;
}

static int64_t rows_left(void)
{
    int64_t n = 0;
    for (int64_t seq = 0; seq < ROWS_MAX; seq++)
        n += is_there[seq];
    return n;
}

/* ---- tests ------------------------------------------------------------------------------------------- */

static void what_is_acknowledged_leaves_the_store(void **state)
{
    (void)state;
    commit_all(1, 5000);
    run_for(2000);
    assert_int_equal(applied(1, 5000), 5000);
    assert_int_equal(rows_left(), 0);
}

static void what_is_refused_for_long_keeps_no_room_from_the_others(void **state)
{
    (void)state;
    stuck_most = 5000;
    commit_all(1, 5100);
    run_for(5000);
    assert_int_equal(applied(5001, 5100), 100);
    commit_all(5101, 5200);
    run_for(1000);
    assert_int_equal(applied(5101, 5200), 100);
    assert_int_equal(rows_left(), 5000);
}

static void what_is_refused_for_long_is_sent_until_it_is_taken(void **state)
{
    (void)state;
    stuck_most = 5000;
    commit_all(1, 5000);
    run_for(300000);
    stuck_most = 0;
    run_for(125000);
    assert_int_equal(applied(1, 5000), 5000);
    assert_int_equal(rows_left(), 0);
}

/* A listener stands still, or refuses: what the others need of memory does not depend on how long messages
 * are. */
static void long_messages_take_no_more_memory_than_short_ones(void **state)
{
    (void)state;
    const size_t most = 6 << 20;
    payload_bytes = sizeof payload;
    is_mute = true;
    commit_all(1, 1000);
    assert_true(talloc_total_size(outbox) < most);
    run_for(20000);
    assert_true(talloc_total_size(outbox) < most);
    is_mute = false;
    stuck_most = 1000;
    run_for(5000);
    assert_true(talloc_total_size(outbox) < most);
    stuck_most = 0;
    run_for(400000);
    assert_int_equal(applied(1, 1000), 1000);
    assert_int_equal(rows_left(), 0);
}

/* More than memory holds is committed while the listener is silent; then half of it is read and applied. */
static void be_half_through(void)
{
    is_mute = true;
    commit_all(2, 6000);
    is_mute = false;
    while (applied(2, 6000) < 4000)
        run_for(TICK_MS);
    assert_true(applied(2, 6000) < 6000);
}

static void a_lower_number_that_commits_later_is_sent_as_soon_as_the_others(void **state)
{
    (void)state;
    be_half_through();
    commit(1);
    run_for(3000);
    assert_int_equal(applied(1, 6000), 6000);
}

static void a_doubt_is_looked_into_also_while_rows_are_read(void **state)
{
    (void)state;
    be_half_through();
    is_there[1] = true;
    outbox_doubt(outbox);
    run_for(3000);
    assert_int_equal(applied(1, 6000), 6000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_acknowledged_leaves_the_store, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_for_long_keeps_no_room_from_the_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_for_long_is_sent_until_it_is_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(long_messages_take_no_more_memory_than_short_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lower_number_that_commits_later_is_sent_as_soon_as_the_others,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_doubt_is_looked_into_also_while_rows_are_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
