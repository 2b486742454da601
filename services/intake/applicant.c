/* applicant.c — see applicant.h. */
#include "applicant.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
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

json_t *applicant_json(const Motcua__Applicant *a)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", kinds[a->kind], "name", a->name,
                     "id_number", a->id_number, "tax_code", a->tax_code, "birth_date", a->birth_date, "phone",
                     a->phone, "email", a->email, "address", a->address);
}

static char *member(const json_t *json, const char *name)
{
    return pb_text(json_string_value(json_object_get(json, name)));
}

void applicant_from_json(const json_t *json, Motcua__Applicant *out)
{
    motcua__applicant__init(out);
    const char *kind = member(json, "kind");
    for (int i = 1; kinds[i]; i++)
        if (strcmp(kinds[i], kind) == 0)
            out->kind = (Motcua__OwnerKind)i;
    out->name = member(json, "name");
    out->id_number = member(json, "id_number");
    out->tax_code = member(json, "tax_code");
    out->birth_date = member(json, "birth_date");
    out->phone = member(json, "phone");
    out->email = member(json, "email");
    out->address = member(json, "address");
}
