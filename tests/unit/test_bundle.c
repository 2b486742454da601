/* test_bundle.c — frames of several envelopes come apart as they were put together, and what is no such frame
 * is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "bundle.h"
#include "envelope.pb-c.h"
#include "pb.h"

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

/* Exactly as long as it says, so that ASan sees one byte too many. */
static uint8_t *packet_with(const char *key, size_t payload, size_t *size)
{
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    e.key = (char *)key;
    e.payload = (ProtobufCBinaryData){ payload, talloc_zero_size(ctx, payload) };
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = &e;
    return pb_pack(ctx, &p.base, size);
}

static uint8_t *append(uint8_t *frame, size_t *size, const char *key, size_t payload)
{
    size_t more;
    uint8_t *packet = packet_with(key, payload, &more);
    frame = talloc_realloc(ctx, frame, uint8_t, *size + more);
    memcpy(frame + *size, packet, more);
    *size += more;
    return frame;
}

static uint8_t *append_sender(uint8_t *frame, size_t *size, const char *sender)
{
    size_t length = strlen(sender);
    frame = talloc_realloc(ctx, frame, uint8_t, *size + 2 + length);
    assert_ptr_equal(bundle_put_sender(frame + *size, sender, length), frame + *size + 2 + length);
    *size += 2 + length;
    return frame;
}

static void assert_key(const struct bundle *b, size_t i, const char *key)
{
    const struct packed *packed = &b->envelopes[i];
    Motcua__Packet *p = pb_unpack(ctx, &motcua__packet__descriptor, packed->bytes, packed->size);
    Motcua__Envelope *e = bundle_unpack(ctx, packed);
    assert_non_null(p);
    assert_non_null(e);
    assert_string_equal(p->envelope->key, key);
    assert_string_equal(e->key, key);
}

static void each_envelope_is_a_packet_of_its_own(void **state)
{
    (void)state;
    size_t size = 0;
    struct bundle b;
    uint8_t *frame = append(NULL, &size, "one", 0);
    frame = append(frame, &size, "two", 100000);
    frame = append(frame, &size, "three", 300);
    frame = append_sender(frame, &size, "intake/7");
    assert_true(bundle_read(frame, size, &b));
    assert_int_equal(b.count, 3);
    assert_key(&b, 0, "one");
    assert_key(&b, 1, "two");
    assert_key(&b, 2, "three");
    assert_int_equal(b.sender_length, 8);
    assert_memory_equal(b.sender, "intake/7", 8);
}

static void protobuf_reads_it_as_one_message(void **state)
{
    (void)state;
    size_t size = 0;
    uint8_t *frame = append(NULL, &size, "one", 5);
    frame = append(frame, &size, "two", 5);
    frame = append_sender(frame, &size, "intake/7");
    Motcua__Bundle *b = pb_unpack(ctx, &motcua__bundle__descriptor, frame, size);
    assert_non_null(b);
    assert_int_equal(b->n_envelopes, 2);
    assert_string_equal(b->envelopes[1]->key, "two");
    assert_string_equal(b->sender, "intake/7");
}

static void the_last_word_about_the_sender_counts(void **state)
{
    (void)state;
    size_t size = 0;
    struct bundle b;
    uint8_t *frame = append_sender(NULL, &size, "identity/forged");
    frame = append(frame, &size, "one", 5);
    frame = append_sender(frame, &size, "intake/7");
    assert_true(bundle_read(frame, size, &b));
    assert_int_equal(b.sender_length, 8);
    assert_memory_equal(b.sender, "intake/7", 8);
}

static void a_frame_that_is_cut_is_none(void **state)
{
    (void)state;
    size_t size = 0, first;
    struct bundle b;
    uint8_t *frame = append(NULL, &size, "one", 200);
    first = size;
    frame = append(frame, &size, "two", 200);
    for (size_t n = 0; n < size; n++) {
        uint8_t *cut = talloc_memdup(NULL, frame, n);
        assert_int_equal(bundle_read(cut, n, &b), n == first);
        talloc_free(cut);
    }
}

static void no_more_than_so_many_are_taken(void **state)
{
    (void)state;
    size_t size = 0;
    struct bundle b;
    uint8_t *frame = NULL;
    for (int i = 0; i < BUNDLE_MOST; i++)
        frame = append(frame, &size, "k", 1);
    assert_true(bundle_read(frame, size, &b));
    assert_int_equal(b.count, BUNDLE_MOST);
    frame = append(frame, &size, "k", 1);
    assert_false(bundle_read(frame, size, &b));
}

static void a_packet_of_another_kind_beside_them_is_refused(void **state)
{
    (void)state;
    static const uint8_t ack[] = { 2 << 3 | 2, 0 };
    size_t size = 0;
    struct bundle b;
    uint8_t *frame = append(NULL, &size, "one", 1);
    frame = talloc_realloc(ctx, frame, uint8_t, size + sizeof ack);
    memcpy(frame + size, ack, sizeof ack);
    assert_false(bundle_read(frame, size + sizeof ack, &b));
    assert_false(bundle_read(ack, sizeof ack, &b));
}

static void a_length_that_does_not_end_is_refused(void **state)
{
    (void)state;
    static const uint8_t endless[] = { 0x0a, 0x80, 0x80, 0x80, 0x80, 0x00 };
    struct bundle b;
    assert_false(bundle_read(endless, sizeof endless, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_envelope_is_a_packet_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(protobuf_reads_it_as_one_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_word_about_the_sender_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_frame_that_is_cut_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_than_so_many_are_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_packet_of_another_kind_beside_them_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_length_that_does_not_end_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
