/* issue.c — see issue.h. */
#include "issue.h"

#include "civil.h"

static const struct {
    const char *name, *sign;
} forms[FORM_KINDS] = {
    [FORM_NONE] = { "", "" },
    [FORM_RECEIPT] = { "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "TNHS" },
    [FORM_SUPPLEMENT] = { "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "BSHS" },
    [FORM_REFUSAL] = { "Phiếu từ chối tiếp nhận, giải quyết hồ sơ", "TCHS" },
    [FORM_APOLOGY] = { "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "XLHT" },
    [FORM_CONTROL] = { "Phiếu kiểm soát quá trình giải quyết hồ sơ", "" },
    [FORM_REGISTER] = { "Sổ theo dõi hồ sơ", "" },
};

static enum form_kind kind_of(const struct case_file *next, const struct move *m)
{
    switch (m->transition) {
    case MOTCUA__TRANSITION__RECEIVE:
    case MOTCUA__TRANSITION__ACCEPT: return FORM_RECEIPT;
    /* Papers asked for before it was accepted: it is accepted now. */
    case MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT:
        return next->accepted_at == m->at_ms ? FORM_RECEIPT : FORM_NONE;
    case MOTCUA__TRANSITION__ASK_SUPPLEMENT: return FORM_SUPPLEMENT;
    case MOTCUA__TRANSITION__REFUSE:
    case MOTCUA__TRANSITION__STOP: return FORM_REFUSAL;
    case MOTCUA__TRANSITION__REAPPOINT: return FORM_APOLOGY;
    default: return FORM_NONE;
    }
}

struct issue issue_of(const struct case_file *next, const struct move *m)
{
    bool is_handled = m->status_before == MOTCUA__STATUS__IN_PROGRESS;
    return (struct issue){ .kind = kind_of(next, m),
                           .unit = is_handled ? next->handling_unit_code : next->unit_code,
                           .year = civil_of(m->at_ms).year };
}

const char *form_name(enum form_kind kind)
{
    return forms[kind].name;
}

const char *form_number(enum form_kind kind, int year, int64_t no, char out[FORM_NUMBER_TEXT])
{
    snprintf(out, FORM_NUMBER_TEXT, "%lld/%d/%s", (long long)no, year, forms[kind].sign);
    return out;
}
