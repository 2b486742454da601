// options.js — the command line of all three programs, and what they share: the pool, a clean end.
import { parseArgs } from 'node:util'
import Redis from 'ioredis'
import pg from 'pg'

const KNOWN = {
  port: '18080', mode: 'tx', processes: '1', cache: false, pool: '', seconds: '600',
  'pg-socket': '', 'pg-database': 'peer', 'pg-user': 'postgres', 'redis-socket': '',
  services: 'verification,notification,status-sync', concurrency: '256', bulk: '256'
}

export function readOptions () {
  const options = Object.fromEntries(Object.entries(KNOWN).map(([name, value]) =>
    [name, typeof value === 'boolean' ? { type: 'boolean', default: value } : { type: 'string', default: value }]))
  return parseArgs({ options }).values
}

export function openPool (options, max) {
  const pool = new pg.Pool({
    host: options['pg-socket'], database: options['pg-database'], user: options['pg-user'], max, idleTimeoutMillis: 0
  })
  pool.on('error', (error) => console.error(error.message))
  return pool
}

// A BullMQ worker waits in Redis for jobs, so its commands are asked again for ever.
export function openRedis (options) {
  return new Redis({ path: options['redis-socket'], maxRetriesPerRequest: null })
}

// End when told to, or when the time is over, whichever comes first.
export function whenOver (options, end) {
  let isOver = false
  const once = async () => {
    if (isOver) return
    isOver = true
    await end()
    process.exit(0)
  }
  process.once('SIGTERM', once)
  process.once('SIGINT', once)
  setTimeout(once, Number(options.seconds) * 1000).unref()
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
