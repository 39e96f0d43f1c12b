/**
 * Where the log stands as far as this browser knows, so that a query shows what was done here before it.
 *
 * Positions are opaque, so their order is kept by a count of our own: `settled` grows with each command that is done.
 * An answer to a query that waited for the position of count 5 shows everything up to count 5.
 */
import { recall, remember } from '~/lib/remember'

interface Known {
  settled: number
  position?: string
  /** A position of our own that the live feed has not told yet, and since when. */
  awaited?: string
  since?: number
}

/** So long a position of our own counts for more than what the feed tells. */
const AWAITED_MS = 5_000
const heard: string[] = []

function known(): Known {
  return recall<Known>('position') ?? { settled: 0 }
}

export const position = {
  /** What a query is to wait for, and what its answer will show. */
  now: (): Known => known(),

  /** A command is done, at `at`. Says which count that is. */
  settle(at: string): number {
    const settled = known().settled + 1
    const awaited = heard.includes(at) ? {} : { awaited: at, since: Date.now() }
    remember('position', { settled, position: at, ...awaited })
    return settled
  },

  /** The feed told an event at `at`. Ours may lie further on: the feed tells things in order, so we see it come by. */
  hear(at: string): void {
    heard.push(at)
    if (heard.length > 100) heard.shift()
    const { settled, awaited, since = 0, position: last } = known()
    if (awaited && awaited !== at && Date.now() - since < AWAITED_MS) return
    if (last !== at || awaited) remember('position', { settled, position: at })
  },

  /** The log was restored: positions of before mean nothing. */
  forget(): void {
    remember('position', { settled: known().settled })
  },
}

/** The header of a query. */
export function atPosition(at: Known): { 'Momentum-Position'?: string } {
  return at.position ? { 'Momentum-Position': at.position } : {}
}
