/* catalogue_names.h — the words of a definition, in the order of the enums they stand for; each list ends
 * with NULL. Shared by catalogue.c (writes them) and catalogue_read.c (reads them). */
#ifndef CATALOGUE_NAMES_H
#define CATALOGUE_NAMES_H

extern const char *const level_names[];
extern const char *const subject_names[];
extern const char *const online_levels[];
extern const char *const limit_units[];
extern const char *const count_modes[];
extern const char *const pause_policies[];
extern const char *const fee_kinds[];
extern const char *const fee_whens[];
extern const char *const roles[];
extern const char *const field_types[];

#endif
