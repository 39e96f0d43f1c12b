/** The cache of answers. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing, ProblemError, UnreachableError } from '~/api/problem'
import { workspace } from '~/api/workspace'

/** No network is told soon. Where a proxy answers, as while the server begins anew, there is something to wait for. */
const isOff = (error: unknown) => error instanceof UnreachableError && !(error.cause instanceof Response)

export const cache = new QueryClient({
  queryCache: new QueryCache({
    // It may be that they no longer belong where they are.
    onError: (error) =>
      void (workspace() && import('./membership').then(({ lookAfter }) => lookAfter(error))),
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Browsers take timers beyond 24 days for timers of now.
      gcTime: 20 * 24 * 3_600_000,
      // Whether there is a network is found out by asking: browsers often believe there is one.
      networkMode: 'always',
      refetchOnReconnect: 'always',
      retry: (failures, error) => isPassing(error) && failures < (isOff(error) ? 1 : 4),
      retryDelay: (failures, error) => {
        const asked = error instanceof ProblemError ? error.retryAfterMs : undefined
        return asked ?? Math.min(500 * 2 ** failures, 8_000)
      },
    },
  },
})

/**
 * Asks again for answers that may be out of date. One that is on its way already may be from before, and only where
 * somebody looks at an older one is it replaced by asking again: the rest are asked for once more when they are there.
 */
export function renewAnswers(name: string): void {
  const coming = cache.getQueryCache().findAll({ queryKey: [name], fetchStatus: 'fetching' })
  const kept = coming.filter((query) => query.state.data === undefined || !query.isActive())
  void cache.invalidateQueries({ queryKey: [name] })
  for (const query of kept) {
    const again = () => cache.invalidateQueries({ queryKey: query.queryKey, exact: true })
    void query.promise?.then(again, again)
  }
}
