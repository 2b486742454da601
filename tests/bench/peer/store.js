// store.js — the three ways a filing is stored. Each resolves to the answer that was committed: the one of this request, or
// the one an earlier request with the same Idempotency-Key has got.
import { Batcher } from './batcher.js'

const COLUMNS = `code, procedure_code, procedure_version, unit_code, channel, account_id, applicant, answers, summary, language,
  result_by_post, filed_at, lookup_key, content_hash, phone_tail, status`
const VALUES = '$1, $2, 1, $3, 2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1'
const UNIQUE_VIOLATION = '23505'

const INSERT_COMMAND = { name: 'command', text: 'INSERT INTO command (id, status, answer) VALUES ($1, 201, $2)' }
const INSERT_DOSSIER = { name: 'dossier', text: `INSERT INTO dossier (${COLUMNS}) VALUES (${VALUES})` }
const INSERT_OUTBOX = { name: 'outbox', text: "INSERT INTO outbox (type, payload) VALUES ('DossierSubmitted', $1)" }
const INSERT_ALL = {
  name: 'all',
  text: `WITH d AS (INSERT INTO dossier (${COLUMNS}) VALUES (${VALUES})),
    o AS (INSERT INTO outbox (type, payload) VALUES ('DossierSubmitted', $14::jsonb))
    INSERT INTO command (id, status, answer) VALUES ($15, 201, $16)`
}
const INSERT_MANY = {
  name: 'many',
  text: `WITH f AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[], $6::jsonb[], $7::text[],
      $8::text[], $9::boolean[], $10::timestamptz[], $11::bytea[], $12::bytea[], $13::text[], $14::jsonb[], $15::text[],
      $16::text[]) AS f(code, procedure, unit, account, applicant, answers, summary, language, by_post, filed_at, lookup_key,
      content_hash, tail, event, key, answer)),
    c AS (INSERT INTO command (id, status, answer) SELECT key, 201, answer FROM f ON CONFLICT DO NOTHING RETURNING id),
    d AS (INSERT INTO dossier (${COLUMNS}) SELECT code, procedure, 1, unit, 2, account, applicant, answers, summary, language,
      by_post, filed_at, lookup_key, content_hash, tail, 1 FROM f JOIN c ON c.id = f.key),
    o AS (INSERT INTO outbox (type, payload) SELECT 'DossierSubmitted', event FROM f JOIN c ON c.id = f.key)
    SELECT id FROM c`
}
const ANSWERS = { name: 'answers', text: 'SELECT id, answer FROM command WHERE id = ANY ($1::text[])' }
const NUMBERS = { name: 'numbers', text: "SELECT nextval('dossier_block') AS block" }
const LOOKUP = { name: 'lookup', text: 'SELECT code, status, filed_at FROM dossier WHERE code = $1' }

const BLOCK = 1000

// Numbers of codes, a block at a time; a number may stay unused, none comes twice.
export class Numbers {
  constructor (pool) {
    Object.assign(this, { pool, next: 0, end: 0, coming: null })
  }

  async take () {
    while (this.next === this.end) {
      this.coming ??= this.pool.query(NUMBERS).then(({ rows: [{ block }] }) => {
        this.next = Number(block) * BLOCK
        this.end = this.next + BLOCK
      }).finally(() => { this.coming = null })
      await this.coming
    }
    return this.next++
  }
}

async function committedAnswers (pool, keys) {
  const { rows } = await pool.query({ ...ANSWERS, values: [keys] })
  return new Map(rows.map((row) => [row.id, row.answer]))
}

// The same key came before.
async function answerAgain (pool, row, error) {
  if (error.code !== UNIQUE_VIOLATION || error.constraint !== 'command_pkey') throw error
  return (await committedAnswers(pool, [row.key])).get(row.key)
}

// What most teams write.
export function transactionStore (pool) {
  return async (row) => {
    const client = await pool.connect()
    let broken = false
    try {
      await client.query('BEGIN')
      await client.query({ ...INSERT_COMMAND, values: [row.key, row.answer] })
      await client.query({ ...INSERT_DOSSIER, values: row.dossier })
      await client.query({ ...INSERT_OUTBOX, values: [row.event] })
      await client.query('COMMIT')
      return row.answer
    } catch (error) {
      await client.query('ROLLBACK').catch(() => { broken = true })
      return await answerAgain(pool, row, error)
    } finally {
      client.release(broken)
    }
  }
}

// One round trip.
export function statementStore (pool) {
  return (row) => pool.query({ ...INSERT_ALL, values: [...row.dossier, row.event, row.key, row.answer] })
    .then(() => row.answer, (error) => answerAgain(pool, row, error))
}

async function insertMany (pool, rows) {
  const column = (i) => rows.map((row) => row.dossier[i])
  const values = [...rows[0].dossier.map((_, i) => column(i)), rows.map((row) => row.event), rows.map((row) => row.key),
    rows.map((row) => row.answer)]
  const done = await pool.query({ ...INSERT_MANY, values })
  if (done.rowCount === rows.length) return rows.map((row) => row.answer)
  const inserted = new Set(done.rows.map((row) => row.id))
  const before = await committedAnswers(pool, rows.map((row) => row.key).filter((key) => !inserted.has(key)))
  return rows.map((row) => inserted.has(row.key) ? row.answer : before.get(row.key))
}

// A batch that fails is stored again one by one: only the guilty one hears of it.
async function insertManyOrEach (pool, rows) {
  try {
    return await insertMany(pool, rows)
  } catch {
    return Promise.all(rows.map((row) => insertMany(pool, [row]).then(([answer]) => answer, (error) => error)))
  }
}

export function batchStore (pool, most, connections) {
  const batcher = new Batcher((rows) => insertManyOrEach(pool, rows), most, connections)
  const pending = new Map() // a key twice in one statement would be two dossiers
  return (row) => {
    let answer = pending.get(row.key)
    if (!answer) {
      answer = batcher.add(row).finally(() => pending.delete(row.key))
      pending.set(row.key, answer)
    }
    return answer
  }
}

export async function lookUp (pool, code) {
  return (await pool.query({ ...LOOKUP, values: [code] })).rows[0]
}
