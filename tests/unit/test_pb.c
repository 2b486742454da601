/* test_pb.c — messages come back as they went, and bytes that are no such message, or no text, are
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "civil.h"
#include "envelope.pb-c.h"
#include "intake.pb-c.h"
#include "pb.h"
#include "verification.pb-c.h"

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

/* A dossier with text, bytes, an enum, a nested and two repeated messages. */
struct example {
    Motcua__DossierSubmitted dossier;
    Motcua__Applicant applicant;
    Motcua__Paper papers[2], *papers_list[2];
};

static uint8_t *example_bytes(struct example *e, size_t *size)
{
    static uint8_t hash[] = { 0, 0xff, 0x80, 7 };
    motcua__dossier_submitted__init(&e->dossier);
    motcua__applicant__init(&e->applicant);
    for (int i = 0; i < 2; i++) {
        motcua__paper__init(&e->papers[i]);
        e->papers[i].name = (char *)(i ? "Sổ hộ khẩu" : "Tờ khai");
        e->papers[i].sha256 = (ProtobufCBinaryData){ sizeof hash, hash };
        e->papers_list[i] = &e->papers[i];
    }
    e->applicant.name = (char *)"Nguyễn Thị Hồng Nhung";
    e->dossier.code = (char *)"H07-200421-0001";
    e->dossier.channel = MOTCUA__CHANNEL__ONLINE;
    e->dossier.filed_at_ms = INT64_C(-5);
    e->dossier.applicant = &e->applicant;
    e->dossier.n_papers = 2;
    e->dossier.papers = e->papers_list;
    return pb_pack(ctx, &e->dossier.base, size);
}

static void what_is_packed_is_unpacked(void **state)
{
    (void)state;
    struct example e;
    size_t size, again;
    uint8_t *bytes = example_bytes(&e, &size);
    Motcua__DossierSubmitted *d = pb_unpack(ctx, &motcua__dossier_submitted__descriptor, bytes, size);
    assert_non_null(d);
    assert_string_equal(d->code, "H07-200421-0001");
    assert_int_equal(d->channel, MOTCUA__CHANNEL__ONLINE);
    assert_int_equal(d->filed_at_ms, -5);
    assert_string_equal(d->applicant->name, "Nguyễn Thị Hồng Nhung");
    assert_string_equal(d->summary, "");
    assert_int_equal(d->n_papers, 2);
    assert_string_equal(d->papers[1]->name, "Sổ hộ khẩu");
    assert_int_equal(d->papers[1]->sha256.len, 4);
    assert_memory_equal(pb_pack(ctx, &d->base, &again), bytes, size);
    assert_int_equal(again, size);
}

static void an_empty_message_has_no_bytes(void **state)
{
    (void)state;
    Motcua__Beat beat = MOTCUA__BEAT__INIT;
    size_t size = 9;
    uint8_t *bytes = pb_pack(ctx, &beat.base, &size);
    assert_non_null(bytes);
    assert_int_equal(size, 0);
    assert_non_null(pb_unpack(ctx, &motcua__beat__descriptor, bytes, size));
}

/* ---- other bytes ---------------------------------------------------------------------------------- */

/* Whatever is accepted can be packed, and its own packing is accepted and packs the same. */
static void check_bytes(const uint8_t *bytes, size_t size)
{
    void *scratch = talloc_new(ctx);
    size_t n, again;
    const uint8_t *exact = talloc_memdup(scratch, bytes, size ? size : 1);
    ProtobufCMessage *m = pb_unpack(scratch, &motcua__dossier_submitted__descriptor, exact, size);
    if (m) {
        assert_int_equal(m->n_unknown_fields, 0);
        uint8_t *packed = pb_pack(scratch, m, &n);
        ProtobufCMessage *back = pb_unpack(scratch, m->descriptor, packed, n);
        assert_non_null(back);
        assert_memory_equal(pb_pack(scratch, back, &again), packed, n);
        assert_int_equal(again, n);
    } else {
        assert_int_equal(talloc_total_blocks(scratch), 2); /* nothing is left of the attempt */
    }
    talloc_free(scratch);
}

static void no_cut_and_no_flipped_bit_does_harm(void **state)
{
    (void)state;
    struct example e;
    size_t size;
    uint8_t *bytes = example_bytes(&e, &size);
    for (size_t n = 0; n <= size; n++)
        check_bytes(bytes, n);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        check_bytes(bytes, size);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void fields_we_do_not_know_are_dropped(void **state)
{
    (void)state;
    static const uint8_t unknown[] = { 0x0a, 0x03, 'a',  'b',  'c',                    /* code */
                                       0xf8, 0x07, 0x05,                               /* 127: 5 */
                                       0x32, 0x05, 0x12, 0x01, 'N', 0xf8, 0x07 + 0x80, /* cut: refused */
                                       0x01 };
    static const uint8_t padded[] = { 0x0a, 0x03, 'a', 'b', 'c', 0x82, 0x00, 0x00 };
    size_t n;
    ProtobufCMessage *m = pb_unpack(ctx, &motcua__dossier_submitted__descriptor, unknown, 8);
    assert_non_null(m);
    assert_int_equal(m->n_unknown_fields, 0);
    assert_memory_equal(pb_pack(ctx, m, &n), unknown, 5);
    assert_int_equal(n, 5);
    check_bytes(unknown, sizeof unknown);
    check_bytes(padded, sizeof padded);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static bool takes(const ProtobufCMessageDescriptor *type, const ProtobufCMessage *m)
{
    size_t size;
    uint8_t *bytes = pb_pack(ctx, m, &size);
    return pb_unpack(ctx, type, bytes, size) != NULL;
}

/* Each text field of a message in turn, spoilt. */
static void every_text_of_a_message_is_checked(void **state)
{
    (void)state;
    Motcua__DossierProgressed m = MOTCUA__DOSSIER_PROGRESSED__INIT;
    const ProtobufCMessageDescriptor *type = m.base.descriptor;
    int texts = 0;
    assert_true(takes(type, &m.base));
    for (unsigned i = 0; i < type->n_fields; i++) {
        char **text = (char **)(void *)((char *)&m + type->fields[i].offset);
        if (type->fields[i].type != PROTOBUF_C_TYPE_STRING)
            continue;
        texts++;
        *text = (char *)"\xc3(";
        assert_false(takes(type, &m.base));
        *text = (char *)"ệ";
        assert_true(takes(type, &m.base));
    }
    assert_true(texts > 5);
}

static void text_inside_is_checked_too(void **state)
{
    (void)state;
    struct example e;
    size_t size;
    example_bytes(&e, &size);
    const ProtobufCMessageDescriptor *type = e.dossier.base.descriptor;
    e.applicant.name = (char *)"B\xf8i";
    assert_false(takes(type, &e.dossier.base));
    e.applicant.name = (char *)"";
    e.papers[1].name = (char *)"\xff";
    assert_false(takes(type, &e.dossier.base));
    e.papers[1].name = (char *)"";
    assert_true(takes(type, &e.dossier.base));
}

static void only_the_chosen_one_of_several_is_looked_at(void **state)
{
    (void)state;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    Motcua__Ack ack = MOTCUA__ACK__INIT;
    assert_true(takes(p.base.descriptor, &p.base)); /* none of them */
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = &e;
    assert_true(takes(p.base.descriptor, &p.base));
    e.type = (char *)"\xff";
    assert_false(takes(p.base.descriptor, &p.base));
    p.body_case = MOTCUA__PACKET__BODY_ACK;
    p.ack = &ack;
    assert_true(takes(p.base.descriptor, &p.base));
    ack.n_ids = 1;
    ack.ids = &(ProtobufCBinaryData){ 1, (uint8_t *)"\xff" }; /* bytes may be any */
    assert_true(takes(p.base.descriptor, &p.base));
}

/* Tables are indexed by them. */
static void a_number_without_a_name_is_refused(void **state)
{
    (void)state;
    Motcua__FeeLine line = MOTCUA__FEE_LINE__INIT, *lines[] = { &line };
    Motcua__FeeDue due = MOTCUA__FEE_DUE__INIT;
    due.n_lines = 1;
    due.lines = lines;
    line.kind = MOTCUA__FEE_KIND__LE_PHI;
    assert_true(takes(due.base.descriptor, &due.base));
    line.kind = (Motcua__FeeKind)77;
    assert_false(takes(line.base.descriptor, &line.base));
    assert_false(takes(due.base.descriptor, &due.base));
}

/* The calendar and PostgreSQL have no place for it. */
static void an_instant_out_of_all_years_is_refused(void **state)
{
    (void)state;
    Motcua__DossierProgressed m = MOTCUA__DOSSIER_PROGRESSED__INIT;
    const int64_t known[] = { CIVIL_FIRST_MS, -1, 0, CIVIL_LAST_MS };
    const int64_t unknown[] = { INT64_MIN, CIVIL_FIRST_MS - 1, CIVIL_LAST_MS + 1, INT64_MAX };
    for (int i = 0; i < 4; i++) {
        m.due_at_ms = known[i];
        assert_true(takes(m.base.descriptor, &m.base));
        m.due_at_ms = unknown[i];
        assert_false(takes(m.base.descriptor, &m.base));
    }
}

static void text_that_is_not_there_is_empty(void **state)
{
    (void)state;
    assert_string_equal(pb_text(NULL), "");
    assert_string_equal(pb_text("x"), "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_is_unpacked),
        cmocka_unit_test(an_empty_message_has_no_bytes),
        cmocka_unit_test(no_cut_and_no_flipped_bit_does_harm),
        cmocka_unit_test(fields_we_do_not_know_are_dropped),
        cmocka_unit_test(every_text_of_a_message_is_checked),
        cmocka_unit_test(text_inside_is_checked_too),
        cmocka_unit_test(only_the_chosen_one_of_several_is_looked_at),
        cmocka_unit_test(a_number_without_a_name_is_refused),
        cmocka_unit_test(an_instant_out_of_all_years_is_refused),
        cmocka_unit_test(text_that_is_not_there_is_empty),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
