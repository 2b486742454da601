/* vn_id.h — Vietnamese numbers of people and enterprises: form and check digits only; whether they exist is
 * for others to say. Sources: DOMAIN §12.1, §12.2; vectors identity.json. Pure.
 */
#ifndef VN_ID_H
#define VN_ID_H

#include <stdbool.h>

enum id_kind { ID_NONE, ID_CITIZEN, ID_CMND };

struct citizen_number { /* what the 12 digits say */
    char province[4];   /* of birth registration, GSO code of 2004–2025 */
    bool is_female;
    int birth_year;
};

/* 12-digit citizen number (ID_CITIZEN) or 9-digit CMND of old papers (ID_CMND); ID_NONE if it is neither: not
 * digits, a province that was never allotted, a birth year after this_year. info is filled for ID_CITIZEN and
 * may be NULL. */
enum id_kind id_number_kind(const char *text, int this_year, struct citizen_number *info);

/* Tax code: 10 digits with a right check digit, or those and a branch 001–999, with or without the dash. */
bool tax_code_is_valid(const char *text);

/* Phone: 10 digits that begin with 0 (or +84 / 84 and 9 digits; blanks, dots and dashes between them). Writes
 * the 10-digit form to out. */
bool phone_normalise(const char *text, char out[11]);

/* An e-mail address this system will send to: one @, a domain with a dot, no blanks, at most 254 bytes. */
bool email_is_valid(const char *text);

#endif
