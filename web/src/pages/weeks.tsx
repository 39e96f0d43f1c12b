/** The weeks of the workspace, newest first: as each was when it closed, and what was corrected since. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { WeekSnapshot } from '~/api/types'
import { weeksQuery } from '~/data/queries'
import { usePast, useToday } from '~/data/use'
import { textsOf, useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatDays, formatMinutes } from '~/lib/format'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { LoadMore } from '~/ui/load-more'
import { cardLook, Empty, Failed, Loading } from '~/ui/state'
import { Heading } from './parts/heading'

const Details = lazily(() => textsOf('history').then(() => import('./parts/week-details')))
const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const

export default function WeeksPage() {
  const t = useText()
  const { week } = useSearch({ from: '/inside/weeks' })
  const query = useInfiniteQuery(weeksQuery(usePast()))
  const { data, error, refetch } = query
  const weeks = data?.pages.flatMap((page) => page.data.items)
  const most = Math.max(60, ...(weeks?.map(({ now }) => now.minutes) ?? []))
  return (
    <>
      <Heading title={t('weeks.title')} />
      <p className="-mt-4 mb-6 text-muted md:-mt-6">{t('weeks.text')}</p>
      {error && !weeks && <Failed error={error} retry={() => void refetch()} />}
      {!weeks && !error && <Loading lines={5} className="h-24 !rounded-card" />}
      {weeks?.length === 0 && <Empty title={t('weeks.empty')} text={t('weeks.emptyText')} />}
      <ol className="flex flex-col gap-3">
        {weeks?.map((one, at) => (
          <Week
            key={one.first}
            week={one}
            most={most}
            open={one.first === week}
            isFirst={at === weeks.length - 1 && !query.hasNextPage}
          />
        ))}
      </ol>
      <LoadMore query={query} className="mt-4 w-full" />
    </>
  )
}

function Week({
  week,
  most,
  open,
  isFirst,
}: {
  week: WeekSnapshot
  most: number
  open: boolean
  /** No week was before it. */
  isFirst: boolean
}) {
  const t = useText()
  const { first, last, now, closed, corrections } = week
  // A week from before the workspace is never closed, and over all the same: what is in it corrects nothing.
  const isRunning = last >= (useToday() ?? '')
  const id = `week-${first}`
  return (
    <li className={cx(cardLook, 'transition-colors', open && 'border-line-strong')}>
      <Link
        to="/weeks"
        search={(before) => ({ ...before, week: open ? undefined : first })}
        replace
        resetScroll={false}
        aria-expanded={open}
        aria-controls={id}
        className="block rounded-card px-5 py-4 hover:bg-sunken/50"
      >
        <div className="flex items-baseline justify-between gap-3">
          <h2 className="font-semibold">{formatDays(first, last, DAY)}</h2>
          <span className="numbers shrink-0 font-semibold">{formatMinutes(now.minutes)}</span>
        </div>
        <div className="bar mt-2.5 h-2 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
          <div
            className={cx('h-full rounded-full', isRunning ? 'bg-accent' : 'bg-heat-2')}
            style={{ width: `${(now.minutes / most) * 100}%` }}
          />
        </div>
        <div className="mt-2 flex items-end gap-3 text-muted text-sm">
          <p className="flex grow flex-wrap gap-x-4">
            <span>{t('weeks.metDays', { count: now.met_days })}</span>
            <span>{t('goals.logs', { count: now.logs })}</span>
            {/* A part of a week compares to no whole one. */}
            {!isRunning && !isFirst && (now.minutes > 0 || now.change.minutes !== 0) && (
              <Change minutes={now.change.minutes} />
            )}
          </p>
          {isRunning && <Tag text={t('weeks.running')} accent />}
          {closed && corrections > 0 && <Tag text={t('weeks.corrected', { count: corrections })} />}
          <Icon
            name="right"
            className={cx('my-0.5 size-4 shrink-0 transition-transform', open && 'rotate-90')}
          />
        </div>
      </Link>
      <div id={id}>
        {open && (
          <Suspense fallback={<Loading lines={2} className="mx-5 mb-4 h-16" />}>
            <Details first={first} />
          </Suspense>
        )}
      </div>
    </li>
  )
}

function Change({ minutes }: { minutes: number }) {
  const t = useText()
  if (minutes === 0) return <span>{t('weeks.same')}</span>
  return (
    <span>
      <span className={minutes > 0 ? 'font-medium text-accent-text' : 'font-medium text-ink'}>
        {minutes > 0 ? '+' : '−'}
        {formatMinutes(Math.abs(minutes))}
      </span>{' '}
      {t('weeks.change')}
    </span>
  )
}

function Tag({ text, accent }: { text: string; accent?: boolean }) {
  return (
    <span
      className={cx(
        'shrink-0 rounded-full px-2.5 py-0.5 font-medium text-xs',
        accent ? 'bg-accent-soft text-accent-text' : 'bg-sunken text-muted',
      )}
    >
      {text}
    </span>
  )
}
