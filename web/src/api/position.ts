/**
 * Where the log stands as far as this browser knows, so that a query shows what was done here before it.
 *
 * Positions are opaque, so their order is kept by a count of our own: `settled` grows with each command that is done.
 * An answer to a query that waited for the position of count 5 shows everything up to count 5.
 *
 * Tabs share what they know by a storage in which each may read what was there a moment ago. So only the tab that sends
 * writes the count, the others learn it from the outbox, and what the feed told is kept apart. Each workspace has its own
 * place in the log, and its own count.
 */
import { recall, remember } from '~/lib/remember'
import { inWorkspace, workspace } from './workspace'

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
const learnt = new Map<string, Own>()

/** What is remembered of a workspace. */
const named = (name: string, of: string) => (of ? `${name}.${of}` : name)

function own(of: string): Own {
  const ours = learnt.get(of) ?? { settled: 0, since: 0 }
  const shared = recall<Own>(named('settled', of))
  return shared && shared.settled > ours.settled ? shared : ours
}

function note(of: string, now: Own): void {
  learnt.set(of, now)
  remember(named('settled', of), now)
}

export const position = {
  /** What a query is to wait for, and what its answer will show. */
  now(of = workspace()): Known {
    const { settled, position: ours, since } = own(of)
    const told = recall<Heard>(named('heard', of))
    const awaited = ours !== undefined && !heard.includes(ours) && Date.now() - since < AWAITED_MS
    const isLater = told !== undefined && told.when >= since && !awaited
    return { settled, position: isLater ? told.position : (ours ?? told?.position) }
  },

  /** A command is done, at `at`. Says which count that is. Only the tab that sends does this. */
  settle(at: string, of = workspace()): number {
    const settled = own(of).settled + 1
    note(of, { settled, position: at, since: Date.now() })
    return settled
  },

  /** A command was done with this count, at `at`, maybe by another tab. */
  learn(settled: number | undefined, at: string | undefined, of = workspace()): void {
    if (settled !== undefined && settled > (learnt.get(of)?.settled ?? 0))
      learnt.set(of, { settled, position: at, since: Date.now() })
  },

  /** The feed told an event at `at`. Ours may lie further on: the feed tells things in order, so we see it come by. */
  hear(at: string): void {
    heard.push(at)
    if (heard.length > HEARD_KEPT) heard.shift()
    remember(named('heard', workspace()), { position: at, when: Date.now() })
  },

  /** The log was restored: positions of before mean nothing. */
  forget(of = workspace()): void {
    note(of, { settled: own(of).settled, since: 0 })
    remember(named('heard', of), undefined)
  },
}

/** The headers of a query about the workspace that is shown. */
export function atPosition(at: Known): Record<string, string> {
  return { ...inWorkspace(), ...(at.position && { 'Momentum-Position': at.position }) }
}
