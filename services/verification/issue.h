/* issue.h — which moves issue a legal form, whose, and how it is numbered. Pure. Source: DOMAIN §7 (TT01
 * Đ9–10). */
#ifndef ISSUE_H
#define ISSUE_H

#include "decide.h"

enum form_kind {
    FORM_NONE,
    FORM_RECEIPT,    /* 01 giấy tiếp nhận hồ sơ và hẹn trả kết quả */
    FORM_SUPPLEMENT, /* 02 phiếu yêu cầu bổ sung, hoàn thiện hồ sơ */
    FORM_REFUSAL,    /* 03 phiếu từ chối tiếp nhận, giải quyết hồ sơ */
    FORM_APOLOGY,    /* 04 phiếu xin lỗi và hẹn lại ngày trả kết quả */
    FORM_CONTROL,    /* 05 phiếu kiểm soát quá trình: one per dossier, not numbered */
    FORM_REGISTER,   /* 06 sổ theo dõi hồ sơ: the book of the receipts */
    FORM_KINDS
};

struct issue {
    enum form_kind kind; /* FORM_NONE: the move issues nothing */
    const char *unit;    /* whose book it is numbered in */
    int year;
};

/* What the move issued that led to `next`. */
struct issue issue_of(const struct case_file *next, const struct move *m);

const char *form_name(enum form_kind kind); /* "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" */
enum { FORM_NUMBER_TEXT = 48 };
/* "12/2026/TNHS". Returns out. */
const char *form_number(enum form_kind kind, int year, int64_t no, char out[FORM_NUMBER_TEXT]);

#endif
