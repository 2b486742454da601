// workers.js — verification, notification and status-sync: each takes its queue and writes the effect of every event once.
//
//   node workers.js --pg-socket DIR --redis-socket FILE [--services verification,notification,status-sync] [--pool 2]
//                   [--concurrency 256] [--bulk 256] [--seconds S]
//
// BullMQ hands out single jobs; those in work at the same time are committed together. Prints {"ready":true}, and at the end
// what was applied and how long after the filing, of the last 100,000 events of each.
import { Worker } from 'bullmq'
import { Batcher } from './batcher.js'
import { openPool, openRedis, readOptions, whenOver } from './options.js'

const LAGS_MOST = 100000

const options = readOptions()

// An event that comes twice, also within one batch, has one effect.
const applyStatement = (service) => ({
  name: 'apply',
  text: `WITH e AS (SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])
      AS e(id, code, unit, event)),
    i AS (INSERT INTO "${service}".inbox (id) SELECT id FROM e ON CONFLICT DO NOTHING RETURNING id)
    INSERT INTO "${service}".effect (code, unit_code, event) SELECT code, unit, event FROM e JOIN i USING (id)`
})

function start (service) {
  const connections = Number(options.pool || 2)
  const pool = openPool(options, connections)
  const statement = applyStatement(service)
  const state = { service, applied: 0, next: 0, lags: [] }
  const apply = async (jobs) => {
    const values = [jobs.map((job) => job.id), jobs.map((job) => job.data.code), jobs.map((job) => job.data.unit),
      jobs.map((job) => JSON.stringify(job.data))]
    const done = await pool.query({ ...statement, values })
    const now = Date.now()
    state.applied += done.rowCount
    for (const job of jobs) state.lags[state.next++ % LAGS_MOST] = now - job.data.filed_at_ms
    return jobs
  }
  const batcher = new Batcher(apply, Number(options.bulk), connections)
  const redis = openRedis(options)
  const worker = new Worker(service, async (job) => { await batcher.add(job) }, {
    connection: redis, concurrency: Number(options.concurrency), removeOnComplete: { count: 0 }, drainDelay: 1,
    lockDuration: 10000, stalledInterval: 5000, maxStalledCount: 10 // jobs of a worker that died are worked on again soon
  })
  worker.on('error', (error) => console.error(service, error.message))
  state.close = async () => {
    await worker.close()
    redis.disconnect()
    await pool.end()
  }
  return state
}

function lagAt (lags, share) {
  const sorted = Float64Array.from(lags).sort()
  return sorted.length > 0 ? sorted[Math.round(share * (sorted.length - 1))] : 0
}

const states = options.services.split(',').map(start)
whenOver(options, async () => {
  await Promise.all(states.map((state) => state.close()))
  console.log(JSON.stringify(Object.fromEntries(states.map((state) => [state.service, {
    applied: state.applied, lag_p50_ms: lagAt(state.lags, 0.5), lag_p99_ms: lagAt(state.lags, 0.99)
  }]))))
})
console.log(JSON.stringify({ ready: true }))
