/* refused.h — rows of an operator's file that were not taken, as a list in the answer: each names its line,
 * its column and the remedy; the other rows are not lost. Pure. */
#ifndef REFUSED_H
#define REFUSED_H

#include <jansson.h>
#include <stddef.h>

#include "err.h"

/* One object {line, column, code, remedy_vi, remedy_en} for each fault of err. */
void refused_add(json_t *list, size_t line, const struct err *err);

#endif
