/** What pages read: a query each, and a hook that shows the outbox on top of its answer. */
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { DailyLog, GoalListRow } from '~/api/types'
import { todayOf } from '~/lib/dates'
import { useEntries } from '~/outbox'
import {
  type Answered,
  goalOf,
  type LogRange,
  showGoal,
  showGoals,
  showLogs,
  showMe,
  showTotals,
  unseen,
} from '~/outbox/show'

const LIMIT = 500
/** A list that is read whole stops here; longer ones are paged. */
const PAGES_MAX = 8

/** Asks with the position this browser knows, and notes it with the answer. */
async function asking<T>(ask: (headers: ReturnType<typeof atPosition>) => Promise<T>): Promise<Answered<T>> {
  const at = position.now()
  return { data: await ask(atPosition(at)), asOf: at.settled }
}

interface Page<T> {
  items: T[]
  next?: string | null
}

async function allPages<T>(ask: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await ask(cursor)
    items.push(...answer.items)
    if (!answer.next) break
    cursor = answer.next
  }
  return items
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => asking(() => api.get('/v1/me', { signal })),
})

export const goalsQuery = queryOptions({
  queryKey: ['goals'],
  queryFn: ({ signal }) =>
    asking((headers) =>
      allPages<GoalListRow>((cursor) => {
        const query = { status: 'all' as const, limit: LIMIT, ...(cursor && { cursor }) }
        return api.get('/v1/goals', { query, headers, signal })
      }),
    ),
})

export const goalQuery = (id: string) =>
  queryOptions({
    queryKey: ['goal', id],
    queryFn: ({ signal }) =>
      asking((headers) => api.get('/v1/goals/{id}', { path: { id }, headers, signal })),
  })

/** All logs of a few days. */
export const logsQuery = (range: LogRange) =>
  queryOptions({
    queryKey: ['logs', range],
    queryFn: ({ signal }) =>
      asking((headers) =>
        allPages<DailyLog>((cursor) => {
          const { goal, ...days } = range
          const query = { ...(goal && { goal_id: goal }), ...days, limit: LIMIT, ...(cursor && { cursor }) }
          return api.get('/v1/daily-logs', { query, headers, signal })
        }),
      ),
  })

const LOGS_PAGE = 30

/** All logs of a goal, page by page. */
export const goalLogsQuery = (goal: string) =>
  infiniteQueryOptions({
    queryKey: ['logs', 'paged', goal],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      asking((headers) => {
        const query = { goal_id: goal, limit: LOGS_PAGE, ...(pageParam && { cursor: pageParam }) }
        return api.get('/v1/daily-logs', { query, headers, signal })
      }),
    getNextPageParam: (last) => last.data.next ?? undefined,
  })

export const totalsQuery = (range: { goal?: string; from: string; to: string }) =>
  queryOptions({
    queryKey: ['totals', range],
    queryFn: ({ signal }) =>
      asking(async (headers) => {
        const { goal, ...days } = range
        const query = { ...(goal && { goal_id: goal }), ...days }
        return (await api.get('/v1/daily-totals', { query, headers, signal })).items
      }),
  })

/** The account as shown. None until it is known. */
export function useMe() {
  const { data, ...query } = useQuery(meQuery)
  const entries = useEntries()
  const me = useMemo(() => data && showMe(data.data, unseen(entries, data.asOf)), [data, entries])
  return { ...query, me }
}

/** Today in the workspace, and a new rendering when it is over. */
export function useToday(): string | undefined {
  const { me } = useMe()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const look = () => setNow(Date.now())
    const timer = setInterval(look, 20_000)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return me && todayOf(me.workspace, now)
}

/** All goals as shown, oldest first. */
export function useGoals() {
  const { data, ...query } = useQuery(goalsQuery)
  const entries = useEntries()
  const today = useToday() ?? ''
  const goals = useMemo(() => {
    if (!data) return undefined
    const shown = showGoals(data.data, unseen(entries, data.asOf), today)
    return [...shown].sort((one, next) => one.created_at.localeCompare(next.created_at))
  }, [data, entries, today])
  return { ...query, goals }
}

/** A goal as shown. */
export function useGoal(id: string) {
  const { data, ...query } = useQuery(goalQuery(id))
  const entries = useEntries()
  const today = useToday() ?? ''
  const goal = useMemo(() => {
    const made = goalOf(
      entries.filter((entry) => entry.state !== 'refused'),
      id,
    )
    const base = data?.data ?? made
    if (!base) return undefined
    return showGoal(base, unseen(entries, data?.asOf ?? 0), today)
  }, [data, entries, today, id])
  return { ...query, goal }
}

/** The logs of a few days, as shown. */
export function useLogs(range: LogRange) {
  const { data, ...query } = useQuery(logsQuery(range))
  const entries = useEntries()
  const logs = useMemo(
    () => data && showLogs(data.data, unseen(entries, data.asOf), range),
    [data, entries, range],
  )
  return { ...query, logs }
}

/** The logs of a goal as far as they were read, as shown. */
export function useGoalLogs(goal: string) {
  const { data, ...query } = useInfiniteQuery(goalLogsQuery(goal))
  const entries = useEntries()
  const logs = useMemo(() => {
    if (!data) return undefined
    const asOf = Math.min(...data.pages.map((page) => page.asOf))
    const read = data.pages.flatMap((page) => page.data.items)
    // What lies beyond the last page read is not to be shown out of its place.
    const from = query.hasNextPage ? read.at(-1)?.day : undefined
    return showLogs(read, unseen(entries, asOf), { goal, from })
  }, [data, entries, goal, query.hasNextPage])
  return { ...query, logs }
}

/** Daily totals as shown, by day. */
export function useTotals(range: { goal?: string; from: string; to: string }) {
  const { data, ...query } = useQuery(totalsQuery(range))
  const entries = useEntries()
  const totals = useMemo(
    () =>
      data &&
      new Map(showTotals(data.data, unseen(entries, data.asOf), range).map((total) => [total.day, total])),
    [data, entries, range],
  )
  return { ...query, totals }
}
