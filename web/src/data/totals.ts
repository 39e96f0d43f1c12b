/** What was logged day by day: of a goal, or of all. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '~/api/client'
import { showTotals, unseen } from '~/outbox/show'
import { asking, asOf, keyed, type Past } from './queries'
import { NO_ROWS, useAsking, usePast, useShownEntries } from './use'

/** The days of a range that have logs. */
export interface Days {
  goal?: string
  from: string
  to: string
}

const totalsQuery = (range: Days, past: Past) =>
  queryOptions({
    queryKey: ['totals', range, ...keyed(past)],
    queryFn: ({ signal }) =>
      asking(async (headers) => {
        const { goal, ...days } = range
        const query = { ...(goal && { goal_id: goal }), ...days, ...asOf(past) }
        return (await api.get('/v1/daily-totals', { query, headers, signal })).items
      }),
  })

/** Daily totals as shown, by day. */
export function useTotals(range: Days) {
  const { data, ...query } = useQuery({
    ...totalsQuery(range, usePast()),
    ...useAsking(range.goal, NO_ROWS),
  })
  const entries = useShownEntries()
  const totals = useMemo(
    () =>
      data &&
      new Map(showTotals(data.data, unseen(entries, data.asOf), range).map((total) => [total.day, total])),
    [data, entries, range],
  )
  return { ...query, totals }
}
