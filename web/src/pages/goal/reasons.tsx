/** How a streak came to be so: each change with the event that caused it, or the day or week that went by. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ComponentProps, useEffect } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { Happening, StreakChanged } from '~/api/types'
import { useMe, useToday } from '~/data/use'
import { hasText, useText } from '~/i18n'
import { dayThen } from '~/lib/dates'
import { formatDays, formatNear } from '~/lib/format'
import { LoadMore } from '~/ui/load-more'
import { Changes } from '../parts/changes'
import { tellLength } from '../parts/told'

/** So many of a goal's events are read at once, to look for causes among them. */
const PAGE = 300
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
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = useInfiniteQuery({
    queryKey: ['history', 'causes', goal],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/history', {
        query: { goal_id: goal, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        headers: atPosition(position.now()),
        signal,
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const read = data?.pages.flatMap((page) => page.items) ?? []
  const events = new Map(read.map((item) => [item.id, item]))
  // As far back as the changes go. What is not the goal's own, such as the calendar, is not among its events.
  const oldest = changes.findLast(({ cause }) => 'event' in cause)?.recorded_at
  const lacks = Boolean(oldest && oldest < (read.at(-1)?.recorded_at ?? ''))
  useEffect(() => {
    if (lacks && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [lacks, hasNextPage, isFetching, isError, fetchNextPage])
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
  const { me } = useMe()
  const { cause, before, after, recorded_at: at } = change
  const event = 'event' in cause ? events.get(cause.event) : undefined
  const key = event ? `event.${event.type}` : ''
  const inUnit = before.unit === after.unit
  const same = before.current === after.current && (inUnit || after.current === 0)
  const day = event?.local_day ?? ('event' in cause && at && me && dayThen(me.workspace, Date.parse(at)))
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 py-2.5 text-[0.9375rem]">
      <div className="min-w-0 grow basis-48">
        <p className="break-words font-medium">
          {'missed' in cause
            ? t('reason.missed', { when: formatDays(cause.missed.first, cause.missed.last, MEDIUM) })
            : hasText(key)
              ? t(key)
              : t('reason.byEvent')}
        </p>
        {event && <Changes item={event} />}
        {day && (
          <time dateTime={event?.recorded_at ?? day} className="text-muted text-sm">
            {formatNear(day, today, MEDIUM)}
          </time>
        )}
        {same && inUnit && <p className="text-muted text-sm">{t('reason.same')}</p>}
      </div>
      {!same && (
        <span className="numbers ml-auto shrink-0 font-semibold">
          {t('reason.grew', {
            before: inUnit ? before.current : tellLength(before.unit, before.current),
            after: tellLength(after.unit, after.current),
          })}
        </span>
      )}
    </li>
  )
}
