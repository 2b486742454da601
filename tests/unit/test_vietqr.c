/* links: services/payment/vietqr.c */
/* QR codes to transfer by, against the vectors. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <talloc.h>

#include "services/payment/vietqr.h"
#include "tests/unit/payment.h"
#include "tests/unit/vectors.h"

static void crc_is_that_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    json_t *v, *root = vectors_load("crc16_ccitt_false.json");
    json_array_foreach (json_object_get(root, "vectors"), i, v) {
        char hex[8];
        const char *input = text_of(v, "input");
        snprintf(hex, sizeof hex, "%04X", crc16_ccitt_false(input, strlen(input)));
        assert_string_equal(hex, text_of(v, "expected_over_utf8_bytes"));
    }
    json_decref(root);
}

static void check_qr(const json_t *v)
{
    const json_t *in = json_object_get(v, "input");
    const char *amount = text_of(in, "amount"), *service = text_of(in, "service");
    const struct vietqr q = {
        .bank_bin = text_of(in, "bankBin"),
        .account = text_of(in, "bankNumber"),
        .merchant_id = text_of(in, "merchantId"),
        .is_card = service && strcmp(service, "QRIBFTTC") == 0,
        .name = text_of(in, "merchantName"),
        .amount_dong = amount ? strtoll(amount, NULL, 10) : VIETQR_NO_AMOUNT,
        .bill = text_of(in, "billNumber"),
        .store = text_of(in, "store"),
        .reference = text_of(in, "reference"),
        .terminal = text_of(in, "terminal"),
        .purpose = text_of(in, "purpose"),
    };
    assert_string_equal(vietqr_text(ctx, &q), text_of(v, "expected"));
    assert_true(vietqr_is_sound(text_of(v, "expected")));
}

static void codes_are_those_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    json_t *v, *root = vectors_load("vietqr.json");
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_qr(v);
    json_array_foreach (json_object_get(root, "negative"), i, v)
        assert_int_equal(vietqr_is_sound(text_of(v, "input")),
                         json_is_true(json_object_get(json_object_get(v, "package_result"), "isValid")));
    json_decref(root);
}

static void what_does_not_fit_is_not_written(void **state)
{
    (void)state;
    struct vietqr q = { .bank_bin = "970405", .account = "7100201234567", .amount_dong = 8000 };
    assert_non_null(vietqr_text(ctx, &q));
    q.name = talloc_asprintf(ctx, "%0100d", 0);
    assert_null(vietqr_text(ctx, &q));
    q.name = "Bến Tre";
    assert_null(vietqr_text(ctx, &q));
    q.name = "BEN TRE";
    q.account = talloc_asprintf(ctx, "%090d", 0);
    assert_null(vietqr_text(ctx, &q));
}

static void every_single_change_breaks_a_code(void **state)
{
    (void)state;
    struct vietqr q = { .bank_bin = "970405",
                        .account = "7100201234567",
                        .amount_dong = 8000,
                        .purpose = "NOP PHI 0000001H072004210001" };
    char *text = vietqr_text(ctx, &q);
    assert_true(vietqr_is_sound(text));
    for (size_t i = 0; text[i]; i++) {
        text[i] = (char)(text[i] ^ 1);
        assert_false(vietqr_is_sound(text));
        text[i] = (char)(text[i] ^ 1);
    }
    assert_false(vietqr_is_sound(talloc_asprintf(ctx, "%s0", text)));
    assert_false(vietqr_is_sound(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_is_that_of_the_vectors),
        cmocka_unit_test(codes_are_those_of_the_vectors),
        cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(every_single_change_breaks_a_code),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}
