/* limit_rows.c — see limit_rows.h. What a filing says is made before the clock starts; only codes, keys and
 * ids are new each time. */
#include "limit_rows.h"

#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "envelope.pb-c.h"
#include "ids.h"
#include "intake.pb-c.h"
#include "listeners.h"
#include "meter.h"
#include "pb.h"

enum { SAMPLES = 512, LISTENERS_MAX = 8, TEXT_ROOM = 900 };
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_UUID = 2950, OID_JSONB = 3802 };

const char limit_insert[] =
    "WITH d AS (INSERT INTO dossier (code, procedure_code, procedure_version, unit_code, channel, account_id,"
    " applicant, answers, summary, language, result_by_post, filed_at, lookup_key, content_hash, phone_tail,"
    " status) SELECT f.code, '1.004873', 1, f.unit, 2, f.account, f.applicant, f.answers, f.summary, 'vi',"
    " false, at_ms(f.filed), f.lookup_key, f.content_hash, f.tail, 1"
    " FROM unnest($1::text[], $2::text[], $3::uuid[], $4::jsonb[], $5::jsonb[], $6::text[], $7::bigint[],"
    " $8::bytea[], $9::bytea[], $10::text[]) AS f(code, unit, account, applicant, answers, summary, filed,"
    " lookup_key, content_hash, tail)),"
    " o AS (INSERT INTO outbox (destination, lane, seq, packet) SELECT * FROM unnest($11::text[],"
    " $12::bigint[], $13::bigint[], $14::bytea[]))"
    " INSERT INTO command (id, fingerprint, status, answer) SELECT id, print, 201, answer"
    " FROM unnest($15::uuid[], $16::bigint[], $17::text[]) AS c(id, print, answer)";
const uint32_t limit_oids[ARRAYS] = { OID_TEXT, OID_TEXT,  OID_UUID,  OID_JSONB, OID_JSONB, OID_TEXT,
                                      OID_INT8, OID_BYTEA, OID_BYTEA, OID_TEXT,  OID_TEXT,  OID_INT8,
                                      OID_INT8, OID_BYTEA, OID_UUID,  OID_INT8,  OID_TEXT };

struct sample { /* a filing without what is new each time */
    char applicant[TEXT_ROOM], answers[TEXT_ROOM], summary[TEXT_ROOM], phone[12];
    struct id account;
    uint8_t *packets[LISTENERS_MAX];
    size_t packet_sizes[LISTENERS_MAX];
};

static struct {
    int64_t number, now_ms;
    size_t listeners;
    const char *destinations[LISTENERS_MAX];
    struct sample samples[SAMPLES];
} made;

/* ---- what is filed -------------------------------------------------------------------------------- */

/* The packet intake would store; its id stands in front, at the same place in each. */
static uint8_t *pack(const Motcua__DossierSubmitted *m, const char *destination, size_t *size)
{
    static const char trace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    struct id id = id_new();
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    e.id = (ProtobufCBinaryData){ ID_BYTES, id.bytes };
    e.source = pb_text("intake");
    e.destination = pb_text(destination);
    e.type = pb_text(m->base.descriptor->name);
    e.key = m->code;
    e.version = 1;
    e.occurred_at_ms = m->filed_at_ms;
    e.traceparent = pb_text(trace);
    e.payload.data = pb_pack(NULL, &m->base, &e.payload.len);
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = &e;
    uint8_t *packed = pb_pack(NULL, &p.base, size);
    talloc_free(e.payload.data);
    return packed;
}

static void pack_for_all(struct sample *s, const char *name, const char *address)
{
    char account[ID_TEXT];
    Motcua__Applicant a = MOTCUA__APPLICANT__INIT;
    Motcua__DossierSubmitted m = MOTCUA__DOSSIER_SUBMITTED__INIT;
    id_format(&s->account, account);
    a.kind = MOTCUA__OWNER_KIND__CITIZEN;
    a.name = pb_text(name);
    a.id_number = pb_text("083300000017");
    a.phone = s->phone;
    a.email = pb_text("tran.thi.thu@example.vn");
    a.address = pb_text(address);
    m.code = pb_text("000.00.15.H07-260401-0000001");
    m.procedure_code = pb_text("1.004873");
    m.procedure_version = 1;
    m.unit_code = pb_text("000.00.15.H07");
    m.channel = MOTCUA__CHANNEL__ONLINE;
    m.applicant = &a;
    m.summary = s->summary;
    m.account_id = account;
    m.filed_at_ms = made.now_ms;
    m.language = pb_text("vi");
    for (size_t i = 0; i < made.listeners; i++)
        s->packets[i] = pack(&m, made.destinations[i], &s->packet_sizes[i]);
}

static void make_sample(struct sample *s, unsigned n)
{
    static const char *const families[] = { "Trần", "Nguyễn", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi" };
    static const char *const given[] = { "Thị Thu Nguyệt", "Văn Hòa", "Minh Khôi", "Ngọc Ánh", "Quốc Bảo" };
    char name[80], address[480];
    snprintf(name, sizeof name, "%s %s %u", families[n % 8], given[n / 8 % 5], n);
    snprintf(
        address, sizeof address,
        "Số %u/%u đường Nguyễn Đình Chiểu, tổ nhân dân tự quản số %u, khu phố %u, phường An Hội, tỉnh Vĩnh Long"
        " (địa chỉ cũ: ấp Mỹ Thạnh %u, xã Mỹ Thạnh An, thành phố Bến Tre, tỉnh Bến Tre; hẻm xe máy bên"
        " phải nhà thuốc, nhà số lẻ, gần trường tiểu học và bưu điện, có người nhận)",
        n + 1, n % 90, n % 40, n % 9, n % 7);
    snprintf(s->phone, sizeof s->phone, "09%08u", n * 7919 % 100000000);
    snprintf(s->summary, sizeof s->summary, "Đăng ký khai sinh cho con của %s", name);
    snprintf(s->applicant, sizeof s->applicant,
             "{\"kind\":\"citizen\",\"name\":\"%s\",\"id_number\":\"0833%08u\",\"tax_code\":\"\","
             "\"birth_date\":\"1990-0%u-1%u\",\"phone\":\"%s\",\"email\":\"nguoi.dan.%u@example.vn\","
             "\"address\":\"%s\"}",
             name, n * 104729 % 100000000, n % 9 + 1, n % 10, s->phone, n, address);
    snprintf(
        s->answers, sizeof s->answers,
        "{\"child_name\":\"%s\",\"birth_date\":\"2026-03-1%u\",\"birth_place\":\"Bệnh viện Nguyễn Đình Chiểu,"
        " tỉnh Vĩnh Long\",\"gender\":\"nữ\",\"nation\":\"Kinh\",\"father\":\"%s\",\"mother\":\"%s\","
        "\"copies\":%u,\"fee\":%u,\"delivery\":\"bưu điện\",\"note\":\"gọi trước\"}",
        name, n % 10, name, name, n % 5, n % 90 * 1000);
    s->account = id_new();
    pack_for_all(s, name, address);
}

void rows_prepare(int64_t now_ms)
{
    made.now_ms = now_ms;
    for (const struct hears *h = listeners; h->listener && made.listeners < LISTENERS_MAX; h++)
        if (strcmp(h->type, "motcua.DossierSubmitted") == 0)
            made.destinations[made.listeners++] = h->listener;
    for (unsigned n = 0; n < SAMPLES; n++)
        make_sample(&made.samples[n], n);
}

/* ---- binary arrays -------------------------------------------------------------------------------- */

static void put(struct buffer *b, const void *data, size_t size)
{
    if (b->size + size > b->room) {
        b->room = 2 * (b->size + size);
        b->data = realloc(b->data, b->room);
        if (!b->data)
            fail("no memory for %zu bytes", b->room);
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

static void put_int(struct buffer *b, uint32_t n)
{
    n = htonl(n);
    put(b, &n, sizeof n);
}

static void begin(struct buffer *b, uint32_t oid, int64_t elements)
{
    const uint32_t head[] = { 1, 0, oid, (uint32_t)elements, 1 }; /* one dimension, no NULL, from 1 on */
    b->size = 0;
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_int(b, head[i]);
}

static void add(struct buffer *b, const void *data, size_t size)
{
    put_int(b, (uint32_t)size);
    put(b, data, size);
}

static void add_text(struct buffer *b, const char *text)
{
    add(b, text, strlen(text));
}

static void add_jsonb(struct buffer *b, const char *text)
{
    put_int(b, (uint32_t)strlen(text) + 1);
    put(b, "\1", 1); /* version of the format */
    put(b, text, strlen(text));
}

static void add_int(struct buffer *b, int64_t n)
{
    uint64_t wire = htobe64((uint64_t)n);
    add(b, &wire, sizeof wire);
}

static void add_outbox(struct batch *b, const struct sample *s)
{
    for (size_t i = 0; i < made.listeners; i++) {
        struct id id = id_new();
        uint8_t *at = memmem(s->packets[i], 32, "\x0a\x10", 2); /* field 1 of the envelope, 16 bytes */
        memcpy(at + 2, id.bytes, ID_BYTES);
        add_text(&b->arrays[DESTINATION], made.destinations[i]);
        add_int(&b->arrays[LANE], b->lane);
        add_int(&b->arrays[SEQ], ++b->seq);
        add(&b->arrays[PACKET], s->packets[i], s->packet_sizes[i]);
    }
}

static void add_command(struct batch *b, const char *code)
{
    static const char receipt[] =
        "MC1.r1.Ch0wMDAuMDAuMTUuSDA3LTI2MDQwMS0wMDAwMDAxEggxLjAwNDg3MxoNMDAwLjAwLjE1LkgwNyDAr6TZ0TMqEDE6Qm9xk6"
        "PpVwTmm0sYd7QyEAE0mOe2cG1rYVqmYq0S5TA.Zk9wB3oVJ0v2qPz7yqXKDs0x6nEw6Hn0m5m4Kc3Xy5m0Tq8p1sPZkS3f2Q9dGv7u"
        "aXr4LwYH8JcN1bEoTiMRCg";
    char answer[600];
    struct id id = id_new();
    snprintf(answer, sizeof answer,
             "{\"code\":\"%s\",\"receipt\":\"%s\",\"receipt_qr\":\"/api/intake/dossiers/%s/receipt.svg\"}",
             code, receipt, code);
    add(&b->arrays[COMMAND], id.bytes, ID_BYTES);
    add_int(&b->arrays[PRINT], (int64_t)(uint64_t)made.number * INT64_C(0x1000193));
    add_text(&b->arrays[ANSWER], answer);
}

/* Units file in turn, each with its own numbers, as on a busy day. */
static void add_filing(struct batch *b)
{
    struct sample *s = &made.samples[made.number % SAMPLES];
    char code[48], unit[20];
    uint8_t lookup_key[9], content_hash[16];
    snprintf(unit, sizeof unit, "000.00.%02d.H07", (int)(made.number % 60));
    snprintf(code, sizeof code, "%s-260401-%" PRId64 "%06" PRId64, unit, b->lane, made.number / 60);
    made.number++;
    random_bytes(lookup_key, sizeof lookup_key);
    random_bytes(content_hash, sizeof content_hash);
    add_text(&b->arrays[CODE], code);
    add_text(&b->arrays[UNIT], unit);
    add(&b->arrays[ACCOUNT], s->account.bytes, ID_BYTES);
    add_jsonb(&b->arrays[APPLICANT], s->applicant);
    add_jsonb(&b->arrays[ANSWERS], s->answers);
    add_text(&b->arrays[SUMMARY], s->summary);
    add_int(&b->arrays[FILED], made.now_ms + made.number / 16);
    add(&b->arrays[LOOKUP_KEY], lookup_key, sizeof lookup_key);
    add(&b->arrays[CONTENT_HASH], content_hash, sizeof content_hash);
    add_text(&b->arrays[TAIL], s->phone + 6);
    add_outbox(b, s);
    add_command(b, code);
}

void batch_fill(struct batch *b, int64_t filings)
{
    for (size_t i = 0; i < ARRAYS; i++)
        begin(&b->arrays[i], limit_oids[i],
              filings * (i >= DESTINATION && i <= PACKET ? (int64_t)made.listeners : 1));
    for (int64_t i = 0; i < filings; i++)
        add_filing(b);
}
