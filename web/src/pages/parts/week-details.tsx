/** A week whole: by goal, as it was when it closed and as it is now, and the corrections in between. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '~/api/client'
import type { WeekCorrection, WeekDetails, WeekFigures } from '~/api/types'
import { asking, asOf, keyed, type Past } from '~/data/queries'
import { useMe, usePast, useToday } from '~/data/use'
import { hasText, useText } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'
import { formatThere } from '~/lib/instant'
import { Failed, Loading } from '~/ui/state'
import { tellAmount, tellTarget } from './told'

const FIGURES = ['minutes', 'met_days', 'logs'] as const

/** A week of the workspace, whole. */
const weekQuery = (first: string, past?: Past) =>
  queryOptions({
    queryKey: ['week', first, ...keyed(past)],
    queryFn: ({ signal }) =>
      asking((headers) =>
        api.get('/v1/weeks/{first}', { path: { first }, query: asOf(past), headers, signal }),
      ),
  })

/** The details, once they are there. */
export default function Details({ first }: { first: string }) {
  const { data, error, refetch } = useQuery(weekQuery(first, usePast()))
  return (
    <div className="border-line border-t px-5 pt-3 pb-5">
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading lines={2} className="h-14" />}
      {data && <Shown week={data.data} />}
    </div>
  )
}

function Shown({ week }: { week: WeekDetails }) {
  const t = useText()
  const today = useToday()
  const { me } = useMe()
  const { now, as_closed, goals, corrections, closed } = week
  const titles = new Map(goals.map(({ goal_id, title }) => [goal_id, title]))
  const date = formatDay(week.first, { dateStyle: 'long' })
  return (
    <>
      {now.best_day && (
        <p className="mb-3 text-muted text-sm">
          {t('weeks.best', {
            day: formatDay(now.best_day.day, { weekday: 'long' }),
            minutes: formatMinutes(now.best_day.minutes),
          })}
        </p>
      )}
      <table className="numbers w-full text-left text-[0.9375rem]">
        <caption className="sr-only">{t('weeks.detailsOf', { date })}</caption>
        <thead className="text-muted text-sm">
          <tr>
            <th className="py-1.5 font-medium">{t('weeks.goal')}</th>
            {as_closed && <th className="py-1.5 text-right font-medium">{t('weeks.asClosed')}</th>}
            <th className="py-1.5 pl-3 text-right font-medium">{t('weeks.nowFigures')}</th>
          </tr>
        </thead>
        <tbody>
          {goals.map((goal) => (
            <tr key={goal.goal_id} className="border-line border-t align-top">
              <th scope="row" className="wrap-anywhere pr-3 font-normal">
                <Link
                  dir="auto"
                  to="/goals/$id"
                  params={{ id: goal.goal_id }}
                  className="block min-h-11 py-2 hover:underline"
                >
                  {goal.title}
                </Link>
              </th>
              {as_closed && <Figures week={goal.as_closed ?? undefined} />}
              <Figures week={goal.now} was={as_closed ? (goal.as_closed ?? undefined) : undefined} />
            </tr>
          ))}
          <tr className="border-line-strong border-t align-top font-semibold">
            <th scope="row" className="py-2 pr-3">
              {t('weeks.all')}
            </th>
            {as_closed && <Figures week={as_closed} />}
            <Figures week={now} was={as_closed ?? undefined} />
          </tr>
        </tbody>
      </table>
      {closed && <Corrections corrections={corrections} titles={titles} />}
      {!closed && week.last >= (today ?? '') && (
        <p className="mt-4 text-muted text-sm">
          {t('weeks.stillRunning', {
            when: formatThere(me?.workspace, week.ends_at, {
              weekday: 'long',
              hour: 'numeric',
              minute: 'numeric',
            }),
          })}
        </p>
      )}
    </>
  )
}

/** Minutes, and the target where there was one. What differs from when the week closed is marked. */
function Figures({ week, was }: { week: WeekFigures | undefined; was?: WeekFigures | undefined }) {
  const t = useText()
  if (!week) return <td className="py-2 pl-3 text-right text-muted">–</td>
  const differs = was && FIGURES.some((figure) => was[figure] !== week[figure])
  const target = week.target?.metric === 'minutes' ? undefined : tellTarget(week)
  return (
    <td className="whitespace-nowrap py-2 pl-3 text-right">
      <span className={differs ? 'font-semibold text-accent-text' : undefined}>
        {formatMinutes(week.minutes)}
      </span>
      <span className="block text-muted text-sm">
        {week.target?.metric === 'minutes'
          ? t('plan.perWeekTime', { value: tellAmount('minutes', week.target.value) })
          : (target ?? t('weeks.logCount', { count: week.logs }))}
      </span>
    </td>
  )
}

function Corrections({
  corrections,
  titles,
}: {
  corrections: WeekCorrection[]
  titles: Map<string, string>
}) {
  const t = useText()
  const { me } = useMe()
  if (corrections.length === 0) return <p className="mt-4 text-muted text-sm">{t('weeks.noCorrections')}</p>
  return (
    <section className="mt-5" aria-label={t('weeks.corrections')}>
      <h3 className="mb-1 font-semibold text-sm">{t('weeks.corrections')}</h3>
      <ol className="divide-y divide-line">
        {corrections.map((one) => {
          const key = `event.${one.type}`
          const title = one.goal_id ? titles.get(one.goal_id) : undefined
          return (
            <li
              key={`${one.position} ${one.day}`}
              className="flex items-baseline gap-3 py-2 text-[0.9375rem]"
            >
              <div className="min-w-0 grow">
                <p className="break-words font-medium">
                  {hasText(key) ? t(key) : one.type}
                  {title && (
                    <>
                      {' · '}
                      <bdi>{title}</bdi>
                    </>
                  )}
                </p>
                <p className="text-muted text-sm">
                  {formatThere(me?.workspace, one.recorded_at)}
                  {one.day &&
                    `, ${t('weeks.forDay', { day: formatDay(one.day, { weekday: 'short', day: 'numeric', month: 'short' }) })}`}
                </p>
              </div>
              <span className="numbers shrink-0 font-semibold">{signed(one.minutes)}</span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

const signed = (minutes: number) => `${minutes < 0 ? '−' : '+'}${formatMinutes(Math.abs(minutes))}`
