/** A goal's streak: how long it is, whether it is at risk, and how it came to be so. */
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Suspense, useId, useState } from 'react'
import { api } from '~/api/client'
import type { Goal, Standing } from '~/api/types'
import { asking, asOf, keyed, type Past } from '~/data/queries'
import { useAsking, useDashboard, usePast } from '~/data/use'
import { allTexts, useText } from '~/i18n'
import { formatDay, formatDays } from '~/lib/format'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Failed, Loading, Skeleton } from '~/ui/state'
import { Panel } from '../parts/panel'
import { tellLength, tellLongest } from '../parts/told'

const Reasons = lazily(() => allTexts().then(() => import('./reasons')))
const MEDIUM = { dateStyle: 'medium' } as const

const STREAK_PAGE = 20

/** A goal's streak, and how it came to be so. */
const streakQuery = (id: string, past?: Past) =>
  infiniteQueryOptions({
    queryKey: ['streak', id, ...keyed(past)],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: STREAK_PAGE, ...(pageParam && { cursor: pageParam }), ...asOf(past) }
      return asking((headers) => api.get('/v1/goals/{id}/streak', { path: { id }, query, headers, signal }))
    },
    getNextPageParam: (last) => last.data.changes.next ?? undefined,
  })

/** The panel. */
export default function StreakPanel({ goal, locked }: { goal: Goal; locked: boolean }) {
  const t = useText()
  const id = useId()
  const past = usePast()
  const query = useInfiniteQuery({ ...streakQuery(goal.id, past), ...useAsking(goal.id) })
  const { data, error, isLoading, refetch } = query
  const { dashboard } = useDashboard()
  const [open, setOpen] = useState(false)
  // The dashboard shows at once what was just done here.
  const standing: Standing | undefined =
    dashboard?.goals.find(({ goal_id }) => goal_id === goal.id)?.streak ?? data?.pages[0]?.data
  const changes = data?.pages.flatMap((page) => page.data.changes.items)
  return (
    <Panel title={t('streak.title')}>
      {error && !standing && <Failed error={error} retry={() => void refetch()} />}
      {!standing && !error && <Skeleton className="h-24" />}
      {standing && <StandingTold standing={standing} begins={!locked && !goal.completed_on} />}
      {(isLoading || Boolean(changes?.length)) && (
        <Button
          look="quiet"
          size="small"
          className="mt-4"
          aria-expanded={open}
          aria-controls={id}
          disabled={!changes}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'streak.hide' : 'streak.why')}
        </Button>
      )}
      <div id={id}>
        {open && changes && (
          <Suspense fallback={<Loading lines={3} className="h-12" />}>
            <Reasons goal={goal.id} changes={changes} query={query} />
          </Suspense>
        )}
      </div>
    </Panel>
  )
}

/** `begins`: whether anybody here is to begin one. */
function StandingTold({ standing, begins }: { standing: Standing; begins: boolean }) {
  const t = useText()
  const { current, unit, since, longest, at_risk: atRisk, lapsed } = standing
  const any = longest.days > 0 || longest.weeks > 0
  const lines = [
    ...(current > 0 && since ? [t('streak.since', { date: formatDay(since, MEDIUM) })] : []),
    ...(current === 0 && begins ? [t(`streak.begins.${unit}`)] : []),
    ...(any ? [t('streak.longest', { longest: tellLongest(standing) })] : []),
  ]
  return (
    <>
      {current > 0 ? (
        <p className="numbers font-bold text-4xl tracking-tight">{tellLength(unit, current)}</p>
      ) : (
        <p className="font-semibold text-xl leading-10">{t(any ? 'streak.noneNow' : 'streak.none')}</p>
      )}
      <p className="text-muted text-sm">{lines.join(' · ')}</p>
      {atRisk && (
        <p className="mt-3 flex w-fit items-center gap-1.5 rounded-full bg-warn-soft px-3 py-1 font-medium text-sm text-warn">
          <Icon name="flame" className="size-4 fill-current" />
          {t(`streak.atRisk.${unit}`)}
        </p>
      )}
      {current === 0 && lapsed && (
        <p className="mt-3 text-muted text-sm">
          {t('streak.lapsed', {
            length: tellLength(lapsed.run.unit, lapsed.run.length),
            missed: formatDays(lapsed.missed.first, lapsed.missed.last, MEDIUM),
          })}
        </p>
      )}
    </>
  )
}
