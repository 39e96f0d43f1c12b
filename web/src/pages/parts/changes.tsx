/** What an event changed, field by field: before and after, as people write such values. */
import type { CalendarSettings, DatedSchedule, DatedTarget, DayRange, Happening, Me } from '~/api/types'
import { hasText, useText } from '~/i18n'
import { formatDay, formatMinutes, languageName } from '~/lib/format'
import { WEEKDAYS } from '~/lib/plan'
import { tellAmount, tellRange, tellSchedule, weekdayName } from './told'

interface Field {
  name: string
  before: unknown
  after: unknown
}

/** Said by what happened itself, or of no use to people. */
const UNSAID = new Set(['goal_id', 'workspace_id', 'members', 'completed', 'archived', 'withdrawn', 'owner'])
const CALENDAR = ['zone', 'week_start', 'day_start_minute', 'from'] as const

type CalendarFact = CalendarSettings & { from: string }

/** Dated facts are a list of which the last is the new one. */
const last = (facts: unknown) => (Array.isArray(facts) ? facts.at(-1) : undefined)

/** The fields that are worth saying. A calendar is a list of facts, of which the last is the new one. */
function fieldsOf(item: Happening): Field[] {
  return item.changes.flatMap(({ field, before, after }): Field[] => {
    if (UNSAID.has(field)) return []
    if (field === 'schedules' || field === 'weekly_targets')
      return [{ name: field, before: last(before), after: last(after) }]
    if (field !== 'calendar') return [{ name: field, before, after }]
    const was = (before as CalendarFact[] | null)?.at(-1)
    const is = (after as CalendarFact[] | null)?.at(-1)
    const fields = CALENDAR.map((name) => ({ name, before: was?.[name] ?? null, after: is?.[name] ?? null }))
    return fields.filter((one) => one.before !== one.after)
  })
}

/** A time of day of so many minutes. */
export const clock = (minutes: number) =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`

function useValue(): (name: string, value: unknown) => string {
  const t = useText()
  return (name, value) => {
    if (value === null || value === undefined || value === '') return t('history.none')
    if ((name === 'minutes' || name === 'total_minutes') && typeof value === 'number')
      return formatMinutes(value)
    if (name === 'day_start_minute' && typeof value === 'number') return clock(value)
    if ((name === 'day' || name === 'target_date' || name === 'from') && typeof value === 'string')
      return formatDay(value, { dateStyle: 'medium' })
    if (name === 'language') return languageName(String(value))
    if (name === 'theme') return t(`change.${value as Me['theme']}`)
    if (name === 'week_start')
      return weekdayName(WEEKDAYS.indexOf(value as CalendarSettings['week_start']), 'long')
    if (name === 'schedules') return tellSchedule((value as DatedSchedule).schedule)
    if (name === 'weekly_targets') {
      const { target } = value as DatedTarget
      return target ? tellAmount(target.metric, target.value) : t('told.noTarget')
    }
    if (name === 'pauses') {
      const ranges = value as DayRange[]
      return ranges.length > 0 ? ranges.map(tellRange).join(', ') : t('history.none')
    }
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** The changes of an event. */
export function Changes({ item }: { item: Happening }) {
  const t = useText()
  const value = useValue()
  const named = (name: string) => {
    const key = `change.${name}`
    return hasText(key) ? t(key) : name
  }
  const fields = fieldsOf(item)
  if (fields.length === 0) return null
  return (
    <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
      {fields.map(({ name, before, after }) => (
        <div key={name} className="flex min-w-0 flex-wrap gap-x-2">
          <dt className="text-muted">{named(name)}</dt>
          <dd className="min-w-0 break-words">
            {before !== null && before !== undefined && (
              <>
                <span className="sr-only">{t('history.before')} </span>
                <del dir="auto" className="text-muted decoration-1">
                  {value(name, before)}
                </del>
                <span aria-hidden="true" className="text-muted">
                  {' → '}
                </span>
                <span className="sr-only">, {t('history.after')} </span>
              </>
            )}
            <ins dir="auto" className="no-underline">
              {value(name, after)}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}
