/** Keeps answers from one visit to the next, and brings them back. Each user's are apart, and those of each workspace. */
import type { Query } from '@tanstack/react-query'
import { signedIn } from '~/api/session'
import { workspace } from '~/api/workspace'
import { database } from '~/outbox/store'
import { cache } from './cache'

/** Changed with the shape of what is kept, so that older things are not misread. */
const SHAPE = 3
const KEPT_MS = 30 * 24 * 3_600_000
const KEPT_MAX = 300
/** What is worth keeping for an offline start. */
const KEPT = new Set(
  'me dashboard goals goal progress streak weeks logs totals workspaces members'.split(' '),
)
/** So long changes are gathered before they are written. */
const GATHER_MS = 1_000

interface Kept {
  shape: number
  answers: { key: readonly unknown[]; data: unknown; updatedAt: number }[]
}

/** Whether an answer is kept: also one that could not be renewed since, as happens to all of them without network. */
function isKept({ queryKey, state }: Query): boolean {
  // What is read of the past is read once.
  const isPast = queryKey.some((part) => part !== null && typeof part === 'object' && 'past' in part)
  return state.data !== undefined && KEPT.has(String(queryKey[0])) && !isPast && isYoung(state.dataUpdatedAt)
}

const isYoung = (updatedAt: number) => Date.now() - updatedAt < KEPT_MS

/** Under which key: whoever is signed in, and the workspace that is shown where that is not their own. */
export const keptAs = () => signedIn.get() && [signedIn.get()?.user, workspace()].filter(Boolean).join(' ')

/** Brings back what was kept for whoever is signed in. */
export async function bringBack(): Promise<void> {
  const key = keptAs()
  if (!key) return
  const kept = (await (await database()).get('cache', key)) as Kept | undefined
  if (kept?.shape !== SHAPE) return
  // An answer that came meanwhile is newer.
  for (const { key, data, updatedAt } of kept.answers)
    if (isYoung(updatedAt) && cache.getQueryData(key) === undefined)
      cache.setQueryData(key, data, { updatedAt })
}

/** Keeps what is known from now on, a moment after it changes. */
export function keep(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = () => {
    clearTimeout(timer)
    timer = undefined
    void write().catch(() => undefined)
  }
  cache.getQueryCache().subscribe(({ type }) => {
    if (type !== 'updated' && type !== 'added' && type !== 'removed') return
    timer ??= setTimeout(now, GATHER_MS)
  })
  // Who closes the tab meanwhile finds it, too.
  addEventListener('pagehide', () => timer !== undefined && now())
}

async function write(): Promise<void> {
  const key = keptAs()
  if (!key) return
  const answers = cache
    .getQueryCache()
    .getAll()
    .filter(isKept)
    .map(({ queryKey, state }) => ({ key: queryKey, data: state.data, updatedAt: state.dataUpdatedAt }))
    .sort((one, next) => next.updatedAt - one.updatedAt)
    .slice(0, KEPT_MAX)
  const kept: Kept = { shape: SHAPE, answers }
  await (await database()).put('cache', kept, key)
}
