// batcher.js — group commit in the process: what comes while a batch is on its way leaves with the next one. No timer: a batch
// leaves as soon as one of the connections is free.
export class Batcher {
  // flush(items) resolves to an array of outcomes, in the order of the items; an Error among them rejects its caller only.
  constructor (flush, most, inFlightMost) {
    Object.assign(this, { flush, most, inFlightMost, waiting: [], inFlight: 0 })
  }

  add (item) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (this.waiting.length === 1) setImmediate(() => this.pump()) // the requests of this turn leave together
    })
  }

  pump () {
    while (this.waiting.length > 0 && this.inFlight < this.inFlightMost) this.send(this.waiting.splice(0, this.most))
  }

  async send (batch) {
    this.inFlight++
    try {
      const outcomes = await this.flush(batch.map((entry) => entry.item))
      batch.forEach((entry, i) => outcomes[i] instanceof Error ? entry.reject(outcomes[i]) : entry.resolve(outcomes[i]))
    } catch (error) {
      batch.forEach((entry) => entry.reject(error))
    }
    this.inFlight--
    this.pump()
  }
}
