// server.js — intake by HTTP: POST /api/intake/dossiers, GET /lookup?code=…, GET /healthz.
//
//   node server.js --port P --pg-socket DIR [--pg-database peer] [--pg-user U] [--mode tx|cte|batch] [--processes 1|2]
//                  [--pool N] [--cache] [--seconds S]
//
// Prints {"ready":true,…} once every process listens; ends on SIGTERM or after --seconds.
import cluster from 'node:cluster'
import Fastify from 'fastify'
import { filingSchema, rowOf } from './filing.js'
import { openPool, readOptions, whenOver } from './options.js'
import { Numbers, batchStore, lookUp, statementStore, transactionStore } from './store.js'

const BATCH_MOST = 128
const CACHE_MOST = 100000
const STRICT = { coerceTypes: false, removeAdditional: false, allowUnionTypes: true }
const POOLS = { tx: 20, cte: 20, batch: 2 } // connections, of all processes together
const STATUS_NAMES = [null, { vi: 'Mới đăng ký', en: 'Registered' }]

const options = readOptions()
const processes = Number(options.processes)

function storeOf (pool, connections) {
  if (options.mode === 'batch') return batchStore(pool, BATCH_MOST, connections)
  return options.mode === 'cte' ? statementStore(pool) : transactionStore(pool)
}

const codeOf = (unit, at, number) =>
  `${unit}-${at.toISOString().slice(2, 10).replaceAll('-', '')}-${String(number).padStart(4, '0')}`

function addFiling (app, pool, connections) {
  const store = storeOf(pool, connections)
  const numbers = new Numbers(pool)
  app.post('/api/intake/dossiers', { schema: filingSchema }, async (request, reply) => {
    const filedAt = new Date()
    const code = codeOf(request.body.unit, filedAt, await numbers.take())
    const answer = await store(rowOf(request.headers['idempotency-key'], request.body, code, filedAt))
    return reply.code(201).type('application/json').send(answer)
  })
}

const sightOf = (row) => JSON.stringify({
  code: row.code, status: row.status, status_name: STATUS_NAMES[row.status] ?? STATUS_NAMES[1], percent: row.status * 10,
  filed_at_ms: row.filed_at.getTime()
})

function addLookup (app, pool) {
  const known = options.cache ? new Map() : null
  const find = async (code) => {
    const row = await lookUp(pool, code)
    const sight = row && sightOf(row)
    if (sight && known && known.size < CACHE_MOST) known.set(code, sight)
    return sight
  }
  const querystring = { type: 'object', required: ['code'], properties: { code: { type: 'string', maxLength: 47 } } }
  app.get('/lookup', { schema: { querystring } }, (request, reply) => {
    const code = request.query.code
    const send = (sight) => reply.code(sight ? 200 : 404).type('application/json').send(sight ?? '{"code":"not_found"}')
    const sight = known?.get(code)
    if (sight) send(sight)
    else find(code).then(send, (error) => reply.send(error))
  })
}

async function serve () {
  const connections = Math.max(1, Math.floor(Number(options.pool || POOLS[options.mode]) / processes))
  const pool = openPool(options, connections)
  const app = Fastify({ logger: false, bodyLimit: 65536, ajv: { customOptions: STRICT } })
  addFiling(app, pool, connections)
  addLookup(app, pool)
  app.get('/healthz', (_, reply) => reply.send('ok'))
  await app.listen({ port: Number(options.port), host: '127.0.0.1', backlog: 1024 })
  whenOver(options, async () => {
    await app.close()
    await pool.end()
  })
}

const sayReady = () => console.log(JSON.stringify({ ready: true, port: Number(options.port), mode: options.mode, processes }))

function lead () {
  let listening = 0
  const workers = Array.from({ length: processes }, () => cluster.fork())
  cluster.on('listening', () => { if (++listening === processes) sayReady() })
  whenOver(options, () => Promise.all(workers.map((worker) => new Promise((resolve) => {
    if (worker.isDead()) return resolve()
    worker.once('exit', resolve)
    worker.process.kill('SIGTERM')
  }))))
}

if (!(options.mode in POOLS)) throw new Error(`--mode is one of ${Object.keys(POOLS)}`)
if (processes > 1 && cluster.isPrimary) lead()
else await serve().then(() => { if (!cluster.isWorker) sayReady() })
