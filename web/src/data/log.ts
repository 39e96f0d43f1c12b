/** One log, as it is now. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '~/api/client'
import { useEntries } from '~/outbox'
import { showLog, unseen } from '~/outbox/show'
import { asking } from './queries'

const logQuery = (id: string) =>
  queryOptions({
    queryKey: ['logs', 'one', id],
    queryFn: ({ signal }) =>
      asking((headers) => api.get('/v1/daily-logs/{id}', { path: { id }, headers, signal })),
  })

/** A log as shown. */
export function useLog(id: string) {
  const { data, ...query } = useQuery(logQuery(id))
  const entries = useEntries()
  const log = useMemo(() => data && showLog(data.data, unseen(entries, data.asOf)), [data, entries])
  return { ...query, log }
}
