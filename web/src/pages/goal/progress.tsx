/** How far the goal is, and where its pace leads. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type ReactNode, Suspense } from 'react'
import { api } from '~/api/client'
import type { Goal, Pace } from '~/api/types'
import { asking, asOf, keyed, type Past } from '~/data/queries'
import { useAsking, usePast } from '~/data/use'
import { allTexts, useText } from '~/i18n'
import { daysBetween } from '~/lib/dates'
import { formatDay, formatDistance, formatMinutes, formatPercent } from '~/lib/format'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Failed, Skeleton } from '~/ui/state'
import { Bar } from '../parts/bar'
import { Panel, usePictured } from '../parts/panel'

const Forecast = lazily(() => allTexts().then(() => import('~/charts/forecast')))
const MEDIUM = { dateStyle: 'medium' } as const

/** How far a goal is, how fast it goes, and every day that led there. */
const progressQuery = (id: string, past?: Past) =>
  queryOptions({
    queryKey: ['progress', id, ...keyed(past)],
    queryFn: ({ signal }) =>
      asking((headers) =>
        api.get('/v1/goals/{id}/progress', { path: { id }, query: asOf(past), headers, signal }),
      ),
  })

/** The panel. */
export default function Progress({ goal, today, locked }: { goal: Goal; today: string; locked: boolean }) {
  const t = useText()
  const { data, error, isLoading, refetch } = useQuery({
    ...progressQuery(goal.id, usePast()),
    ...useAsking(goal.id),
  })
  const { asTable, toggle } = usePictured()
  const { minutes, total_minutes: total, target_date: target } = goal
  const pace = data?.data.pace
  const history = data?.data.history ?? []
  const drawn = Boolean(total) && history.length > 1
  return (
    <Panel title={t('goal.progress')} actions={drawn && toggle}>
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <p>
          <span className="numbers block font-bold text-4xl tracking-tight">{formatMinutes(minutes)}</span>
          <span className="text-muted text-sm">
            {total
              ? t('goals.of', { done: formatPercent(minutes / total), total: formatMinutes(total) })
              : t('goal.logged')}
            {` · ${t('goals.logs', { count: goal.logs })}`}
          </span>
        </p>
        {target && (
          <p className="sm:text-right">
            <span className="block font-semibold">{formatDay(target, MEDIUM)}</span>
            <span className="text-muted text-sm">{targetTold(t, daysBetween(today, target))}</span>
          </p>
        )}
      </div>
      {total && (
        <div className="mt-4">
          <Bar done={minutes} total={total} label={t('goal.progress')} />
          <p className="mt-2 text-muted text-sm">
            {minutes >= total
              ? t('goal.reached')
              : t('goal.toGo', { minutes: formatMinutes(total - minutes) })}
          </p>
        </div>
      )}
      {total && minutes < total && pace && <PaceFigures pace={pace} target={target} />}
      {total && isLoading && <Skeleton className="mt-5 h-44" />}
      {total && error && !data && (
        <div className="mt-5">
          <Failed error={error} retry={() => void refetch()} />
        </div>
      )}
      {total && drawn && (
        <Suspense fallback={<Skeleton className="mt-5 h-44" />}>
          <Forecast
            history={history}
            total={total}
            target={target ?? undefined}
            reachedOn={pace?.reached_on ?? undefined}
            today={today}
            asTable={asTable}
          />
        </Suspense>
      )}
      {!total && !locked && <p className="mt-4 text-muted text-sm">{t('pace.noTotal')}</p>}
    </Panel>
  )
}

function targetTold(t: ReturnType<typeof useText>, days: number): string {
  return days < 0 ? t('goal.targetOver', { distance: formatDistance(days) }) : formatDistance(days)
}

function PaceFigures({ pace, target }: { pace: Pace; target: string | null | undefined }) {
  const t = useText()
  const { needed_minutes_a_day: needed, recent_minutes_a_day: recent, reached_on: reached } = pace
  return (
    <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 border-line border-t pt-4 sm:grid-cols-3">
      <Figure name={t('pace.recent')} hint={t('pace.hint')}>
        {recent == null ? '–' : formatMinutes(recent)}
      </Figure>
      {needed != null && <Figure name={t('pace.needed')}>{formatMinutes(needed)}</Figure>}
      <Figure name={t('pace.reached')}>
        {reached ? formatDay(reached, MEDIUM) : t('pace.never')}
        {target && pace.on_time != null && (
          <span
            className={`mt-0.5 flex items-center gap-1 font-medium text-sm ${pace.on_time ? 'text-accent-text' : 'text-muted'}`}
          >
            <Icon name={pace.on_time ? 'check' : 'clock'} className="size-4" />
            {t(pace.on_time ? 'pace.onTime' : 'pace.late')}
          </span>
        )}
      </Figure>
    </dl>
  )
}

function Figure({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div title={hint}>
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="numbers font-semibold">{children}</dd>
    </div>
  )
}
