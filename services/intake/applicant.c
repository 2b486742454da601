/* applicant.c — see applicant.h. */
#include "applicant.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "json_write.h"
#include "pb.h"
#include "phrases.h"
#include "vn_id.h"

static const char *const kinds[] = { "", "citizen", "business", "state_agency", "other_organisation", NULL };

static void fault(struct reader *r, const char *name, const struct phrase *phrase)
{
    err_fault(r->err, reader_path(r, name), phrase, NULL);
}

static void check_numbers(struct reader *r, int this_year, const Motcua__Applicant *a)
{
    bool is_person = a->kind == MOTCUA__OWNER_KIND__CITIZEN;
    if (is_person && *a->id_number == '\0')
        fault(r, "id_number", &phrase_required);
    if (*a->id_number && id_number_kind(a->id_number, this_year, NULL) == ID_NONE)
        fault(r, "id_number", &phrase_id_number);
    if (a->kind == MOTCUA__OWNER_KIND__BUSINESS && *a->tax_code == '\0')
        fault(r, "tax_code", &phrase_required);
    if (*a->tax_code && !tax_code_is_valid(a->tax_code))
        fault(r, "tax_code", &phrase_tax_code);
}

static void check_contact(struct reader *r, Motcua__Applicant *a)
{
    int64_t ms;
    char *digits = talloc_zero_array(r->ctx, char, 11);
    if (*a->phone && phone_normalise(a->phone, digits))
        a->phone = digits;
    else if (*a->phone)
        fault(r, "phone", &phrase_phone);
    if (*a->email && !email_is_valid(a->email))
        fault(r, "email", &phrase_email);
    if (*a->birth_date && !civil_parse(a->birth_date, CIVIL_DATE, &ms))
        fault(r, "birth_date", &phrase_date);
}

int applicant_read(struct reader *r, int this_year, Motcua__Applicant *out)
{
    motcua__applicant__init(out);
    int kind = read_choice(r, "kind", kinds, REQUIRED);
    out->kind = kind > 0 ? (Motcua__OwnerKind)kind : MOTCUA__OWNER_KIND__CITIZEN;
    out->name = pb_text(read_text_line(r, "name", 200, REQUIRED));
    out->id_number = pb_text(read_text(r, "id_number", 12, OPTIONAL));
    out->tax_code = pb_text(read_text(r, "tax_code", 14, OPTIONAL));
    out->birth_date = pb_text(read_text(r, "birth_date", 10, OPTIONAL));
    out->phone = pb_text(read_text(r, "phone", 20, REQUIRED));
    out->email = pb_text(read_text(r, "email", 254, OPTIONAL));
    out->address = pb_text(read_text_line(r, "address", 500, REQUIRED));
    reader_close(r);
    check_numbers(r, this_year, out);
    check_contact(r, out);
    return r->err->code;
}

char *applicant_print(const void *ctx, const Motcua__Applicant *a)
{
    struct json_writer w = json_writer_of(ctx);
    write_object(&w, NULL);
    write_text(&w, "kind", kinds[a->kind]);
    write_text(&w, "name", a->name);
    write_text(&w, "id_number", a->id_number);
    write_text(&w, "tax_code", a->tax_code);
    write_text(&w, "birth_date", a->birth_date);
    write_text(&w, "phone", a->phone);
    write_text(&w, "email", a->email);
    write_text(&w, "address", a->address);
    write_end(&w);
    return write_done(&w);
}
