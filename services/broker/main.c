/* broker — carries envelopes between services over ZeroMQ; keeps nothing. Any number of brokers may run. */
#include "router.h"
#include "service.h"

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct broker_config, bind, NULL, "where services connect: tcp://address:port"),
    CONF_PARAM_TEXT(struct broker_config, keys_dir, NULL, "folder of CURVE keys: broker.secret and public/"),
    { 0 },
};

static void *open_router(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    struct router *router;
    return router_open(ctx, env, turn, &router, err) == 0 ? router : NULL;
}

int main(int argc, char **argv)
{
    static const struct service broker = {
        .name = "broker",
        .summary = "carries envelopes between services; keeps nothing",
        .params = params,
        .config_size = sizeof(struct broker_config),
        .openapi =
            "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"Motcua broker\",\"version\":\"1\"},\"paths\":{}}",
        .open = open_router,
    };
    return service_main(&broker, argc, argv);
}
