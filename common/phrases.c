/* phrases.c — see phrases.h. */
#include "phrases.h"

const struct phrase phrase_required = { "required", "Chưa điền. Hãy điền mục này.",
                                        "Missing. Fill this in." };
const struct phrase phrase_date = { "date_invalid", "Ngày phải có dạng yyyy-mm-dd và có thật.",
                                    "A date has the form yyyy-mm-dd and exists." };
const struct phrase phrase_phone = { "phone_invalid", "Số điện thoại phải có 10 chữ số, bắt đầu bằng 0.",
                                     "The phone number must have 10 digits and begin with 0." };
const struct phrase phrase_email = { "email_invalid", "Địa chỉ thư điện tử không đúng dạng ten@mien.vn.",
                                     "The e-mail address is not of the form name@domain.vn." };
const struct phrase phrase_citizen_number = {
    "id_number_invalid", "Số định danh phải có đúng 12 chữ số như trên thẻ căn cước.",
    "The citizen number must have exactly 12 digits, as on the card."
};
const struct phrase phrase_id_number = {
    "id_number_invalid", "Số định danh phải có 12 chữ số (hoặc CMND 9 chữ số) như trên giấy tờ.",
    "The number must have 12 digits (or 9 of an old CMND), as on the card."
};
const struct phrase phrase_tax_code = {
    "tax_code_invalid", "Mã số thuế không đúng. Kiểm tra lại 10 chữ số (chi nhánh: thêm 3 chữ số).",
    "The tax code is not right. Check its 10 digits (a branch has 3 more)."
};
const struct phrase phrase_unit_code = { "unit_code_invalid",
                                         "Mã đơn vị phải có dạng 000.00.05.H07 hoặc H07.5.",
                                         "A unit code looks like 000.00.05.H07 or H07.5." };
const struct phrase phrase_unit_unknown = { "unit_unknown",
                                            "Không có đơn vị này vào ngày hôm nay. Chọn đơn vị khác.",
                                            "There is no such unit today. Choose another one." };
const struct phrase phrase_place = { "after_invalid",
                                     "Vị trí trong danh sách không đúng. Hãy tải lại từ đầu.",
                                     "There is no such place in the list. Load it again from the start." };
