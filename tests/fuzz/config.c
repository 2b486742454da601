/* config.c — files an operator writes or keeps: "conf" and a newline: parameters; "keys": the public keys of
 * tokens; "secret": a pair of CURVE keys. They are read from memory, by the name it has in /proc. */
#include "conf.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "auth.h"
#include "curve.h"
#include "fuzz.h"

struct values {
    const char *text, *must, *secret;
    int64_t number;
    bool yes;
};

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct values, text, "usual", "a text"),
    CONF_PARAM_TEXT(struct values, must, NULL, "a text that must be there"),
    CONF_PARAM_SECRET(struct values, secret, "", "a secret"),
    CONF_PARAM_INT(struct values, number, "5", -10, 1000, "ms", "a number"),
    CONF_PARAM_BOOL(struct values, yes, "yes", "yes or no"),
    { 0 },
};

static int file = -1;
static char folder[64], path[64];

static void write_file(const char *text)
{
    size_t n = strlen(text);
    ASSERT(ftruncate(file, 0) == 0 && pwrite(file, text, n, 0) == (ssize_t)n);
}

static void check_conf(void *ctx)
{
    struct values values = { 0 };
    const struct conf_table tables[] = { { params, &values }, { 0 } };
    struct err err = { 0 };
    if (conf_load(ctx, "fuzz", path, tables, &err) != 0) {
        ASSERT(*err.text);
        return;
    }
    ASSERT(values.text && values.must && values.secret && values.number >= -10 && values.number <= 1000);
}

static void check_keys(void *ctx)
{
    struct auth *auth;
    struct err err = { 0 };
    if (auth_open(ctx, path, "", &auth, &err) != 0)
        ASSERT(*err.text);
}

/* curve_read() adds ".secret" itself: a link leads from there to the file. */
static void check_secret(void *ctx)
{
    struct curve_keys keys = { "", "" };
    struct err err = { 0 };
    (void)ctx;
    if (curve_read(folder, "fuzz", &keys, &err) == 0)
        ASSERT(strlen(keys.public_key) < CURVE_KEY_TEXT && *keys.secret_key);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    char link[128];
    crypt_open();
    file = memfd_create("fuzz", MFD_CLOEXEC);
    ASSERT(file >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    snprintf(folder, sizeof folder, "%s", fuzz_dir());
    snprintf(link, sizeof link, "%s/fuzz.secret", folder);
    unlink(link);
    ASSERT(symlink(path, link) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *name;
        void (*check)(void *ctx);
    } kinds[] = { { "conf", check_conf }, { "keys", check_keys }, { "secret", check_secret } };
    void *ctx = talloc_new(NULL);
    char *rest = fuzz_text(ctx, data, size), *kind = strsep(&rest, "\n");
    for (size_t i = 0; rest && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, kind) == 0) {
            write_file(rest);
            kinds[i].check(ctx);
        }
    talloc_free(ctx);
    return 0;
}
