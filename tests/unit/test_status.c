/* test_status.c — the ten official states: every one has its words, and what may follow is the law's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"
#include "text.h"

static void every_state_has_its_number_name_and_words(void **state)
{
    (void)state;
    static const char *const official[STATUSES] = {
        "",
        "Mới đăng ký",
        "Được tiếp nhận",
        "Không được tiếp nhận",
        "Đang xử lý",
        "Yêu cầu bổ sung giấy tờ",
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Công dân yêu cầu rút hồ sơ",
        "Dừng xử lý",
        "Đã xử lý xong",
        "Đã trả kết quả",
    }; /* DOMAIN §2.1 */
    const ProtobufCEnumDescriptor *type = &motcua__status__descriptor;
    assert_int_equal(type->n_values, STATUSES);
    for (unsigned i = 0; i < type->n_values; i++) {
        const struct phrase *p = status_phrase(type->values[i].value);
        assert_int_equal(type->values[i].value, i);
        assert_string_equal(p->code, i ? type->values[i].name : "");
        assert_string_equal(p->vi, official[i]);
        assert_int_equal(*p->en != '\0', i > 0);
    }
}

static void an_unknown_number_has_no_words_and_allows_nothing(void **state)
{
    (void)state;
    static const int others[] = { -1, STATUSES, 1000, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_string_equal(status_phrase(others[i])->code, "");
        assert_string_equal(status_phrase(others[i])->vi, "");
        assert_string_equal(status_phrase(others[i])->en, "");
        assert_false(status_allows_withdrawal(others[i]) || status_is_final(others[i]));
    }
}

static void withdrawal_and_the_end_are_those_of_the_law(void **state)
{
    (void)state;
    static const char may_withdraw[] = "-++-+++----", ends[] = "---+----+-+"; /* DOMAIN §2.2, 0 … 10 */
    for (int status = 0; status < STATUSES; status++) {
        bool withdraw = may_withdraw[status] == '+';
        assert_int_equal(status_allows_withdrawal(status), withdraw);
        assert_int_equal(status_is_final(status), ends[status] == '+');
    }
}

static void every_transition_has_its_name(void **state)
{
    (void)state;
    const ProtobufCEnumDescriptor *type = &motcua__transition__descriptor;
    for (unsigned i = 0; i < type->n_values; i++)
        assert_string_equal(transition_name(type->values[i].value), type->values[i].name);
    assert_string_equal(transition_name(MOTCUA__TRANSITION__ASK_SUPPLEMENT), "ASK_SUPPLEMENT");
    assert_string_equal(transition_name(-1), "");
    assert_string_equal(transition_name((int)type->n_values), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_its_number_name_and_words),
        cmocka_unit_test(an_unknown_number_has_no_words_and_allows_nothing),
        cmocka_unit_test(withdrawal_and_the_end_are_those_of_the_law),
        cmocka_unit_test(every_transition_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
