/* template_texts.c — the words of every message, in Vietnamese and English (template.h says what {…} and […]
 * mean).
 *
 * How they are written: what happened, then what it means, then what to do next. Sentences of at most 20
 * words; facts that can be long stand on a line of their own. A text is read in the portal's inbox as it
 * stands, and in a mail within the frame below, so it neither greets nor signs.
 */
#include "template.h"

/* clang-format off */
const struct frame mail_frame = {
    "Kính gửi {name},\n\n%s\n\n"
    "Mã hồ sơ: {code}\n"
    "[Thủ tục: {procedure}\n]"
    "[Nơi nhận hồ sơ: {unit}\n]"
    "Xem tiến độ: {link}\n\n"
    "Trân trọng,\n{office}\n"
    "[Điện thoại hỗ trợ: {phone}\n]"
    "\nThư này được gửi tự động. Quý vị vui lòng không trả lời thư này.\n",
    "Dear {name},\n\n%s\n\n"
    "Dossier code: {code}\n"
    "[Procedure: {procedure}\n]"
    "[Filed at: {unit}\n]"
    "See its progress: {link}\n\n"
    "Yours sincerely,\n{office}\n"
    "[Telephone: {phone}\n]"
    "\nThis message was sent automatically. Please do not reply to it.\n",
};
const struct frame complaint_frame = {
    "Kính gửi {name},\n\n%s\n\n"
    "Mã đơn: {code}\n"
    "[Nội dung: {procedure}\n]"
    "[Nơi giải quyết: {unit}\n]"
    "Theo dõi: {link}\n\n"
    "Trân trọng,\n{office}\n"
    "[Điện thoại hỗ trợ: {phone}\n]"
    "\nThư này được gửi tự động. Quý vị vui lòng không trả lời thư này.\n",
    "Dear {name},\n\n%s\n\n"
    "Code: {code}\n"
    "[About: {procedure}\n]"
    "[Handled by: {unit}\n]"
    "Follow it: {link}\n\n"
    "Yours sincerely,\n{office}\n"
    "[Telephone: {phone}\n]"
    "\nThis message was sent automatically. Please do not reply to it.\n",
};

const struct template templates[TEMPLATES] = {
    [TEMPLATE_SUBMITTED] = { "submitted",
        { "Đã nhận hồ sơ trực tuyến {code}",
          "Chúng tôi đã nhận hồ sơ trực tuyến của Quý vị lúc {at}.\n"
          "Cán bộ một cửa sẽ kiểm tra hồ sơ trong giờ làm việc.\n"
          "Khi hồ sơ được tiếp nhận, chúng tôi sẽ báo ngày hẹn trả kết quả.\n"
          "Lúc này Quý vị chưa cần làm gì thêm." },
        { "Dossier {code} has arrived online",
          "Your dossier arrived online at {at}.\n"
          "A clerk of the one-stop office will check it during working hours.\n"
          "Once it is accepted, we will tell you the appointment for the result.\n"
          "You need not do anything now." } },

    [TEMPLATE_RECEIVED] = { "received",
        { "Đã tiếp nhận hồ sơ {code}",
          "Bộ phận một cửa đã tiếp nhận hồ sơ của Quý vị lúc {at}.\n"
          "[Hẹn trả kết quả: {due}.\n]"
          "Quý vị vui lòng giữ giấy tiếp nhận để nhận kết quả." },
        { "Dossier {code} has been received",
          "The one-stop office received your dossier at {at}.\n"
          "[Appointment for the result: {due}.\n]"
          "Please keep the receipt: you need it to collect the result." } },

    [TEMPLATE_ACCEPTED] = { "accepted",
        { "Hồ sơ {code} đã được tiếp nhận",
          "Hồ sơ của Quý vị đã được kiểm tra và tiếp nhận lúc {at}.\n"
          "[Hẹn trả kết quả: {due}.\n]"
          "Chúng tôi sẽ báo khi có kết quả hoặc khi cần thêm giấy tờ." },
        { "Dossier {code} has been accepted",
          "Your dossier was checked and accepted at {at}.\n"
          "[Appointment for the result: {due}.\n]"
          "We will tell you when the result is ready or when we need more papers." } },

    [TEMPLATE_REFUSED] = { "refused",
        { "Hồ sơ {code} không được tiếp nhận",
          "Rất tiếc, hồ sơ của Quý vị không được tiếp nhận.\n"
          "[Lý do: {reason}\n]"
          "Quý vị có thể hoàn thiện giấy tờ và nộp hồ sơ mới.\n"
          "Nếu chưa rõ, Quý vị vui lòng liên hệ bộ phận một cửa để được hướng dẫn." },
        { "Dossier {code} has been refused",
          "We are sorry: your dossier could not be accepted.\n"
          "[Reason: {reason}\n]"
          "You may complete your papers and file a new dossier.\n"
          "If anything is unclear, please ask the one-stop office for guidance." } },

    [TEMPLATE_SUPPLEMENT_ASKED] = { "supplement_asked",
        { "Hồ sơ {code} cần bổ sung giấy tờ",
          "Để giải quyết tiếp hồ sơ, chúng tôi cần Quý vị bổ sung giấy tờ.\n"
          "[Giấy tờ cần bổ sung:\n{papers}\n]"
          "[Lý do: {reason}\n]"
          "[Hạn bổ sung: {answer_by}.\n]"
          "Quý vị vui lòng bổ sung trên Cổng dịch vụ công hoặc tại bộ phận một cửa.\n"
          "Quá hạn mà chưa bổ sung, hồ sơ sẽ dừng xử lý." },
        { "Dossier {code} needs more papers",
          "To go on with your dossier, we need more papers from you.\n"
          "[Papers needed:\n{papers}\n]"
          "[Reason: {reason}\n]"
          "[Please bring them by: {answer_by}.\n]"
          "Please add them on the public service portal or at the one-stop office.\n"
          "If they do not come in time, the dossier will be stopped." } },

    [TEMPLATE_SUPPLIED] = { "supplied",
        { "Đã nhận giấy tờ bổ sung của hồ sơ {code}",
          "Chúng tôi đã nhận giấy tờ bổ sung của Quý vị lúc {at}.\n"
          "Cán bộ sẽ kiểm tra và báo lại cho Quý vị." },
        { "Your papers for dossier {code} have arrived",
          "The papers you added arrived at {at}.\n"
          "An officer will check them and tell you." } },

    [TEMPLATE_SUPPLEMENT_ACCEPTED] = { "supplement_accepted",
        { "Giấy tờ bổ sung của hồ sơ {code} đã đầy đủ",
          "Giấy tờ bổ sung của Quý vị đã đầy đủ và hợp lệ.\n"
          "[Ngày hẹn trả kết quả: {due}.\n]"
          "Chúng tôi tiếp tục giải quyết hồ sơ. Quý vị không cần làm gì thêm." },
        { "The papers for dossier {code} are complete",
          "The papers you added are complete and in order.\n"
          "[Appointment for the result: {due}.\n]"
          "We go on with your dossier. You need not do anything more." } },

    [TEMPLATE_SUPPLEMENT_EXPIRED] = { "supplement_expired",
        { "Hồ sơ {code} dừng xử lý vì quá hạn bổ sung",
          "Chúng tôi chưa nhận được giấy tờ bổ sung trong thời hạn.\n"
          "[Hạn bổ sung: {answer_by}.\n]"
          "Hồ sơ vì vậy dừng xử lý.\n"
          "Nếu vẫn có nhu cầu, Quý vị vui lòng chuẩn bị đủ giấy tờ và nộp hồ sơ mới." },
        { "Dossier {code} was stopped: papers did not come in time",
          "The papers we asked for did not come in time.\n"
          "[They were due by: {answer_by}.\n]"
          "The dossier was therefore stopped.\n"
          "If you still need the service, please prepare all papers and file a new dossier." } },

    [TEMPLATE_FORWARDED] = { "forwarded",
        { "Hồ sơ {code} đã chuyển đến cơ quan giải quyết",
          "Hồ sơ của Quý vị đã được chuyển đến cơ quan giải quyết.\n"
          "[Cơ quan giải quyết: {handler}\n]"
          "[Hẹn trả kết quả: {due}.\n]"
          "Quý vị không cần làm gì thêm." },
        { "Dossier {code} has gone to the authority",
          "Your dossier has gone to the authority that handles it.\n"
          "[Authority: {handler}\n]"
          "[Appointment for the result: {due}.\n]"
          "You need not do anything more." } },

    [TEMPLATE_STEP] = { "step",
        { "Hồ sơ {code} sang bước tiếp theo",
          "Hồ sơ của Quý vị đã sang bước xử lý tiếp theo.\n"
          "[Bước hiện tại: {step}\n]"
          "[Dự kiến xong bước này: {step_due}.\n]"
          "Quý vị không cần làm gì thêm." },
        { "Dossier {code} has moved to the next step",
          "Your dossier has moved to the next step.\n"
          "[Present step: {step}\n]"
          "[This step should be done by: {step_due}.\n]"
          "You need not do anything more." } },

    [TEMPLATE_PAYMENT_ASKED] = { "payment_asked",
        { "Hồ sơ {code} cần nộp phí, lệ phí",
          "Để giải quyết tiếp hồ sơ, Quý vị vui lòng nộp phí, lệ phí.\n"
          "Số tiền: {amount}.\n"
          "[Hạn nộp: {answer_by}.\n]"
          "Quý vị có thể nộp trực tuyến trên trang hồ sơ hoặc tại bộ phận một cửa.\n"
          "Quá hạn mà chưa nộp, hồ sơ sẽ dừng xử lý." },
        { "Dossier {code}: a fee is due",
          "To go on with your dossier, please pay the fee.\n"
          "Amount: {amount}.\n"
          "[Please pay by: {answer_by}.\n]"
          "You may pay online on the dossier's page or at the one-stop office.\n"
          "If it is not paid in time, the dossier will be stopped." } },

    [TEMPLATE_PAID] = { "paid",
        { "Đã nhận tiền nộp cho hồ sơ {code}",
          "Chúng tôi đã nhận phí, lệ phí của Quý vị lúc {at}.\n"
          "Số tiền: {amount}.\n"
          "[Biên lai số: {receipt}\n]"
          "Hồ sơ được tiếp tục giải quyết. Quý vị không cần làm gì thêm." },
        { "Your payment for dossier {code} has arrived",
          "We received your payment at {at}.\n"
          "Amount: {amount}.\n"
          "[Receipt number: {receipt}\n]"
          "Your dossier goes on. You need not do anything more." } },

    [TEMPLATE_PAYMENT_EXPIRED] = { "payment_expired",
        { "Hồ sơ {code} dừng xử lý vì quá hạn nộp tiền",
          "Chúng tôi chưa nhận được phí, lệ phí trong thời hạn.\n"
          "[Hạn nộp: {answer_by}.\n]"
          "Hồ sơ vì vậy dừng xử lý.\n"
          "Nếu đã nộp tiền, Quý vị vui lòng báo ngay cho bộ phận một cửa.\n"
          "Nếu vẫn có nhu cầu, Quý vị vui lòng nộp hồ sơ mới." },
        { "Dossier {code} was stopped: the fee was not paid in time",
          "The fee was not paid in time.\n"
          "[It was due by: {answer_by}.\n]"
          "The dossier was therefore stopped.\n"
          "If you did pay, please tell the one-stop office at once.\n"
          "If you still need the service, please file a new dossier." } },

    [TEMPLATE_REFUNDED] = { "refunded",
        { "Đã hoàn tiền của hồ sơ {code}",
          "Chúng tôi đã hoàn phí, lệ phí cho Quý vị lúc {at}.\n"
          "Số tiền: {amount}.\n"
          "[Lý do: {reason}\n]"
          "Nếu chưa nhận được tiền, Quý vị vui lòng liên hệ bộ phận một cửa." },
        { "Your money for dossier {code} was returned",
          "We returned your payment at {at}.\n"
          "Amount: {amount}.\n"
          "[Reason: {reason}\n]"
          "If the money does not arrive, please ask the one-stop office." } },

    [TEMPLATE_WITHDRAWAL_ASKED] = { "withdrawal_asked",
        { "Đã nhận yêu cầu rút hồ sơ {code}",
          "Chúng tôi đã nhận yêu cầu rút hồ sơ của Quý vị lúc {at}.\n"
          "Cán bộ sẽ xem xét và báo lại cho Quý vị.\n"
          "Nếu Quý vị không gửi yêu cầu này, vui lòng báo ngay cho bộ phận một cửa." },
        { "Your request to withdraw dossier {code} has arrived",
          "Your request to withdraw the dossier arrived at {at}.\n"
          "An officer will look at it and tell you.\n"
          "If you did not send this request, please tell the one-stop office at once." } },

    [TEMPLATE_WITHDRAWN] = { "withdrawn",
        { "Hồ sơ {code} đã được rút",
          "Hồ sơ đã được rút theo yêu cầu của Quý vị lúc {at}.\n"
          "Hồ sơ này dừng xử lý.\n"
          "Khi có nhu cầu, Quý vị vui lòng nộp hồ sơ mới." },
        { "Dossier {code} was withdrawn",
          "The dossier was withdrawn at your request at {at}.\n"
          "We no longer work on it.\n"
          "When you need the service again, please file a new dossier." } },

    [TEMPLATE_WITHDRAWAL_DECLINED] = { "withdrawal_declined",
        { "Yêu cầu rút hồ sơ {code} chưa được chấp thuận",
          "Yêu cầu rút hồ sơ của Quý vị chưa được chấp thuận.\n"
          "[Lý do: {reason}\n]"
          "Hồ sơ tiếp tục được giải quyết.\n"
          "[Hẹn trả kết quả: {due}.\n]"
          "Nếu chưa rõ, Quý vị vui lòng liên hệ bộ phận một cửa." },
        { "Dossier {code} could not be withdrawn",
          "Your request to withdraw the dossier was not granted.\n"
          "[Reason: {reason}\n]"
          "We go on with your dossier.\n"
          "[Appointment for the result: {due}.\n]"
          "If anything is unclear, please ask the one-stop office." } },

    [TEMPLATE_STOPPED] = { "stopped",
        { "Hồ sơ {code} đã dừng xử lý",
          "Rất tiếc, hồ sơ của Quý vị không đủ điều kiện giải quyết và đã dừng xử lý.\n"
          "[Lý do: {reason}\n]"
          "Quý vị có thể hoàn thiện giấy tờ và nộp hồ sơ mới.\n"
          "Nếu không đồng ý, Quý vị có quyền khiếu nại theo quy định của pháp luật." },
        { "Dossier {code} was stopped",
          "We are sorry: your dossier does not meet the conditions and was stopped.\n"
          "[Reason: {reason}\n]"
          "You may complete your papers and file a new dossier.\n"
          "If you do not agree, you have the right to complain as the law provides." } },

    [TEMPLATE_RESULT_READY] = { "result_ready",
        { "Hồ sơ {code} đã có kết quả",
          "Hồ sơ của Quý vị đã có kết quả lúc {at}.\n"
          "[Kết quả có sớm hơn ngày hẹn {early}.\n]"
          "[Kết quả: {result}\n]"
          "Quý vị vui lòng nhận kết quả tại bộ phận một cửa trong giờ làm việc.\n"
          "Nếu đã đăng ký nhận qua bưu chính, Quý vị chỉ cần chờ kết quả tại nhà." },
        { "The result of dossier {code} is ready",
          "The result of your dossier has been ready since {at}.\n"
          "[It is earlier than the appointment, {early}.\n]"
          "[Result: {result}\n]"
          "Please collect it at the one-stop office during working hours.\n"
          "If you asked for delivery by post, please just wait for it at home." } },

    [TEMPLATE_HANDED_OVER] = { "handed_over",
        { "Đã trả kết quả hồ sơ {code}",
          "Kết quả của hồ sơ đã được trả lúc {at}.\n"
          "Cảm ơn Quý vị đã sử dụng dịch vụ.\n"
          "Nếu kết quả có sai sót, Quý vị vui lòng báo cho bộ phận một cửa để được chỉnh sửa." },
        { "The result of dossier {code} was handed over",
          "The result of the dossier was handed over at {at}.\n"
          "Thank you for using our service.\n"
          "If the result has a mistake, please tell the one-stop office and it will be mended." } },

    [TEMPLATE_RESULT_REOPENED] = { "result_reopened",
        { "Xin lỗi Quý vị: kết quả hồ sơ {code} cần chỉnh sửa",
          "Chúng tôi thành thật xin lỗi Quý vị.\n"
          "Kết quả có sai sót nên phải chỉnh sửa trước khi trả.\n"
          "[Lý do: {reason}\n]"
          "[Hẹn trả kết quả: {due}.\n]"
          "Quý vị không phải làm gì thêm và không phải trả thêm chi phí." },
        { "We apologise: the result of dossier {code} must be mended",
          "We sincerely apologise.\n"
          "The result has a mistake and must be mended before it is handed over.\n"
          "[Reason: {reason}\n]"
          "[Appointment for the result: {due}.\n]"
          "You need not do or pay anything more." } },

    [TEMPLATE_REAPPOINTED] = { "reappointed",
        { "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}",
          "Chúng tôi thành thật xin lỗi Quý vị vì hồ sơ chưa xong đúng hẹn.\n"
          "Ngày hẹn cũ: {due_before}.\n"
          "Ngày hẹn mới: {due}.\n"
          "[Lý do: {reason}\n]"
          "Quý vị không cần làm gì thêm." },
        { "We apologise: a new appointment for dossier {code}",
          "We sincerely apologise: your dossier is not done by the appointed time.\n"
          "Old appointment: {due_before}.\n"
          "New appointment: {due}.\n"
          "[Reason: {reason}\n]"
          "You need not do anything more." } },

    [TEMPLATE_RATING_OPENED] = { "rating_opened",
        { "Mời Quý vị đánh giá việc giải quyết hồ sơ {code}",
          "Hồ sơ đã được giải quyết xong.\n"
          "Mời Quý vị trả lời bốn câu hỏi ngắn, mất khoảng một phút:\n"
          "{rate_link}\n"
          "Không ai ở bộ phận một cửa biết ai đã trả lời.\n"
          "Mỗi hồ sơ đánh giá một lần, đến hết {answer_by}.\n"
          "Ai có liên kết này đều đánh giá được, Quý vị vui lòng không chuyển cho người khác." },
        { "How was it? Rate dossier {code}",
          "Your dossier has come to its end.\n"
          "Please answer four short questions; it takes about a minute:\n"
          "{rate_link}\n"
          "Nobody at the one-stop office learns who answered.\n"
          "Each dossier is rated once, until {answer_by}.\n"
          "Whoever has this link can rate, so please do not pass it on." } },

    [TEMPLATE_COMPLAINT_OPENED] = { "complaint_opened",
        { "Đã nhận phản ánh, khiếu nại {code}",
          "Chúng tôi đã nhận đơn của Quý vị lúc {at}.\n"
          "[Hạn trả lời: {due}.\n]"
          "Người bị phản ánh không được xem và không được giải quyết đơn này.\n"
          "Lúc này Quý vị chưa cần làm gì thêm." },
        { "Your complaint {code} has arrived",
          "We received it at {at}.\n"
          "[It will be answered by: {due}.\n]"
          "Whoever it is about neither sees it nor decides on it.\n"
          "You need not do anything now." } },

    [TEMPLATE_COMPLAINT_ANSWERED] = { "complaint_answered",
        { "Đã trả lời phản ánh, khiếu nại {code}",
          "Đơn của Quý vị đã được giải quyết lúc {at}.\n"
          "[Kết luận: {result}.\n]"
          "[Trả lời: {reason}\n]"
          "[Nếu chưa đồng ý, Quý vị có thể yêu cầu xem xét lại trước {answer_by}.\n]"
          "Chúng tôi cảm ơn Quý vị đã góp ý." },
        { "Your complaint {code} has been answered",
          "It was decided at {at}.\n"
          "[Finding: {result}.\n]"
          "[Answer: {reason}\n]"
          "[If you disagree, you may have it looked at again until {answer_by}.\n]"
          "Thank you for telling us." } },

    [TEMPLATE_COMPLAINT_REFUSED] = { "complaint_refused",
        { "Không thụ lý phản ánh, khiếu nại {code}",
          "Rất tiếc, chúng tôi không thể giải quyết đơn của Quý vị.\n"
          "[Lý do: {reason}\n]"
          "Nếu có thông tin mới, Quý vị có thể gửi đơn khác." },
        { "Your complaint {code} is not taken up",
          "We are sorry: we cannot deal with it.\n"
          "[Reason: {reason}\n]"
          "If there is something new, you may send another one." } },

    [TEMPLATE_COMPLAINT_DETAIL_ASKED] = { "complaint_detail_asked",
        { "Phản ánh, khiếu nại {code} cần thêm thông tin",
          "Để giải quyết đơn, chúng tôi cần Quý vị cho biết thêm.\n"
          "[Điều cần biết: {reason}\n]"
          "Quý vị vui lòng trả lời trên trang theo dõi dưới đây." },
        { "We need to know more about your complaint {code}",
          "To deal with it we need to know more from you.\n"
          "[What we ask: {reason}\n]"
          "Please answer on the page named below." } },

    [TEMPLATE_COMPLAINT_FORWARDED] = { "complaint_forwarded",
        { "Đã chuyển phản ánh, khiếu nại {code} cho cơ quan có thẩm quyền",
          "Đơn của Quý vị thuộc thẩm quyền của cơ quan khác nên chúng tôi đã chuyển đi lúc {at}.\n"
          "[Nơi nhận và lý do: {reason}\n]"
          "Cơ quan đó sẽ trả lời Quý vị." },
        { "Your complaint {code} has been passed to the competent agency",
          "Another agency is competent, so we passed it on at {at}.\n"
          "[Where, and why: {reason}\n]"
          "That agency will answer you." } },
};
/* clang-format on */
