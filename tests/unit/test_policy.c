/* links: services/notification/policy.c services/notification/template_texts.c */
/* Every move and payment has its row: the law's events go by mail, silence has its reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "common.pb-c.h"
#include "services/notification/policy.h"

enum { BOTH = CHANNEL_EMAIL | CHANNEL_INBOX };

static int what_at(unsigned i) /* every value there is a rule for, then the TOLD_* */
{
    const ProtobufCEnumDescriptor *moves = &motcua__transition__descriptor;
    return i < moves->n_values ? moves->values[i].value : TOLD_PAYMENT_SETTLED + (int)(i - moves->n_values);
}

static unsigned whats(void)
{
    return motcua__transition__descriptor.n_values + 8;
}

static void every_event_has_a_row(void **state)
{
    (void)state;
    for (unsigned i = 0; i < whats(); i++) {
        const struct rule *r = policy_of(what_at(i));
        if (!r)
            fail_msg("nobody has decided about %d", what_at(i));
        assert_int_equal(r->what, what_at(i));
    }
}

static void a_row_tells_somebody_or_says_why_not(void **state)
{
    (void)state;
    for (unsigned i = 0; i < whats(); i++) {
        const struct rule *r = policy_of(what_at(i));
        assert_true(r->none ? r->channels == 0 && strlen(r->none) > 5 : r->channels != 0);
    }
}

static void every_template_is_told_by_exactly_one_event(void **state)
{
    (void)state;
    int used[TEMPLATES] = { 0 };
    for (unsigned i = 0; i < whats(); i++)
        if (!policy_of(what_at(i))->none)
            used[policy_of(what_at(i))->template]++;
    for (int id = 0; id < TEMPLATES; id++)
        if (used[id] != 1)
            fail_msg("%s is told by %d events", templates[id].name, used[id]);
}

static void unknown_events_have_no_row(void **state)
{
    (void)state;
    assert_null(policy_of(99));
    assert_null(policy_of(-1));
    assert_null(policy_of(TOLD_COMPLAINT_FORWARDED + 1));
}

/* DOMAIN §9 names what the law wants told; the rest is the project's own choice. */
static void the_channels_are_those_that_were_decided(void **state)
{
    (void)state;
    static const struct {
        int what;
        enum template_id template;
        unsigned channels;
    } rows[] = {
        { MOTCUA__TRANSITION__SUBMIT, TEMPLATE_SUBMITTED, BOTH },
        { MOTCUA__TRANSITION__RECEIVE, TEMPLATE_RECEIVED, BOTH },
        { MOTCUA__TRANSITION__ACCEPT, TEMPLATE_ACCEPTED, BOTH },
        { MOTCUA__TRANSITION__REFUSE, TEMPLATE_REFUSED, BOTH },
        { MOTCUA__TRANSITION__ASK_SUPPLEMENT, TEMPLATE_SUPPLEMENT_ASKED, BOTH },
        { MOTCUA__TRANSITION__SUPPLY, TEMPLATE_SUPPLIED, CHANNEL_INBOX },
        { MOTCUA__TRANSITION__FORWARD, TEMPLATE_FORWARDED, CHANNEL_INBOX },
        { MOTCUA__TRANSITION__STEP, TEMPLATE_STEP, CHANNEL_INBOX },
        { MOTCUA__TRANSITION__ASK_PAYMENT, TEMPLATE_PAYMENT_ASKED, BOTH },
        { MOTCUA__TRANSITION__STOP, TEMPLATE_STOPPED, BOTH },
        { MOTCUA__TRANSITION__SIGN_RESULT, TEMPLATE_RESULT_READY, BOTH },
        { MOTCUA__TRANSITION__HAND_OVER, TEMPLATE_HANDED_OVER, BOTH },
        { MOTCUA__TRANSITION__REAPPOINT, TEMPLATE_REAPPOINTED, BOTH },
        { TOLD_PAYMENT_SETTLED, TEMPLATE_PAID, BOTH },
        { TOLD_PAYMENT_REFUNDED, TEMPLATE_REFUNDED, BOTH },
        { TOLD_RATING_OPENED, TEMPLATE_RATING_OPENED, BOTH },
        { TOLD_COMPLAINT_OPENED, TEMPLATE_COMPLAINT_OPENED, BOTH },
        { TOLD_COMPLAINT_ANSWERED, TEMPLATE_COMPLAINT_ANSWERED, BOTH },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(policy_of(rows[i].what)->template, rows[i].template);
        assert_int_equal(policy_of(rows[i].what)->channels, rows[i].channels);
    }
    assert_non_null(policy_of(MOTCUA__TRANSITION__SETTLE_PAYMENT)->none);
}

/* ---- who is reached ------------------------------------------------------------------------------- */

static const struct way_case {
    unsigned channels;
    struct contact contact;
    size_t count;
    struct way ways[CHANNELS];
} way_cases[] = {
    { BOTH, { "id", "a@b.vn", "" }, 2, { { CHANNEL_EMAIL, "a@b.vn", NULL }, { CHANNEL_INBOX, "", NULL } } },
    { BOTH, { "", "a@b.vn", "" }, 1, { { CHANNEL_EMAIL, "a@b.vn", NULL } } },
    { BOTH, { "id", "", "c@d.vn" }, 2, { { CHANNEL_EMAIL, "c@d.vn", NULL }, { CHANNEL_INBOX, "", NULL } } },
    { BOTH,
      { "id", "a@b.vn", "c@d.vn" },
      2,
      { { CHANNEL_EMAIL, "a@b.vn", NULL }, { CHANNEL_INBOX, "", NULL } } },
    { BOTH,
      { "id", "hỏng", "c@d.vn" },
      2,
      { { CHANNEL_EMAIL, "c@d.vn", NULL }, { CHANNEL_INBOX, "", NULL } } },
    { BOTH, { "id", "", "" }, 1, { { CHANNEL_INBOX, "", NULL } } },
    { BOTH, { "id", "a@b", "" }, 1, { { CHANNEL_INBOX, "", NULL } } },
    { BOTH, { "", "", "" }, 1, { { CHANNEL_EMAIL, "", "no_address" } } },
    { BOTH, { "", "người@b.vn", "" }, 1, { { CHANNEL_EMAIL, "", "bad_address" } } },
    { BOTH, { "", "a@b.vn\r\nBcc: x@y.vn", "" }, 1, { { CHANNEL_EMAIL, "", "bad_address" } } },
    { CHANNEL_INBOX, { "id", "a@b.vn", "" }, 1, { { CHANNEL_INBOX, "", NULL } } },
    { CHANNEL_INBOX, { "", "a@b.vn", "" }, 1, { { CHANNEL_INBOX, "", "no_account" } } },
};

static const char *or_none(const char *s)
{
    return s ? s : "(goes)";
}

static void a_contact_is_reached_where_it_can_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof way_cases / sizeof *way_cases; i++) {
        const struct way_case *c = &way_cases[i];
        const struct rule rule = { 0, 0, c->channels, NULL };
        struct way out[CHANNELS];
        assert_int_equal(policy_ways(&rule, &c->contact, out), c->count);
        for (size_t k = 0; k < c->count; k++) {
            assert_int_equal(out[k].channel, c->ways[k].channel);
            assert_string_equal(out[k].address, c->ways[k].address);
            assert_string_equal(or_none(out[k].why_not), or_none(c->ways[k].why_not));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_row),
        cmocka_unit_test(a_row_tells_somebody_or_says_why_not),
        cmocka_unit_test(every_template_is_told_by_exactly_one_event),
        cmocka_unit_test(unknown_events_have_no_row),
        cmocka_unit_test(the_channels_are_those_that_were_decided),
        cmocka_unit_test(a_contact_is_reached_where_it_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
