/* links: services/feedback/book.c services/feedback/tally.c services/feedback/suppress.c */
/* test_book.c — facts of many units and procedures stand in the right cells: each cell and each total against
 * a count by hand, whatever the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/feedback/book.h"
#include "tests/unit/generated.h"

enum { UNITS = 5, PROCEDURES = 12, FIELDS = 4, FACTS = 20000, TEXT = 16 };

static char units[UNITS][TEXT], codes[PROCEDURES][TEXT], fields[FIELDS][TEXT];
static struct { /* where each fact belongs */
    int unit, procedure;
    struct dossier_fact d;
} facts[FACTS];

static struct book *new_book(const void *ctx)
{
    const char *list[UNITS];
    struct book_procedure procedures[PROCEDURES];
    for (int i = 0; i < UNITS; i++)
        list[UNITS - 1 - i] = units[i]; /* in any order */
    for (int i = 0; i < PROCEDURES; i++)
        procedures[i] = (struct book_procedure){ codes[i], fields[i % FIELDS], i % 2 == 0, i % 3 == 0 };
    return book_new(ctx, quarter, list, UNITS, procedures, PROCEDURES, 1);
}

static void add(struct book *b, int i)
{
    book_add_dossier(b, units[facts[i].unit], codes[facts[i].procedure], 1, &facts[i].d);
}

static int generate(void **state)
{
    struct chance c = { 31 };
    (void)state;
    for (int i = 0; i < UNITS; i++)
        snprintf(units[i], TEXT, "U%d", i);
    for (int i = 0; i < PROCEDURES; i++)
        snprintf(codes[i], TEXT, "P%d", i);
    for (int i = 0; i < FIELDS; i++)
        snprintf(fields[i], TEXT, "F%d", i);
    for (int i = 0; i < FACTS; i++) {
        facts[i].unit = (int)chance_below(&c, UNITS);
        facts[i].procedure = (int)chance_below(&c, PROCEDURES);
        facts[i].d = any_dossier(&c);
    }
    return 0;
}

/* unit, field: -1 for all. */
static struct tally by_hand(int unit, int field)
{
    struct tally sum = { { 0 } };
    for (int i = 0; i < FACTS; i++)
        if ((unit < 0 || facts[i].unit == unit) && (field < 0 || facts[i].procedure % FIELDS == field))
            tally_add_dossier(&sum, &facts[i].d, &quarter);
    return sum;
}

static void every_cell_and_every_total_counts_its_own(void **state)
{
    (void)state;
    struct book *b = new_book(NULL);
    for (int i = 0; i < FACTS; i++)
        add(b, i);
    for (int u = -1; u < UNITS; u++)
        for (int f = -1; f < FIELDS; f++) {
            size_t unit = u < 0 ? BOOK_TOTAL : book_unit(b, units[u]),
                   field = f < 0 ? BOOK_TOTAL : book_field(b, fields[f]);
            struct tally expected = by_hand(u, f);
            assert_memory_equal(book_cell(b, unit, field), &expected, sizeof expected);
            assert_int_equal(cube_n(b->dossiers, (struct place){ { unit, field, 1 } }),
                             expected.n[COUNT_ENDED]);
        }
    talloc_free(b);
}

static void the_order_of_facts_does_not_matter(void **state)
{
    (void)state;
    struct book *a = new_book(NULL), *b = new_book(NULL);
    for (int i = 0; i < FACTS; i++) {
        add(a, i);
        add(b, FACTS - 1 - i);
    }
    size_t cells = a->units_count * a->fields_count;
    assert_memory_equal(a->cells, b->cells, cells * sizeof *a->cells);
    assert_memory_equal(a->marks, b->marks, a->units_count * a->procedures_count);
    talloc_free(a);
    talloc_free(b);
}

static void what_belongs_to_nobody_known_counts_for_the_province(void **state)
{
    struct dossier_fact d = { .filed_at = START_MS,
                              .ended_at = START_MS + DAY_MS,
                              .worst_step = PACE_UNKNOWN };
    (void)state;
    struct book *b = new_book(NULL);
    book_add_dossier(b, "nowhere", "nothing", 1, &d);
    assert_int_equal(book_unit(b, "nowhere"), 0);
    assert_int_equal(book_cell(b, BOOK_TOTAL, BOOK_TOTAL)->n[COUNT_ENDED], 1);
    assert_int_equal(cube_n(b->dossiers, (struct place){ { BOOK_TOTAL, BOOK_TOTAL, 1 } }), 1);
    talloc_free(b);
}

/* Of a unit: the procedures it received; of the province: all there are. */
static void procedures_are_counted_where_they_were_received(void **state)
{
    struct dossier_fact d = { .filed_at = START_MS, .is_online = true, .is_handled_here = true };
    (void)state;
    struct book *b = new_book(NULL);
    book_add_dossier(b, "U1", "P0", 1, &d);
    d.is_handled_here = false;
    book_add_dossier(b, "U1", "P1", 1, &d);
    size_t u1 = book_unit(b, "U1");
    struct tt01_setting s = book_setting(b, u1, BOOK_TOTAL);
    assert_true(s.procedures == 2 && s.approved_here == 1 && s.online == 1);
    struct i766_inputs in = book_inputs(b, BOOK_TOTAL, BOOK_TOTAL),
                       own = book_inputs(b, u1, book_field(b, "F0"));
    assert_true(in.procedures == PROCEDURES && in.online == 6 && in.online_used == 1 && in.with_fee == 4);
    assert_true(own.procedures == 1 && own.online_used == 1 && own.with_fee_online == 1);
    talloc_free(b);
}

static void the_province_declares_what_its_units_do(void **state)
{
    (void)state;
    struct book *b = new_book(NULL);
    book_declare(b, "U1", I766_1_1, (struct fraction){ 3, 4 });
    book_declare(b, "U2", I766_1_1, (struct fraction){ 1, 4 });
    struct fraction all = book_inputs(b, BOOK_TOTAL, BOOK_TOTAL).declared[I766_1_1],
                    one = book_inputs(b, book_unit(b, "U1"), BOOK_TOTAL).declared[I766_1_1];
    assert_true(all.part == 4 && all.whole == 8 && one.part == 3 && one.whole == 4);
    talloc_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_and_every_total_counts_its_own),
        cmocka_unit_test(the_order_of_facts_does_not_matter),
        cmocka_unit_test(what_belongs_to_nobody_known_counts_for_the_province),
        cmocka_unit_test(procedures_are_counted_where_they_were_received),
        cmocka_unit_test(the_province_declares_what_its_units_do),
    };
    return cmocka_run_group_tests(tests, generate, NULL);
}
