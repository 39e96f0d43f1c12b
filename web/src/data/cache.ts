/** The cache of answers: kept in IndexedDB, so that the app opens with what it last knew, with or without network. */
import { QueryClient } from '@tanstack/react-query'
import type { Persister } from '@tanstack/react-query-persist-client'
import { position } from '~/api/position'
import { isPassing, ProblemError, UnreachableError } from '~/api/problem'
import { signedIn } from '~/api/session'
import { database } from '~/outbox/store'

/** Changed with the shape of what is kept, so that older things are not misread. */
export const KEPT_SHAPE = '1'
export const KEPT_MS = 30 * 24 * 3_600_000
/** What is worth keeping for an offline start. */
const KEPT = new Set(['me', 'goals', 'goal', 'logs', 'totals'])

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Not a number of days: browsers take timers beyond 24 days for timers of now.
      gcTime: Number.POSITIVE_INFINITY,
      // Whether there is a network is found out by asking: browsers often believe there is one.
      networkMode: 'always',
      refetchOnReconnect: 'always',
      retry: (failures, error) => isPassing(error) && failures < (error instanceof UnreachableError ? 1 : 4),
      retryDelay: (failures, error) => {
        const asked = error instanceof ProblemError ? error.retryAfterMs : undefined
        return asked ?? Math.min(500 * 2 ** failures, 8_000)
      },
    },
  },
})

/** Keeps the cache, for each user apart. */
export const persister: Persister = {
  async persistClient(client) {
    const user = signedIn.get()?.user
    if (user) await (await database()).put('cache', client, user)
  },
  async restoreClient() {
    const user = signedIn.get()?.user
    if (!user) return undefined
    return (await (await database()).get('cache', user)) as Awaited<ReturnType<Persister['restoreClient']>>
  },
  async removeClient() {
    const user = signedIn.get()?.user
    if (user) await (await database()).delete('cache', user)
  },
}

/** Whether an answer is kept: also one that could not be renewed since, as happens to all of them without network. */
export function isKept(query: { queryKey: readonly unknown[]; state: { data?: unknown } }): boolean {
  return query.state.data !== undefined && KEPT.has(String(query.queryKey[0]))
}

/** Forgets what was known, as when someone else signs in. The outbox stays, for when its owner is back. */
export async function forgetAll(): Promise<void> {
  cache.clear()
  position.forget()
  await (await database()).clear('cache').catch(() => undefined)
}
