/**
 * Where the log stands as far as this browser knows, so that a query shows what was done here before it.
 *
 * Positions are opaque, so their order is kept by a count of our own: `settled` grows with each command that is done.
 * An answer to a query that waited for the position of count 5 shows everything up to count 5.
 *
 * Tabs share what they know by a storage in which each may read what was there a moment ago. So only the tab that sends
 * writes the count, the others learn it from the outbox, and what the feed told is kept apart.
 */
import { recall, remember } from '~/lib/remember'

interface Known {
  settled: number
  position?: string | undefined
}

/** The last command of our own that is done, and when this browser knew. */
interface Own extends Known {
  since: number
}

/** The last event that the live feed told, and when. */
interface Heard {
  position: string
  when: number
}

/** So long a position of our own that the feed has not told yet counts for more than what it tells. */
const AWAITED_MS = 5_000
const HEARD_KEPT = 100
const heard: string[] = []
let learnt: Own = { settled: 0, since: 0 }

function own(): Own {
  const shared = recall<Own>('settled')
  return shared && shared.settled > learnt.settled ? shared : learnt
}

export const position = {
  /** What a query is to wait for, and what its answer will show. */
  now(): Known {
    const { settled, position: ours, since } = own()
    const told = recall<Heard>('heard')
    const awaited = ours !== undefined && !heard.includes(ours) && Date.now() - since < AWAITED_MS
    const isLater = told !== undefined && told.when >= since && !awaited
    return { settled, position: isLater ? told.position : (ours ?? told?.position) }
  },

  /** A command is done, at `at`. Says which count that is. Only the tab that sends does this. */
  settle(at: string): number {
    learnt = { settled: own().settled + 1, position: at, since: Date.now() }
    remember('settled', learnt)
    return learnt.settled
  },

  /** A command was done with this count, at `at`, maybe by another tab. */
  learn(settled: number | undefined, at: string | undefined): void {
    if (settled !== undefined && settled > learnt.settled)
      learnt = { settled, position: at, since: Date.now() }
  },

  /** The feed told an event at `at`. Ours may lie further on: the feed tells things in order, so we see it come by. */
  hear(at: string): void {
    heard.push(at)
    if (heard.length > HEARD_KEPT) heard.shift()
    remember('heard', { position: at, when: Date.now() })
  },

  /** The log was restored: positions of before mean nothing. */
  forget(): void {
    learnt = { settled: own().settled, since: 0 }
    remember('settled', learnt)
    remember('heard', undefined)
  },
}

/** The header of a query. */
export function atPosition(at: Known): { 'Momentum-Position'?: string } {
  return at.position ? { 'Momentum-Position': at.position } : {}
}
