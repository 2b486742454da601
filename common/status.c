/* status.c — see status.h. */
#include "status.h"

static const struct phrase phrases[STATUSES] = {
    { "", "", "" },
    { "SUBMITTED", "Mới đăng ký", "Submitted" },
    { "ACCEPTED", "Được tiếp nhận", "Accepted" },
    { "REFUSED_AT_COUNTER", "Không được tiếp nhận", "Refused at the counter" },
    { "IN_PROGRESS", "Đang xử lý", "In progress" },
    { "SUPPLEMENT_ASKED", "Yêu cầu bổ sung giấy tờ", "More papers asked for" },
    { "PAYMENT_ASKED", "Yêu cầu thực hiện nghĩa vụ tài chính", "Payment asked for" },
    { "WITHDRAWAL_ASKED", "Công dân yêu cầu rút hồ sơ", "Withdrawal asked for" },
    { "STOPPED", "Dừng xử lý", "Stopped" },
    { "FINISHED", "Đã xử lý xong", "Finished" },
    { "RETURNED", "Đã trả kết quả", "Result handed over" },
};

const struct phrase *status_phrase(int status)
{
    return &phrases[status > 0 && status < STATUSES ? status : 0];
}

bool status_allows_withdrawal(int status)
{
    return status == MOTCUA__STATUS__SUBMITTED || status == MOTCUA__STATUS__ACCEPTED ||
           status == MOTCUA__STATUS__IN_PROGRESS || status == MOTCUA__STATUS__SUPPLEMENT_ASKED ||
           status == MOTCUA__STATUS__PAYMENT_ASKED;
}

bool status_is_final(int status)
{
    return status == MOTCUA__STATUS__REFUSED_AT_COUNTER || status == MOTCUA__STATUS__STOPPED ||
           status == MOTCUA__STATUS__RETURNED;
}

const char *transition_name(int transition)
{
    const ProtobufCEnumValue *v =
        protobuf_c_enum_descriptor_get_value(&motcua__transition__descriptor, transition);
    return v ? v->name : "";
}
