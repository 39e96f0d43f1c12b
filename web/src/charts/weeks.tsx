/** Minutes a week as bars, the current week last. */
import { useState } from 'react'
import { useText } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'

/** A week by its first day. */
interface Week {
  first: string
  minutes: number
  /** The minutes it was to have, if it was to have any. */
  target?: number | undefined
}

interface Shown {
  weeks: Week[]
  /** Minutes a week, over so many weeks before this one; also such as are not shown. */
  average: { minutes: number; weeks: number } | undefined
}

const HEIGHT = 120
const WIDTH = 24
const STEP = 32

/** The weeks as bars, or as the table that says the same. */
export default function WeeksChart({ asTable, ...shown }: Shown & { asTable: boolean }) {
  return asTable ? <WeekTable weeks={shown.weeks} /> : <WeekBars {...shown} />
}

function WeekBars({ weeks, average }: Shown) {
  const t = useText()
  const [pointed, setPointed] = useState<Week>()
  const most = Math.max(60, ...weeks.map((week) => Math.max(week.minutes, week.target ?? 0)))
  const y = (minutes: number) => HEIGHT - (minutes / most) * (HEIGHT - 8)
  const name = (week: Week) =>
    week === weeks.at(-1)
      ? t('goal.thisWeek')
      : t('goal.week', { date: formatDay(week.first, { day: 'numeric', month: 'short' }) })
  const averageTold =
    average && t('goal.average', { minutes: formatMinutes(average.minutes), count: average.weeks })
  const label = [t('goal.weeksOf', { count: weeks.length }), averageTold].filter(Boolean).join('. ')
  return (
    <div>
      <svg
        viewBox={`0 0 ${weeks.length * STEP - (STEP - WIDTH)} ${HEIGHT + 18}`}
        className="h-auto w-full"
        role="img"
        aria-label={label}
        onPointerLeave={() => setPointed(undefined)}
      >
        <path d={`M0 ${HEIGHT + 0.5}H${weeks.length * STEP}`} className="stroke-line" />
        {average && average.minutes > 0 && (
          <path
            d={`M0 ${y(average.minutes)}H${weeks.length * STEP}`}
            className="stroke-line-strong"
            strokeDasharray="2 5"
            strokeLinecap="round"
          />
        )}
        {weeks.map((week, at) => (
          <g key={week.first} onPointerEnter={() => setPointed(week)}>
            <rect x={at * STEP - 4} y={0} width={STEP} height={HEIGHT + 18} className="fill-transparent" />
            {week.minutes > 0 && (
              <rect
                x={at * STEP}
                y={y(week.minutes)}
                width={WIDTH}
                height={HEIGHT - y(week.minutes)}
                rx={5}
                className={
                  at === weeks.length - 1 ? 'fill-accent' : pointed === week ? 'fill-heat-3' : 'fill-heat-2'
                }
              />
            )}
            {week.target && (
              <path
                d={`M${at * STEP - 2} ${y(week.target)}h${WIDTH + 4}`}
                className="stroke-[1.5] stroke-ink"
                strokeLinecap="round"
              />
            )}
            {at % 3 === 1 && (
              <text
                x={at * STEP + (at === weeks.length - 1 ? WIDTH : WIDTH / 2)}
                y={HEIGHT + 15}
                textAnchor={at === weeks.length - 1 ? 'end' : 'middle'}
                className="fill-muted text-[10px]"
              >
                {formatDay(week.first, { day: 'numeric', month: 'short' })}
              </text>
            )}
          </g>
        ))}
      </svg>
      <p className="mt-2 min-h-6 text-muted text-sm">
        {pointed ? `${name(pointed)}: ${told(t, pointed)}` : averageTold}
      </p>
    </div>
  )
}

const told = (t: ReturnType<typeof useText>, { minutes, target }: Week) =>
  target
    ? t('goals.of', { done: formatMinutes(minutes), total: formatMinutes(target) })
    : formatMinutes(minutes)

/** The same as a table. */
function WeekTable({ weeks }: { weeks: Week[] }) {
  const t = useText()
  return (
    <table className="numbers w-full text-left text-[0.9375rem]">
      <caption className="sr-only">{t('goal.weeksOf', { count: weeks.length })}</caption>
      <tbody>
        {[...weeks].reverse().map((week) => (
          <tr key={week.first} className="border-line border-b last:border-0">
            <th scope="row" className="py-2 font-normal">
              {t('goal.week', { date: formatDay(week.first, { dateStyle: 'medium' }) })}
            </th>
            <td className="py-2 text-right">{told(t, week)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
