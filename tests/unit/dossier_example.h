/* dossier_example.h — a dossier with something in every list of the portal's record, for tests of the
 * mapping. */
#ifndef DOSSIER_EXAMPLE_H
#define DOSSIER_EXAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "pb.h"
#include "services/status-sync/mapping.h"
#include "vectors.h"

#define AT(hhmm) \
    (INT64_C(1587402000000) + (int64_t)((hhmm) / 100 * 60 + (hhmm) % 100) * 60000) /* 21/04/2020 */
#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { MOVES = 4 };

struct example { /* a dossier with something in every list */
    Motcua__Applicant owner;
    Motcua__Official officer;
    Motcua__Paper papers[3], *paper_list[3];
    Motcua__Paper later, *later_list[1];
    Motcua__AskedPaper asked, *asked_list[1];
    Motcua__Result result;
    Motcua__FeeLine fee, *fee_list[1];
    Motcua__PaymentSettled payment, *payments[1];
    Motcua__DossierSupplemented supplement, *supplements[1];
    Motcua__DossierSubmitted submitted;
    Motcua__DossierProgressed moves[MOVES], *move_list[MOVES];
    struct facts facts;
};

static inline void fill_filing(struct example *e)
{
    static uint8_t some_bytes[32];
    e->owner = (Motcua__Applicant)MOTCUA__APPLICANT__INIT;
    e->owner.kind = MOTCUA__OWNER_KIND__CITIZEN;
    e->owner.name = pb_text("Trần Thị Thử");
    e->owner.id_number = pb_text("083300000017");
    e->owner.phone = pb_text("0912345678");
    e->owner.email = pb_text("a@example.vn");
    for (size_t i = 0; i < COUNT(e->papers); i++) {
        e->papers[i] = (Motcua__Paper)MOTCUA__PAPER__INIT;
        e->papers[i].name = pb_text("Tờ khai");
        e->papers[i].component_code = pb_text("TP01");
        e->paper_list[i] = &e->papers[i];
    }
    e->papers[0].sha256 = e->papers[2].sha256 = (ProtobufCBinaryData){ sizeof some_bytes, some_bytes };
    e->papers[0].file_name = pb_text("tờ khai.pdf");
    e->papers[1].originals = 1;
    e->papers[1].copies = 2;
    e->submitted = (Motcua__DossierSubmitted)MOTCUA__DOSSIER_SUBMITTED__INIT;
    e->submitted.code = pb_text("000.00.01.H07-200421-0001");
    e->submitted.procedure_code = pb_text("2.001955");
    e->submitted.channel = MOTCUA__CHANNEL__ONLINE;
    e->submitted.applicant = &e->owner;
    e->submitted.n_papers = COUNT(e->papers);
    e->submitted.papers = e->paper_list;
    e->submitted.summary = pb_text("Đăng ký nội quy");
    e->submitted.filed_at_ms = AT(930);
}

static inline void fill_later(struct example *e)
{
    e->later = e->papers[0];
    e->later.file_name = pb_text("bổ sung.pdf");
    e->later_list[0] = &e->later;
    e->supplement = (Motcua__DossierSupplemented)MOTCUA__DOSSIER_SUPPLEMENTED__INIT;
    e->supplement.n_papers = 1;
    e->supplement.papers = e->later_list;
    e->supplements[0] = &e->supplement;
    e->fee = (Motcua__FeeLine)MOTCUA__FEE_LINE__INIT;
    e->fee.kind = MOTCUA__FEE_KIND__LE_PHI;
    e->fee.code = pb_text("LP01");
    e->fee.name = pb_text("Lệ phí cấp");
    e->fee.amount_dong = 50000;
    e->fee.when = MOTCUA__FEE_WHEN__AFTER;
    e->fee_list[0] = &e->fee;
    e->payment = (Motcua__PaymentSettled)MOTCUA__PAYMENT_SETTLED__INIT;
    e->payment.method = MOTCUA__PAYMENT_METHOD__TRANSFER;
    e->payment.n_lines = 1;
    e->payment.lines = e->fee_list;
    e->payments[0] = &e->payment;
}

static inline void move(struct example *e, size_t i, Motcua__Transition transition, Motcua__Status status,
                        int64_t at_ms)
{
    Motcua__DossierProgressed *m = e->move_list[i] = &e->moves[i];
    motcua__dossier_progressed__init(m);
    m->transition = transition;
    m->status = status;
    m->at_ms = at_ms;
    m->by = &e->officer;
    m->accepted_at_ms = AT(940);
    m->due_at_ms = AT(1700);
    m->unit_name = pb_text("Trung tâm");
    m->handling_unit_name = pb_text("Sở Lao động");
}

static inline void fill_moves(struct example *e)
{
    e->officer = (Motcua__Official)MOTCUA__OFFICIAL__INIT;
    e->officer.name = pb_text("Nguyễn Văn An");
    e->officer.title = pb_text("Chuyên viên");
    e->officer.department = pb_text("Phòng Việc làm");
    move(e, 0, MOTCUA__TRANSITION__ACCEPT, MOTCUA__STATUS__ACCEPTED, AT(940));
    move(e, 1, MOTCUA__TRANSITION__ASK_SUPPLEMENT, MOTCUA__STATUS__SUPPLEMENT_ASKED, AT(950));
    move(e, 2, MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT, MOTCUA__STATUS__IN_PROGRESS, AT(1000));
    move(e, 3, MOTCUA__TRANSITION__SIGN_RESULT, MOTCUA__STATUS__FINISHED, AT(1010));
    e->asked = (Motcua__AskedPaper)MOTCUA__ASKED_PAPER__INIT;
    e->asked.name = pb_text("Giấy ủy quyền");
    e->asked.reason = pb_text("Thiếu chữ ký");
    e->asked_list[0] = &e->asked;
    e->moves[1].note = pb_text("Bổ sung giấy ủy quyền");
    e->moves[1].n_asked_papers = 1;
    e->moves[1].asked_papers = e->asked_list;
    e->moves[2].due_at_ms = AT(1730);
    e->result = (Motcua__Result)MOTCUA__RESULT__INIT;
    e->result.name = pb_text("Giấy phép");
    e->result.number = pb_text("12/GP");
    e->result.sha256 = e->papers[0].sha256;
    e->moves[3].result = &e->result;
    e->moves[3].finished_at_ms = AT(1010);
}

static inline struct example *example_of(void *ctx)
{
    struct example *e = talloc_zero(ctx, struct example);
    fill_filing(e);
    fill_later(e);
    fill_moves(e);
    e->facts = (struct facts){
        .submitted = &e->submitted,
        .moves_count = MOVES,
        .moves = e->move_list,
        .supplements_count = 1,
        .supplements = e->supplements,
        .payments_count = 1,
        .payments = e->payments,
        .procedure_name = "Đăng ký nội quy lao động",
        .field_code = "G07-LĐ07",
        .field_name = "Lao động",
        .unit_name = "Trung tâm",
        .owner_ref = "",
        .public_url = "https://dvc.example.vn",
    };
    return e;
}

static inline const char *member(const json_t *o, const char *name)
{
    const char *text = text_of(o, name);
    if (!text)
        fail_msg("%s is not there", name);
    return text;
}

static inline json_t *first_row(const json_t *record, const char *list, size_t count)
{
    if (json_array_size(json_object_get(record, list)) != count)
        fail_msg("%s has %zu rows, not %zu", list, json_array_size(json_object_get(record, list)), count);
    return json_array_get(json_object_get(record, list), 0);
}

#endif
