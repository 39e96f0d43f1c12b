/** Everything that ever happened, newest first, with what each change changed. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { Past } from '~/data/queries'
import { useGoals, useMe, usePast, useToday } from '~/data/use'
import { allTexts, useText } from '~/i18n'
import { addDays } from '~/lib/dates'
import { formatNear } from '~/lib/format'
import { quietly } from '~/ui/lazily'
import { LoadMore } from '~/ui/load-more'
import { Empty, Failed, Loading } from '~/ui/state'
import { Heading } from './parts/heading'
import { type Filter, Filters } from './parts/history-filters'
import { HistoryLine } from './parts/history-line'

const LookBack = quietly(() => allTexts().then(() => import('./parts/look-back')))

const PAGE = 40
/** History ends before an instant; what was recorded at the instant that is looked at belongs to it. */
const justAfter = (past: string) => new Date(Date.parse(past) + 1).toISOString()

const earlier = (one?: string, next?: string) => (one && next ? (one < next ? one : next) : (one ?? next))

function useHistory(filter: Filter, past: Past) {
  const { me } = useMe()
  // Days are the workspace's own.
  const startOf = async (day: string) => {
    const { beginOf } = await import('~/lib/bounds')
    return (me ? beginOf(me.workspace, day) : new Date(day)).toISOString()
  }
  return useInfiniteQuery({
    queryKey: ['history', filter, past ?? null],
    enabled: me !== undefined || !(filter.from || filter.to),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const to = earlier(filter.to && (await startOf(addDays(filter.to, 1))), past && justAfter(past))
      const query = {
        limit: PAGE,
        ...(filter.goal && { goal_id: filter.goal }),
        ...(filter.type && { type: filter.type }),
        ...(filter.from && { from: await startOf(filter.from) }),
        ...(to && { to }),
        ...(pageParam && { cursor: pageParam }),
      }
      return api.get('/v1/history', { query, headers: atPosition(position.now()), signal })
    },
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

export default function HistoryPage() {
  const t = useText()
  const filter = useSearch({ from: '/inside/history' })
  const today = useToday() ?? ''
  const past = usePast()
  const query = useHistory(filter, past)
  const { data, error, refetch, hasNextPage } = query
  const { goals } = useGoals()
  const items = data?.pages.flatMap((page) => page.items)
  const days = [...new Set(items?.map((item) => item.local_day))]
  const titles = new Map(goals?.map((goal) => [goal.id, goal.title]))
  return (
    <>
      <Heading title={t('history.title')}>
        <Suspense>
          <LookBack />
        </Suspense>
      </Heading>
      <p className="-mt-4 mb-5 text-muted md:-mt-6">{t('history.text')}</p>
      <Filters filter={filter} />
      {error && !items && <Failed error={error} retry={() => void refetch()} />}
      {!items && !error && <Loading lines={5} className="h-16" />}
      {items?.length === 0 && <Empty title={t('history.empty')} text={t('history.emptyText')} />}
      {days.map((day) => (
        <section key={day} aria-labelledby={`day-${day}`} className="mb-6">
          <h2 id={`day-${day}`} className="mb-1 font-semibold text-lg">
            <time dateTime={day}>
              {formatNear(day, today, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })}
            </time>
          </h2>
          <ol className="divide-y divide-line">
            {items
              ?.filter((item) => item.local_day === day)
              .map((item) => (
                <HistoryLine
                  key={item.id}
                  item={item}
                  title={item.goal_id ? titles.get(item.goal_id) : undefined}
                />
              ))}
          </ol>
        </section>
      ))}
      <LoadMore query={query} className="w-full" />
      {!hasNextPage && items && items.length > 0 && (
        <p className="text-center text-muted text-sm">{t('history.end')}</p>
      )}
    </>
  )
}
