/* motcua-keys DIR SERVICE… — makes at the first start what must be secret, and leaves alone what is there.
 *
 *   DIR/<service>.secret        CURVE key pair of the service, of its owner only
 *   DIR/public/<service>.key    its public half: the broker lets this key speak as this service
 *   DIR/tokens.secret           Ed25519 key of access tokens; its public half is
 *   DIR/public/tokens.keys      what others check them with
 *   DIR/receipts.secret         the same for receipts (DIR/public/receipts.keys)
 *   DIR/indexes.secret          the same for frozen figures (DIR/public/indexes.keys)
 *   DIR/operator.token          what the operator's command shows
 *   DIR/feedback.seal           what feedback seals with what its database alone must not tell
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>
#include <zmq.h>

#include "crypt.h"
#include "curve.h"
#include "ids.h"

/* Write text to a new file; what exists stays. True if it was written. */
static bool write_new(const char *path, mode_t mode, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST)
        return false;
    size_t n = strlen(text);
    if (fd < 0 || write(fd, text, n) != (ssize_t)n || fsync(fd) != 0) {
        fprintf(stderr, "motcua-keys: cannot write %s: %s\n", path, strerror(errno));
        exit(1);
    }
    close(fd);
    return true;
}

static void make_curve(const char *dir, const char *service)
{
    char public_key[CURVE_KEY_TEXT], secret_key[CURVE_KEY_TEXT];
    void *ctx = talloc_new(NULL);
    zmq_curve_keypair(public_key, secret_key);
    const char *secret = talloc_asprintf(ctx, "%s/%s.secret", dir, service);
    const char *public = talloc_asprintf(ctx, "%s/public/%s.key", dir, service);
    if (write_new(secret, 0600, talloc_asprintf(ctx, "%s %s\n", public_key, secret_key))) {
        unlink(public);
        write_new(public, 0644, talloc_asprintf(ctx, "%s\n", public_key));
    }
    talloc_free(ctx);
}

static void make_signing(const char *dir, const char *name)
{
    uint8_t public_key[SIGN_PUBLIC_BYTES], secret_key[SIGN_SECRET_BYTES], id[6];
    void *ctx = talloc_new(NULL);
    crypt_sign_keys(public_key, secret_key);
    random_bytes(id, sizeof id);
    const char *key_id = crypt_hex(ctx, id, sizeof id);
    const char *secret = talloc_asprintf(ctx, "%s/%s.secret", dir, name);
    const char *public = talloc_asprintf(ctx, "%s/public/%s.keys", dir, name);
    const char *line =
        talloc_asprintf(ctx, "%s %s\n", key_id, crypt_base64(ctx, secret_key, sizeof secret_key));
    if (write_new(secret, 0600, line)) {
        unlink(public);
        write_new(public, 0644,
                  talloc_asprintf(ctx, "%s %s\n", key_id, crypt_base64(ctx, public_key, sizeof public_key)));
    }
    talloc_free(ctx);
}

static void make_random(const char *dir, const char *name)
{
    uint8_t bytes[TOKEN_BYTES];
    void *ctx = talloc_new(NULL);
    random_bytes(bytes, sizeof bytes);
    write_new(talloc_asprintf(ctx, "%s/%s", dir, name), 0600,
              talloc_asprintf(ctx, "%s\n", crypt_base64(ctx, bytes, sizeof bytes)));
    talloc_free(ctx);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: motcua-keys DIR SERVICE…\n");
        return 2;
    }
    crypt_open();
    umask(022);
    mkdir(argv[1], 0711);
    char *public = talloc_asprintf(NULL, "%s/public", argv[1]);
    mkdir(public, 0755);
    talloc_free(public);
    for (int i = 2; i < argc; i++)
        make_curve(argv[1], argv[i]);
    make_signing(argv[1], "tokens");
    make_signing(argv[1], "receipts");
    make_signing(argv[1], "indexes");
    make_random(argv[1], "operator.token");
    make_random(argv[1], "feedback.seal");
    return 0;
}
