// filing.js — what a filing looks like, and the row it becomes.
import { createHash, randomBytes, randomUUID } from 'node:crypto'

const text = (maxLength, more) => ({ type: 'string', maxLength, ...more })

export const filingSchema = {
  headers: {
    type: 'object',
    required: ['idempotency-key'],
    properties: { 'idempotency-key': text(128, { minLength: 1 }) }
  },
  body: {
    type: 'object',
    required: ['procedure', 'unit', 'applicant'],
    additionalProperties: false,
    properties: {
      procedure: text(40, { minLength: 1 }),
      unit: text(31, { minLength: 1 }),
      applicant: {
        type: 'object',
        required: ['kind', 'name', 'phone', 'address'],
        additionalProperties: false,
        properties: {
          kind: { type: 'string', enum: ['citizen', 'business', 'state_agency', 'other_organisation'] },
          name: text(200, { minLength: 1 }),
          id_number: text(12, { pattern: '^([0-9]{9}|[0-9]{12})?$' }),
          tax_code: text(14),
          birth_date: text(10),
          phone: text(20, { pattern: '^[0-9+ .-]{9,20}$' }),
          email: text(254),
          address: text(500, { minLength: 1 })
        }
      },
      answers: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 5000 } },
      papers: {
        type: 'array',
        maxItems: 100,
        items: {
          type: 'object',
          additionalProperties: false,
          properties: {
            component: text(40),
            name: text(2000),
            upload: { type: 'string', pattern: '^[0-9a-fA-F-]{36}$' },
            originals: { type: 'integer', minimum: 0, maximum: 100 },
            copies: { type: 'integer', minimum: 0, maximum: 100 }
          }
        }
      },
      summary: text(1000),
      language: { type: 'string', enum: ['vi', 'en'] },
      result_by_post: { type: 'boolean' },
      channel: { type: 'string', enum: ['counter', 'post'] }
    }
  }
}

// Nobody logs in here. So that the index on account_id has its work, filings belong to so many people in turn.
const accounts = Array.from({ length: 512 }, () => randomUUID())
let turn = 0

// The row of a filing in the order of the statements' parameters, the answer to it, and what is told to others.
export function rowOf (key, body, code, filedAt) {
  const applicant = JSON.stringify(body.applicant)
  const answers = JSON.stringify(body.answers ?? {})
  const account = accounts[turn++ % accounts.length]
  const summary = body.summary || body.procedure
  const language = body.language || 'vi'
  const hash = createHash('sha256').update(applicant).update(answers).digest().subarray(0, 16)
  const event = JSON.stringify({
    code, procedure: body.procedure, unit: body.unit, account, applicant: body.applicant, summary, language,
    filed_at_ms: filedAt.getTime()
  })
  const answer = JSON.stringify({ code, receipt_qr: `/api/intake/dossiers/${code}/receipt.svg` })
  const dossier = [code, body.procedure, body.unit, account, applicant, answers, summary, language,
    body.result_by_post ?? false, filedAt, randomBytes(9), hash, body.applicant.phone.slice(-4)]
  return { key, dossier, event, answer }
}
