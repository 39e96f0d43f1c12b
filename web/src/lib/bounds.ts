/** When the workspace's days begin: the inverse of the day that it is at an instant. */
import type { Me } from '~/api/types'
import { dayThen, instantOf } from './dates'

const MINUTE_MS = 60_000
/** No zone and no day start puts the beginning of a day further from its midnight in UTC; nor does a day left out. */
const FARTHEST_MINUTES = 3 * 24 * 60

/** The instant at which `day` begins in the workspace, or has been passed over. */
export function beginOf(workspace: Me['workspace'], day: string): Date {
  const middle = instantOf(day).getTime() / MINUTE_MS
  let [before, after] = [middle - FARTHEST_MINUTES, middle + FARTHEST_MINUTES]
  try {
    // Days never go back, so there is one minute from which on it is that day.
    while (after - before > 1) {
      const between = Math.floor((before + after) / 2)
      if (dayThen(workspace, between * MINUTE_MS) >= day) after = between
      else before = between
    }
    return new Date(after * MINUTE_MS)
  } catch {
    // The browser does not know the zone.
    return new Date(`${day}T00:00:00`)
  }
}
