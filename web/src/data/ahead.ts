/** Reads ahead what is wanted without network: the goals that are kept at, also those that were never opened here. */
import { signedIn } from '~/api/session'
import { cache } from './cache'
import { dashboardQuery, goalQuery } from './queries'

/** When nobody waits for anything else. */
const IDLE_MS = 5_000
const GOALS_MAX = 20

/** One after another, and only those of which nothing is known. */
async function readAhead(): Promise<void> {
  const goals = cache.getQueryData(dashboardQuery().queryKey)?.data.goals ?? []
  for (const { goal_id } of goals.slice(0, GOALS_MAX)) {
    const query = goalQuery(goal_id)
    if (signedIn.get() && !cache.getQueryData(query.queryKey))
      await cache.prefetchQuery({ ...query, retry: false })
  }
}

/** Begins with it a moment after the page is there. */
export const readAheadSoon = () => void setTimeout(() => void readAhead(), IDLE_MS)
