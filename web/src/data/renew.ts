/** Asking again for what may be out of date, after an event or after a command of one's own. */
import { position } from '~/api/position'
import { OWN } from '~/api/workspace'
import { isHere, onAnswered } from '~/outbox'
import { renewAnswers } from './cache'

const SETTLE_MS = 60

const stale = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** What answers may be out of date after an event. */
export function touchedBy(name: string): string[] {
  const figures = ['dashboard', 'goals', 'goal', 'progress', 'streak', 'weeks', 'week', 'history']
  // A goal that there was not has no logs either, as far as was known.
  if (/^(DailyLog|Goal)/.test(name)) return ['logs', 'totals', ...figures]
  if (name.startsWith('User')) return ['me', 'members', 'history']
  if (name === 'WeekClosed') return ['dashboard', 'weeks', 'week', 'history']
  return ['me', 'workspaces', 'members', 'invitations', 'logs', 'totals', ...figures]
}

/** Asks again for what is shown and may be out of date, once for all that happens in a moment. */
export function renew(names: string[]): void {
  for (const name of names) stale.add(name)
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const name of stale) renewAnswers(name)
    stale.clear()
  }, SETTLE_MS)
}

let lastDay: string | undefined

/** Asks again when a day has begun: how things stand is told by the day, though nothing happened. */
export function renewOnNewDay(today: string | undefined): void {
  if (today && lastDay && today !== lastDay)
    renew(['me', 'dashboard', 'goals', 'progress', 'streak', 'weeks'])
  lastDay = today ?? lastDay
}

/** By the ends of commands' names. */
const KIND_EVENTS: Record<string, string> = {
  Goal: 'Goal',
  Schedule: 'Goal',
  Target: 'Goal',
  Log: 'DailyLog',
  Day: 'DailyLog',
  Profile: 'User',
  Preferences: 'User',
}

/** Asks again after each command that is answered: from the start, since what waited is sent as soon as the app opens. */
export function renewAfterAnswers(): void {
  onAnswered((entry) => {
    position.learn(entry.settled, entry.position, entry.workspace ?? OWN)
    if (!isHere(entry)) return
    const { kind } = entry.command
    const ending = Object.keys(KIND_EVENTS).find((one) => kind.endsWith(one))
    renew(touchedBy(KIND_EVENTS[ending ?? ''] ?? '*'))
  })
}
