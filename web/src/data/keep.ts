/** Keeps answers for the next visit, and for a start without network. */
import type { Query } from '@tanstack/react-query'
import { type SignedIn, signedIn } from '~/api/session'
import { recall } from '~/lib/remember'
import { database } from '~/outbox/store'
import { cache } from './cache'
import { type Answer, isYoung, type Kept, keptAs, SHAPE } from './kept'

const KEPT_MAX = 300
/** What is worth keeping for an offline start. */
const KEPT = new Set(
  'me dashboard goals goal progress streak weeks logs totals workspaces members'.split(' '),
)
/** So long changes are gathered before they are written. */
const GATHER_MS = 1_000
/** Nobody who goes elsewhere waits for longer. */
const WRITE_MS_MAX = 500

let timer: ReturnType<typeof setTimeout> | undefined
let unsubscribe: () => void = () => undefined

/** Keeps what is known from now on, a moment after it changes. */
export function keep(): void {
  const gather = () => {
    timer ??= setTimeout(() => void finish(), GATHER_MS)
  }
  unsubscribe = cache.getQueryCache().subscribe(({ type }) => {
    if (type === 'updated' || type === 'added' || type === 'removed') gather()
  })
  gather()
  // Who closes the tab meanwhile finds it, too.
  addEventListener('pagehide', () => void finish())
}

/**
 * Keeps what changed until now, and nothing that comes after: the page is on its way elsewhere. With the page goes what is
 * not written by then, so there is something to wait for; not for long, should the storage not answer.
 */
export async function keepNoMore(): Promise<void> {
  unsubscribe()
  await Promise.race([finish(), new Promise((late) => setTimeout(late, WRITE_MS_MAX))])
}

/** Writes what is gathered. */
async function finish(): Promise<void> {
  if (timer === undefined) return
  clearTimeout(timer)
  timer = undefined
  await write().catch(() => undefined)
}

/** Whether an answer is kept: also one that could not be renewed since, as happens to all of them without network. */
function isKept({ queryKey, state }: Query): boolean {
  // What is read of the past is read once.
  const isPast = queryKey.some((part) => part !== null && typeof part === 'object' && 'past' in part)
  return state.data !== undefined && KEPT.has(String(queryKey[0])) && !isPast && isYoung(state.dataUpdatedAt)
}

/** What is known of this, the newest first. */
export const known = (isWanted: (query: Query) => boolean): Answer[] =>
  cache
    .getQueryCache()
    .getAll()
    .filter(isWanted)
    .map(({ queryKey, state }) => ({ key: queryKey, data: state.data, updatedAt: state.dataUpdatedAt }))
    .sort((one, next) => next.updatedAt - one.updatedAt)
    .slice(0, KEPT_MAX)

async function write(): Promise<void> {
  const key = keptAs()
  if (!key) return
  const kept: Kept = { shape: SHAPE, answers: known(isKept) }
  const db = await database()
  // Who left in another tab has nothing left here, though this one has not heard of it yet.
  if (recall<SignedIn>('session')?.user === signedIn.get()?.user) await db.put('cache', kept, key)
}
