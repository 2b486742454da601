// relay.js — outbox to BullMQ: a page of rows goes to the three queues and is deleted, in one transaction. What a crash repeats,
// the job's id and the workers' inbox make harmless.
//
//   node relay.js --pg-socket DIR --redis-socket FILE [--pg-database peer] [--pg-user U] [--bulk 512] [--seconds S]
//
// Prints {"ready":true}, and {"relayed":N} when it ends.
import { Queue } from 'bullmq'
import { openPool, openRedis, readOptions, sleep, whenOver } from './options.js'

const IDLE_MS = 5
const TAKE = {
  name: 'take',
  text: 'DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING payload'
}

const options = readOptions()
const pool = openPool(options, 1)
const redis = openRedis(options)
const queues = options.services.split(',').map((name) => new Queue(name, { connection: redis }))
let relayed = 0
let isOver = false

const jobOf = ({ payload }) => ({
  name: 'DossierSubmitted',
  data: payload,
  opts: { jobId: payload.code, attempts: 5, backoff: { type: 'exponential', delay: 100 }, removeOnComplete: true }
})

async function relayPage (client) {
  await client.query('BEGIN')
  const { rows } = await client.query({ ...TAKE, values: [Number(options.bulk)] })
  if (rows.length > 0) {
    const jobs = rows.map(jobOf)
    await Promise.all(queues.map((queue) => queue.addBulk(jobs)))
  }
  await client.query('COMMIT')
  return rows.length
}

async function relay () {
  const client = await pool.connect()
  while (!isOver) {
    const moved = await relayPage(client)
    relayed += moved
    if (moved === 0) await sleep(IDLE_MS)
  }
  client.release()
}

const relaying = relay()
whenOver(options, async () => {
  isOver = true
  await relaying
  await Promise.all(queues.map((queue) => queue.close()))
  redis.disconnect()
  await pool.end()
  console.log(JSON.stringify({ relayed }))
})
console.log(JSON.stringify({ ready: true }))
