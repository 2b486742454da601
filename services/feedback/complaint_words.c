/* complaint_words.c — classes, states, acts and outcomes as stores, pages and people name them. See
 * complaint.h. */
#include "complaint.h"

const char *const complaint_class_names[COMPLAINT_CLASSES + 1] = { "petition", "complaint", "denunciation",
                                                                   NULL };

const char *const complaint_state_names[COMPLAINT_STATES + 1] = {
    "", "received", "detail_asked", "in_handling", "answered", "refused", "forwarded", "withdrawn", NULL
};

const char *const complaint_act_names[COMPLAINT_ACTS + 1] = {
    "submit", "classify", "pass",    "forward", "ask_detail", "supply_detail", "refuse",   "accept", "extend",
    "tell",   "answer",   "publish", "reopen",  "appeal",     "withdraw",      "escalate", NULL
};

const char *const complaint_outcome_names[OUTCOMES + 1] = { "", "upheld", "partly_upheld", "untrue", NULL };

const struct phrase complaint_state_phrases[COMPLAINT_STATES] = {
    { "", "", "" },
    { "received", "Đã nhận", "Received" },
    { "detail_asked", "Chờ người gửi bổ sung thông tin", "More detail asked for" },
    { "in_handling", "Đang giải quyết", "In handling" },
    { "answered", "Đã trả lời", "Answered" },
    { "refused", "Không thụ lý", "Not taken up" },
    { "forwarded", "Đã chuyển cơ quan có thẩm quyền", "Forwarded to the competent agency" },
    { "withdrawn", "Đã rút", "Withdrawn" },
};

const struct phrase phrase_nobody_above = {
    "nobody_above",
    "Trong tỉnh không có cơ quan cấp trên để xem xét đơn về người đứng đầu đơn vị này. Hãy gửi đơn đến Ban"
    " Tiếp công dân Trung ương.",
    "Nobody in the province is above this unit to look at what is about its head. Send it to the central government's"
    " reception of citizens."
};

const struct phrase phrase_nobody_twice = {
    "no_unit_above",
    "Trong tỉnh không có cơ quan cấp trên để giải quyết lần hai. Hãy gửi bộ quản lý ngành, hoặc khởi kiện tại tòa án.",
    "Nobody in the province is above it to decide a second time. Go to the ministry in charge, or to the court."
};
