/* links: services/verification/fee.c */
/* What a dossier costs: every mix of lines, moments and channels against a plain sum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <talloc.h>

#include "services/verification/fee.h"

enum { LINES = 4, KINDS = 12 }; /* kinds of lines: 2 moments × 2 amounts × (no, free, other) online amount */

static Motcua__FeeLine line_of(int kind)
{
    Motcua__FeeLine line = MOTCUA__FEE_LINE__INIT;
    line.when = kind % 2 ? MOTCUA__FEE_WHEN__AFTER : MOTCUA__FEE_WHEN__BEFORE;
    line.amount_dong = kind / 2 % 2 ? 15000 + kind : 0;
    line.has_online_amount = kind / 4 > 0;
    line.online_amount_dong = kind / 4 == 2 ? 7000 + kind : 0;
    return line;
}

static int64_t plain_amount(int kind, int channel)
{
    if (channel == MOTCUA__CHANNEL__ONLINE && kind / 4 > 0)
        return kind / 4 == 2 ? 7000 + kind : 0;
    return kind / 2 % 2 ? 15000 + kind : 0;
}

static void a_line_costs_online_what_it_says_for_online(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (int channel = 0; channel <= MOTCUA__CHANNEL__POST; channel++) {
            Motcua__FeeLine line = line_of(kind);
            assert_int_equal(fee_amount(&line, channel), plain_amount(kind, channel));
        }
}

static void check_mix(const int kinds[LINES], int channel, Motcua__FeeWhen when)
{
    Motcua__FeeLine lines[LINES], *list[LINES], **due;
    Motcua__ProcedurePublished p = MOTCUA__PROCEDURE_PUBLISHED__INIT;
    void *ctx = talloc_new(NULL);
    int64_t sum = 0;
    size_t n = 0;
    p.n_fees = LINES;
    p.fees = list;
    for (int i = 0; i < LINES; i++) {
        lines[i] = line_of(kinds[i]);
        list[i] = &lines[i];
    }
    size_t count = fee_lines(ctx, &p, channel, when, &due);
    for (int i = 0; i < LINES; i++) {
        int64_t amount = lines[i].when == when ? plain_amount(kinds[i], channel) : 0;
        sum += amount;
        if (amount == 0)
            continue;
        assert_true(n < count && due[n] != list[i]); /* a copy */
        assert_int_equal(due[n++]->amount_dong, amount);
        assert_int_equal(lines[i].amount_dong, line_of(kinds[i]).amount_dong);
    }
    assert_int_equal(count, n);
    assert_int_equal(fee_total(&p, channel, when), sum);
    talloc_free(ctx);
}

static void every_mix_of_lines_is_its_plain_sum(void **state)
{
    (void)state;
    for (int mix = 0; mix < KINDS * KINDS * KINDS * KINDS; mix += 7) {
        int kinds[LINES] = { mix % KINDS, mix / KINDS % KINDS, mix / KINDS / KINDS % KINDS,
                             mix / KINDS / KINDS / KINDS };
        for (int channel = MOTCUA__CHANNEL__COUNTER; channel <= MOTCUA__CHANNEL__POST; channel++) {
            check_mix(kinds, channel, MOTCUA__FEE_WHEN__BEFORE);
            check_mix(kinds, channel, MOTCUA__FEE_WHEN__AFTER);
        }
    }
}

static void a_line_keeps_its_kind_code_and_name(void **state)
{
    (void)state;
    Motcua__FeeLine line = line_of(2), *list[] = { &line }, **due;
    Motcua__ProcedurePublished p = MOTCUA__PROCEDURE_PUBLISHED__INIT;
    void *ctx = talloc_new(NULL);
    p.n_fees = 1;
    p.fees = list;
    line.kind = MOTCUA__FEE_KIND__LE_PHI;
    line.code = (char *)"LP";
    line.name = (char *)"Lệ phí";
    assert_int_equal(fee_lines(ctx, &p, MOTCUA__CHANNEL__COUNTER, MOTCUA__FEE_WHEN__BEFORE, &due), 1);
    assert_int_equal(due[0]->kind, MOTCUA__FEE_KIND__LE_PHI);
    assert_string_equal(due[0]->code, "LP");
    assert_string_equal(due[0]->name, "Lệ phí");
    assert_int_equal(due[0]->when, MOTCUA__FEE_WHEN__BEFORE);
    talloc_free(ctx);
}

static void what_has_no_fees_costs_nothing(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = MOTCUA__PROCEDURE_PUBLISHED__INIT;
    Motcua__FeeLine **due;
    void *ctx = talloc_new(NULL);
    assert_int_equal(fee_total(&p, MOTCUA__CHANNEL__ONLINE, MOTCUA__FEE_WHEN__BEFORE), 0);
    assert_int_equal(fee_lines(ctx, &p, MOTCUA__CHANNEL__ONLINE, MOTCUA__FEE_WHEN__BEFORE, &due), 0);
    talloc_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_costs_online_what_it_says_for_online),
        cmocka_unit_test(every_mix_of_lines_is_its_plain_sum),
        cmocka_unit_test(a_line_keeps_its_kind_code_and_name),
        cmocka_unit_test(what_has_no_fees_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
