/** How a streak came to be so: each change with the event that caused it, or the day or week that went by. */
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { Happening, StreakChanged } from '~/api/types'
import { useToday } from '~/data/use'
import { hasText, useText } from '~/i18n'
import { formatDay, formatNear } from '~/lib/format'
import { LoadMore } from '~/ui/load-more'
import { Changes } from '../parts/changes'
import { tellLength } from '../parts/told'

/** So many of a goal's events are looked through for causes; older ones go unnamed. */
const EVENTS_READ = 300
const MEDIUM = { dateStyle: 'medium' } as const

/** The list, newest first. */
export default function Reasons({
  goal,
  changes,
  query,
}: {
  goal: string
  changes: StreakChanged[]
  query: ComponentProps<typeof LoadMore>['query']
}) {
  const { data } = useQuery({
    queryKey: ['history', 'causes', goal],
    queryFn: ({ signal }) =>
      api.get('/v1/history', {
        query: { goal_id: goal, limit: EVENTS_READ },
        headers: atPosition(position.now()),
        signal,
      }),
  })
  const events = new Map(data?.items.map((item) => [item.id, item]))
  return (
    <>
      <ol className="mt-3 flex flex-col divide-y divide-line border-line border-t">
        {changes.map((change) => (
          <Line key={keyOf(change)} change={change} events={events} />
        ))}
      </ol>
      <LoadMore query={query} look="ghost" size="small" />
    </>
  )
}

const keyOf = ({ cause }: StreakChanged) => ('event' in cause ? cause.event : cause.missed.first)

function Line({ change, events }: { change: StreakChanged; events: Map<string, Happening> }) {
  const t = useText()
  const today = useToday() ?? ''
  const { cause, before, after } = change
  const event = 'event' in cause ? events.get(cause.event) : undefined
  const key = event ? `event.${event.type}` : ''
  const same = before.current === after.current && before.unit === after.unit
  return (
    <li className="flex items-baseline gap-4 py-2.5 text-[0.9375rem]">
      <div className="min-w-0 grow">
        <p className="break-words font-medium">
          {'missed' in cause
            ? t('reason.missed', { when: missed(cause.missed) })
            : hasText(key)
              ? t(key)
              : t('reason.byEvent')}
        </p>
        {event && <Changes item={event} />}
        {event && (
          <time dateTime={event.recorded_at} className="text-muted text-sm">
            {formatNear(event.local_day, today, MEDIUM)}
          </time>
        )}
        {same && <p className="text-muted text-sm">{t('reason.same')}</p>}
      </div>
      {!same && (
        <span className="numbers shrink-0 font-semibold">
          {t('reason.grew', {
            before: before.current,
            after: tellLength(after.unit, after.current),
          })}
        </span>
      )}
    </li>
  )
}

function missed({ first, last }: { first: string; last: string }): string {
  const day = formatDay(first, MEDIUM)
  return first === last ? day : `${day} – ${formatDay(last, MEDIUM)}`
}
