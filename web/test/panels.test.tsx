import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ComponentProps, ReactElement } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import type {
  DailyLog,
  Dashboard,
  DashboardGoal,
  DatedCalendar,
  Goal,
  Standing,
  WeekDetails,
} from '~/api/types'
import { cache } from '~/data/cache'
import { speak } from '~/i18n'
import { Plan } from '~/pages/goal/plan'
import Progress from '~/pages/goal/progress'
import StreakPanel from '~/pages/goal/streak'
import { WeekGraph } from '~/pages/goal/week-graph'
import Details from '~/pages/parts/week-details'
import { Card } from '~/pages/today/card'
import { Summary } from '~/pages/today/summary'
import { PlanDialog } from '~/shell/plan-dialog'

const calendarFrom = (from: string, week_start: 'monday' | 'sunday'): DatedCalendar => ({
  from,
  starts_at: `${from}T00:00:00Z`,
  calendar: { zone: 'UTC', week_start, day_start_minute: 0 },
})
/** On Wednesday the 18th, Sunday was chosen. */
const CALENDARS = [calendarFrom('2026-11-01', 'monday'), calendarFrom('2026-11-19', 'sunday')]
const GOAL = {
  id: 'g',
  title: 'Run',
  created_at: '2026-11-17T10:00:00Z',
  minutes: 0,
  logs: 0,
  total_minutes: 600,
  weekly_targets: [{ from_week: '2026-11-16', target: { metric: 'minutes', value: 150 } }],
} as Goal

let today: string
let streak: Standing
let totals: Map<string, { day: string; minutes: number }>

vi.mock('~/data/use', () => ({
  useAsking: () => ({}),
  useDashboard: () => ({ dashboard: { goals: [{ goal_id: 'g', streak }] } }),
  useGoal: () => ({ goal: GOAL }),
  useMe: () => ({ me: { workspace: { calendar: CALENDARS[1]?.calendar, calendars: CALENDARS } } }),
  usePast: () => undefined,
  useToday: () => today,
}))
vi.mock('~/data/totals', () => ({ useTotals: () => ({ totals }) }))
vi.mock('@tanstack/react-router', () => ({ Link: 'a' }))

afterEach(async () => {
  cleanup()
  cache.clear()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  await speak('en')
})

/** A panel, where the server answers so. */
function show(panel: ReactElement, answer: object = {}) {
  vi.stubGlobal('fetch', async () => Response.json(answer))
  return render(<QueryClientProvider client={cache}>{panel}</QueryClientProvider>)
}

test('a new week start leaves the weeks before it as they were', async () => {
  today = '2026-11-25'
  totals = new Map(
    [
      { day: '2026-11-15', minutes: 15 },
      { day: '2026-11-16', minutes: 20 },
      { day: '2026-11-21', minutes: 10 },
      { day: '2026-11-22', minutes: 60 },
    ].map((total) => [total.day, total]),
  )
  show(<WeekGraph goal={GOAL} today={today} />)
  await userEvent.click(screen.getByRole('button', { name: 'Show as table' }))
  const rows = (await screen.findAllByRole('row')).map((row) => row.textContent)
  expect(rows.slice(0, 3)).toEqual([
    'Week of Nov 22, 20261 h of 2 h 30 min',
    'Week of Nov 16, 202630 min of 2 h 30 min',
    'Week of Nov 9, 202615 min',
  ])
  expect(rows).toHaveLength(10)
})

test('the target of a week that is cut short is that of the week', () => {
  today = '2026-11-19'
  show(<Plan goal={GOAL} today={today} locked={false} />)
  screen.getByText('2 h 30 min a week')
  cleanup()
  show(<PlanDialog name="target" id="g" onClose={() => undefined} />)
  screen.getByDisplayValue('2.5')
  screen.getByRole('button', { name: 'Withdraw the target' })
})

const standing = (unit: Standing['unit']): Standing => ({
  unit,
  current: 3,
  longest: { days: 3, weeks: 3 },
  since: '2026-11-02',
  at_risk: true,
})
const none = () => undefined
const card = (unit: Standing['unit'], more: Partial<ComponentProps<typeof Card>> = {}) => (
  <Card
    row={{ id: 'g', title: 'Run', streak: standing(unit) }}
    logs={[]}
    day="2026-11-25"
    isToday
    locked={false}
    isOpen={false}
    onToggle={none}
    onDone={none}
    {...more}
  />
)

test('a streak of days ends with the day; one of weeks needs it', async () => {
  const { rerender } = render(card('days'))
  screen.getByText('3 · Ends today')
  screen.getByText('The streak of 3 days ends with the day unless it is met.')
  rerender(card('weeks'))
  screen.getByText('3 · Needs today')
  screen.getByText('The streak of 3 weeks needs today: without it, too few days are left this week.')
  cleanup()
  streak = standing('weeks')
  show(<StreakPanel goal={GOAL} locked />)
  screen.getByText('Without today, too few days are left this week')
  cleanup()
  streak = standing('days')
  show(<StreakPanel goal={GOAL} locked />)
  screen.getByText('Ends today unless it is met')
  cleanup()
  await speak('de')
  render(card('weeks'))
  screen.getByText('3 · Heute nötig')
  screen.getByText(
    'Die Serie (3 Wochen) braucht den heutigen Tag: Ohne ihn bleiben diese Woche zu wenige Tage.',
  )
})

test('a day before is not called met, nor nearly, for any minutes at all', () => {
  const row = { id: 'g', title: 'Run' }
  const day = '2026-11-24'
  const logs = [{ id: 'l', goal_id: 'g', day, minutes: 5 } as DailyLog]
  const { rerender } = render(card('days', { row, logs, day, isToday: false }))
  screen.getByText('5 min that day')
  const button = screen.getByRole('button', { name: 'Log on Run' })
  const isMet = () => button.classList.contains('bg-accent')
  const isBegun = () => button.querySelector('circle') !== null
  expect([isMet(), isBegun()]).toEqual([false, false])
  rerender(card('days', { row: { ...row, minutes: 5, needed: 20, met: false } }))
  expect([isMet(), isBegun()]).toEqual([false, true])
  rerender(card('days', { row: { ...row, minutes: 20, needed: 20, met: true } }))
  expect([isMet(), isBegun()]).toEqual([true, false])
})

test('the minutes of today are those of all goals, also of such as are completed or put away', () => {
  const dashboard = {
    today: '2026-11-25',
    goals: [{ goal_id: 'g', minutes_today: 15 } as DashboardGoal],
    week: { minutes: 60 },
    streak: standing('days'),
    year: [
      { day: '2026-11-24', minutes: 15, logs: 1 },
      { day: '2026-11-25', minutes: 45, logs: 2 },
    ],
  } as Dashboard
  const { rerender } = render(<Summary day="2026-11-25" today="2026-11-25" dashboard={dashboard} />)
  screen.getByText('45 min today, 1 h this week')
  rerender(<Summary day="2026-11-26" today="2026-11-26" dashboard={dashboard} />)
  screen.getByText('0 min today, 1 h this week')
})

test('a pace that nothing was logged for is none', async () => {
  today = '2026-11-25'
  show(<Progress goal={GOAL} today={today} locked />, { pace: { recent_minutes_a_day: null }, history: [] })
  const lately = await screen.findByTitle('Lately means the last 28 days, or those since the first log.')
  expect(lately.textContent).toBe('Lately a day–')
  cleanup()
  cache.clear()
  show(<Progress goal={GOAL} today={today} locked />, { pace: { recent_minutes_a_day: 0 }, history: [] })
  await screen.findByText('0 min', { selector: 'dd' })
})

test('a day that came to be met is marked, and a log that changed its day is told for both days', async () => {
  today = '2026-11-25'
  const failed = vi.spyOn(console, 'error')
  const week = { first: '2026-11-16', last: '2026-11-21' }
  const figures = { ...week, minutes: 60, logs: 2, met_days: 1, change: {} }
  const moved = {
    position: 'p',
    type: 'DailyLogCorrected',
    goal_id: 'g',
    recorded_at: '2026-11-23T10:00:00Z',
  }
  show(<Details first={week.first} />, {
    ...week,
    closed: true,
    ends_at: '2026-11-22T00:00:00Z',
    as_closed: figures,
    now: figures,
    goals: [{ goal_id: 'g', title: 'Run', as_closed: figures, now: { ...figures, met_days: 2 } }],
    corrections: [
      { ...moved, day: '2026-11-17', minutes: -30 },
      { ...moved, day: '2026-11-18', minutes: 30 },
    ],
  } as unknown as WeekDetails)
  const [, goal, all] = await screen.findAllByRole('row')
  const marked = (row: HTMLElement | undefined) =>
    within(row as HTMLElement)
      .getAllByText('1 h')
      .map((told) => told.className !== '')
  expect([marked(goal), marked(all)]).toEqual([
    [false, true],
    [false, false],
  ])
  expect(screen.getAllByRole('listitem').map((item) => item.textContent?.slice(-7))).toEqual([
    '−30 min',
    '+30 min',
  ])
  expect(failed).not.toHaveBeenCalled()
})
