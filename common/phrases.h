/* phrases.h — words about fields that several services ask for. */
#ifndef PHRASES_H
#define PHRASES_H

#include "err.h"

extern const struct phrase phrase_required, phrase_date, phrase_phone, phrase_email, phrase_citizen_number,
    phrase_id_number, phrase_tax_code, phrase_unit_code, phrase_unit_unknown, phrase_place;

#endif
