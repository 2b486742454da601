/* catalogue.h — a procedure of the catalogue as one version defines it: what is asked, how long it takes,
 * what it costs, who does what. Read from and written to its JSON definition. Pure.
 *
 * Source of the members: DOMAIN §1–§8, §11.1. Owner of everything a procedure points to: the ctx it was read
 * under.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "intake.pb-c.h"
#include "json.h"

enum field_type {
    FIELD_TEXT,
    FIELD_LONG_TEXT,
    FIELD_INTEGER,
    FIELD_MONEY,
    FIELD_DATE,
    FIELD_CHOICE,
    FIELD_BOOLEAN,
    FIELD_PHONE,
    FIELD_EMAIL,
    FIELD_CITIZEN_ID,
    FIELD_TAX_CODE
};

struct choice {
    const char *value, *label, *label_en;
};

struct form_field {
    const char *name, *label, *label_en;
    enum field_type type;
    bool is_required;
    int64_t min, max; /* length of texts, size of numbers; max 0: the type's own limit */
    size_t choices_count;
    struct choice *choices;
    const char *when_field, *when_equals; /* NULL: always asked */
};

struct procedure {
    const char *code, *name, *field_code, *field, *agency, *online_level, *online_level_reason, *decision_no,
        *result_name;
    uint32_t version;
    int64_t valid_from_ms; /* 0: as soon as it is imported */
    size_t levels_count, subjects_count, legal_basis_count;
    const char **levels, **subjects, **legal_basis;
    uint32_t limit, supplement_days, payment_days;
    Motcua__LimitUnit limit_unit;
    const char *limit_text, *fee_text;
    Motcua__CountMode count_mode;
    Motcua__PausePolicy pause_policy;
    bool is_immediate;
    size_t fees_count, components_count, steps_count, form_count;
    Motcua__FeeLine **fees;
    Motcua__Component **components;
    Motcua__Step **steps;
    struct form_field *form;
};

#define FORM_NUMBER_MAX (INT64_C(1) << 53) /* what every JSON reader keeps exactly */
enum { FORM_FIELDS_MAX = 60, COMPONENTS_MAX = 60, STEPS_MAX = 30, FEES_MAX = 20, PROCEDURE_NAME_MAX = 1000 };

/* The defaults a procedure starts from, when it is new. */
void procedure_init(struct procedure *p);
/* Members of r that are there replace those of *p; so a file may bring only what it knows. Faults name the
 * member. */
int procedure_read(struct reader *r, struct procedure *p);
/* The definition: the same procedure gives the same bytes. New reference. */
json_t *procedure_definition(const struct procedure *p);

bool procedure_code_is_valid(const char *code); /* 1.004363; with agency suffix 2.000205.000.00.00.H17 */
bool procedure_is_at_level(const struct procedure *p, const char *level);

/* What the other services need to know of it. Points into p. */
void procedure_message(const struct procedure *p, Motcua__ProcedurePublished *out);

#endif
