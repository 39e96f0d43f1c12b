/** The person in a workspace that is not their own: what it is called, its calendar, and what they may do there. */
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { CalendarSettings, Me } from '~/api/types'
import { dayThen } from '~/lib/dates'

/** A fact of a calendar, as history tells it. */
type Fact = CalendarSettings & { from: string; starts_at: string }

/** As `/v1/me` tells of their own. */
export async function meAway(of: string, signal: AbortSignal): Promise<Me> {
  const headers = atPosition(position.now())
  const [me, { items }, facts] = await Promise.all([
    api.get('/v1/me', { signal }),
    api.get('/v1/workspaces', { headers, signal }),
    factsOf(headers, signal),
  ])
  const { name, role = 'viewer' } = items.find(({ id }) => id === of) ?? {}
  const calendars = facts.map(({ from, starts_at, zone, week_start, day_start_minute }) => ({
    from,
    starts_at,
    calendar: { zone, week_start, day_start_minute },
  }))
  const now = Date.now()
  const hasBegun = ({ starts_at }: Fact) => Date.parse(starts_at) <= now
  const begun = facts.findLastIndex(hasBegun)
  const calendar = calendars[Math.max(begun, 0)]?.calendar ?? me.workspace.calendar
  const there = { id: of, name, version: 0, calendar, calendars, upcoming: calendars[begun + 1], today: '' }
  return { ...me, role, workspace: { ...there, today: todayIn(there, now) } }
}

function todayIn(workspace: Me['workspace'], now: number): string {
  try {
    return dayThen(workspace, now)
  } catch {
    // The browser does not know the zone.
    return new Date(now).toISOString().slice(0, 10)
  }
}

/** All facts of the calendar: the last event about it tells them. */
async function factsOf(headers: Record<string, string>, signal: AbortSignal): Promise<Fact[]> {
  for (const type of ['WorkspaceCalendarSet', 'WorkspaceCreated']) {
    const { items } = await api.get('/v1/history', { query: { type, limit: 1 }, headers, signal })
    const change = items[0]?.changes.find(({ field }) => field === 'calendar')
    if (change) return change.after as Fact[]
  }
  return []
}
