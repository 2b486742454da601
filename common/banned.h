/* banned.h — functions that must not compile here; forced into every file by the Makefile.
 * Habit taken from Git: unsafe, locale-bound or unbounded calls are caught by the compiler, not by review. */
#ifndef BANNED_H
#define BANNED_H

/* The headers that declare them must be seen first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok strtok_r gets
#pragma GCC poison gmtime localtime localtime_r ctime asctime mktime
#pragma GCC poison atoi atol atoll atof rand srand tmpnam mktemp

#endif
