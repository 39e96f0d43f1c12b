/**
 * What pages read, a query each. Where it makes sense, also as it was at an instant of the past. What only one panel reads
 * stands there.
 */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { DailyLog, GoalListRow, Me } from '~/api/types'
import { OWN, workspace } from '~/api/workspace'
import type { Answered, LogRange } from '~/outbox/show'

const LIMIT = 500
/** A list that is read whole stops here; longer ones are paged. */
const PAGES_MAX = 8

/** An instant of the past that is looked at, if not at now. */
export type Past = string | undefined

/** How it is asked for, and how its answers are told from those of now. */
export const asOf = (past: Past) => (past ? { as_of: past } : {})
export const keyed = (past: Past) => (past ? [{ past }] : [])

/** Asks with the position this browser knows, and notes it with the answer. */
export async function asking<T>(
  ask: (headers: ReturnType<typeof atPosition>) => Promise<T>,
  of?: string,
): Promise<Answered<T>> {
  const at = position.now(of)
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

/** The person, and the workspace that is shown. What they do about themselves is counted in their own, wherever they are. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) =>
    asking<Me>(
      () =>
        workspace() ? import('./away').then(({ meAway }) => meAway(signal)) : api.get('/v1/me', { signal }),
      OWN,
    ),
})

export const dashboardQuery = (past?: Past) =>
  queryOptions({
    queryKey: ['dashboard', ...keyed(past)],
    queryFn: ({ signal }) =>
      asking((headers) => api.get('/v1/dashboard', { query: asOf(past), headers, signal })),
  })

export const goalsQuery = (past?: Past) =>
  queryOptions({
    queryKey: ['goals', ...keyed(past)],
    queryFn: ({ signal }) =>
      asking((headers) =>
        allPages<GoalListRow>((cursor) => {
          const query = { status: 'all' as const, limit: LIMIT, ...(cursor && { cursor }), ...asOf(past) }
          return api.get('/v1/goals', { query, headers, signal })
        }),
      ),
  })

export const goalQuery = (id: string, past?: Past) =>
  queryOptions({
    queryKey: ['goal', id, ...keyed(past)],
    queryFn: ({ signal }) =>
      asking((headers) => api.get('/v1/goals/{id}', { path: { id }, query: asOf(past), headers, signal })),
  })

const WEEKS_PAGE = 20

/** The weeks of the workspace, newest first. */
export const weeksQuery = (past?: Past) =>
  infiniteQueryOptions({
    queryKey: ['weeks', ...keyed(past)],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: WEEKS_PAGE, ...(pageParam && { cursor: pageParam }), ...asOf(past) }
      return asking((headers) => api.get('/v1/weeks', { query, headers, signal }))
    },
    getNextPageParam: (last) => last.data.next ?? undefined,
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

const LOGS_PAGE = 12

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
