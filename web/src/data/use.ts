/** What pages show: answers, and on top of them the outbox. Of the past, just the answers. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { Me, Role } from '~/api/types'
import { workspace } from '~/api/workspace'
import { dayThen, todayOf, weekOf } from '~/lib/dates'
import { type Entry, isHere, useEntries as useAllEntries } from '~/outbox'
import { goalOf, type LogRange, showGoal, showGoals, showLogs, showMe, unseen } from '~/outbox/show'
import { showDashboard } from '~/outbox/show-dashboard'
import {
  dashboardQuery,
  goalLogsQuery,
  goalQuery,
  goalsQuery,
  logsQuery,
  meQuery,
  type Past,
} from './queries'
import { renewOnNewDay } from './renew'

const NOTHING: Entry[] = []
/** Nothing, as an answer tells it. */
export const NO_ROWS = { data: [], asOf: 0 }
const NO_PAGES = { pages: [{ data: { items: [] }, asOf: 0 }], pageParams: [undefined] }

/** The instant of the past that is looked at, if any: then nothing can be changed. */
export function usePast(): Past {
  return useSearch({ strict: false, select: (search) => search.past })
}

/** The commands given here that are about the workspace shown, or the person. */
function useEntries(): Entry[] {
  const entries = useAllEntries()
  return useMemo(() => entries.filter(isHere), [entries])
}

/** The commands given here that answers may not show yet. The past knows none. */
export function useShownEntries(): Entry[] {
  const entries = useEntries()
  return usePast() ? NOTHING : entries
}

/** The account as shown. None until it is known. */
export function useMe() {
  const { data, ...query } = useQuery(meQuery)
  const entries = useEntries()
  const me = useMemo(() => data && showMe(data.data, unseen(entries, data.asOf)), [data, entries])
  return { ...query, me }
}

/** What the person may do in the workspace that is shown. In another's, nothing until it is known. */
export function useRole(): Role {
  const { me } = useMe()
  return me?.workspace.role ?? (workspace() ? 'viewer' : 'owner')
}

/** Whether anything can be changed here: not in the past, and not by who may only look. */
export function useEditing(): boolean {
  const past = usePast()
  return useRole() !== 'viewer' && !past
}

/** On which day weeks begin now. What lies in a week, `weekOf` says. */
export const weekStartOf = (me: Me | undefined) => me?.workspace.calendar.week_start ?? 'monday'

/** Today in the workspace, and a new rendering when it is over. In the past, the day it was then. */
export function useToday(): string | undefined {
  const { me } = useMe()
  const past = usePast()
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
  const today = me && todayOf(me.workspace, now)
  useEffect(() => renewOnNewDay(today), [today])
  return me && past ? dayThen(me.workspace, Date.parse(past)) : today
}

/** Today, and the first day of its week. */
function useNow() {
  const today = useToday() ?? ''
  const calendars = useMe().me?.workspace.calendars
  return useMemo(() => ({ today, week: today && weekOf(today, calendars).first }), [today, calendars])
}

/** How everything stands today, as shown. */
export function useDashboard() {
  const { data, ...query } = useQuery(dashboardQuery(usePast()))
  const entries = useShownEntries()
  const today = useToday()
  const calendars = useMe().me?.workspace.calendars
  const dashboard = useMemo(
    () => data && showDashboard(data.data, unseen(entries, data.asOf), today ?? data.data.today, calendars),
    [data, entries, today, calendars],
  )
  return { ...query, dashboard }
}

/** All goals as shown, oldest first. */
export function useGoals() {
  const { data, ...query } = useQuery(goalsQuery(usePast()))
  const entries = useShownEntries()
  const now = useNow()
  const goals = useMemo(() => {
    if (!data) return undefined
    const shown = showGoals(data.data, unseen(entries, data.asOf), now)
    return [...shown].sort((one, next) => one.created_at.localeCompare(next.created_at))
  }, [data, entries, now])
  return { ...query, goals }
}

/** A goal that was made here, as it was made. */
function useMade(id: string | undefined) {
  const entries = useShownEntries()
  return useMemo(() => (id ? goalOf(entries, id) : undefined), [entries, id])
}

/**
 * How a query about a goal is asked: not before the server knows the goal. Of one that was made here there is `nothing`
 * until an answer says more.
 */
export function useAsking<T = undefined>(goal: string | undefined, nothing?: T) {
  const made = useMade(goal)
  return { enabled: !made?.pending, placeholderData: made && nothing }
}

/** A goal as shown. */
export function useGoal(id: string) {
  const made = useMade(id)
  const { data, ...query } = useQuery({ ...goalQuery(id, usePast()), enabled: !made?.pending })
  const entries = useShownEntries()
  const now = useNow()
  const goal = useMemo(() => {
    const base = data?.data ?? made
    return base && showGoal(base, unseen(entries, data?.asOf ?? 0), now)
  }, [data, made, entries, now])
  return { ...query, goal }
}

/** The logs of a few days, as shown. */
export function useLogs(range: LogRange) {
  const { data, ...query } = useQuery({ ...logsQuery(range), ...useAsking(range.goal, NO_ROWS) })
  const entries = useEntries()
  const logs = useMemo(
    () => data && showLogs(data.data, unseen(entries, data.asOf), range),
    [data, entries, range],
  )
  return { ...query, logs }
}

/** The logs of a goal as far as they were read, as shown. */
export function useGoalLogs(goal: string) {
  const { data, ...query } = useInfiniteQuery({ ...goalLogsQuery(goal), ...useAsking(goal, NO_PAGES) })
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
