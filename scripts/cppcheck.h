/* cppcheck.h — what cppcheck 2.10 cannot read, said so that it can. Only `make lint` includes it. */
#define __VA_OPT__(...)
#define _Noreturn       __attribute__((noreturn))
#define json_object_foreach(o, k, v) \
    for (k = json_object_iter_key(json_object_iter(o)); ((v) = json_object_get(o, k));)
#define json_array_foreach(a, i, v) \
    for (i = 0; i < json_array_size(a) && ((v) = json_array_get(a, i)); i++)
