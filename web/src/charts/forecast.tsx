/** Minutes in all, day by day, and where the pace of late leads: past the target date, or before it. */
import { useText } from '~/i18n'
import { addDays, daysBetween } from '~/lib/dates'
import { formatDay, formatMinutes } from '~/lib/format'
import { useWide } from '~/lib/wide'

interface Point {
  day: string
  minutes: number
  minutes_in_all: number
}

interface ForecastProps {
  history: Point[]
  total: number
  target: string | undefined
  reachedOn: string | undefined
  today: string
}

/** In a narrow place the picture is drawn narrower, so that its text stays legible. */
const WIDTHS = { wide: 640, narrow: 330 }
const HEIGHT = 180
const BOTTOM = 20
const TOP = 10
const MEDIUM = { dateStyle: 'medium' } as const
const SHORT = { day: 'numeric', month: 'short', year: '2-digit' } as const

/** The line, or the table that says the same. */
export default function Forecast({ asTable, ...props }: ForecastProps & { asTable: boolean }) {
  return asTable ? <ForecastTable {...props} /> : <ForecastLine {...props} />
}

const later = (one: string, next: string) => (one > next ? one : next)

/** What the picture spans: from the first day on to the last that matters; a pace that leads too far is cut off. */
function span({ history, today, target, reachedOn }: ForecastProps) {
  const first = history[0]?.day ?? today
  const known = later(today, target ?? today)
  const reach = addDays(today, Math.max(60, 2 * daysBetween(first, known)))
  const wanted = reachedOn ? later(known, reachedOn) : known
  const last = wanted > reach ? later(known, reach) : wanted
  return { first, last: last > today ? last : addDays(today, 14) }
}

function ForecastLine(props: ForecastProps) {
  const t = useText()
  const { history, total, target, reachedOn, today } = props
  const width = useWide() ? WIDTHS.wide : WIDTHS.narrow
  const { first, last } = span(props)
  const now = history.at(-1)?.minutes_in_all ?? 0
  const most = Math.max(total, now) * 1.04
  const x = (day: string) => (daysBetween(first, day) / Math.max(1, daysBetween(first, last))) * width
  const y = (minutes: number) => HEIGHT - BOTTOM - (minutes / most) * (HEIGHT - BOTTOM - TOP)
  const at = (day: string, minutes: number) => `${x(day).toFixed(1)} ${y(minutes).toFixed(1)}`
  // Between two days with logs nothing is added: the line goes in steps.
  const steps = history.map(
    ({ day, minutes_in_all }) => `H${x(day).toFixed(1)}V${y(minutes_in_all).toFixed(1)}`,
  )
  const begin = history[0] ? history[0].minutes_in_all - history[0].minutes : 0
  const line = `M${at(first, begin)}${steps.join('')}H${x(today).toFixed(1)}`
  const told = [
    `${t('forecast.chart')}.`,
    `${formatDay(today, MEDIUM)}: ${formatMinutes(now)}.`,
    `${t('forecast.total')}: ${formatMinutes(total)}.`,
    ...(reachedOn ? [`${t('forecast.forecast')}: ${formatDay(reachedOn, MEDIUM)}.`] : []),
  ].join(' ')
  return (
    <figure className="mt-5">
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        className="h-auto w-full overflow-visible"
        role="img"
        aria-label={told}
      >
        <path d={`M0 ${y(0)}H${width}`} className="stroke-line" />
        <path d={`M0 ${y(total)}H${width}`} className="stroke-line-strong" strokeDasharray="2 5" />
        {target && target >= first && (
          <path d={`M${x(target)} ${y(0)}V${TOP - 6}`} className="stroke-line-strong" strokeDasharray="2 5" />
        )}
        <path d={`${line}V${y(0)}H0Z`} className="fill-accent-soft" />
        <path d={line} className="fill-none stroke-accent stroke-[2.5]" strokeLinejoin="round" />
        {reachedOn && now < total && (
          <path
            d={`M${at(today, now)}L${at(reachedOn, total)}`}
            className="fill-none stroke-2 stroke-accent"
            strokeDasharray="1 6"
            strokeLinecap="round"
            clipPath="inset(0)"
          />
        )}
        <circle cx={x(today)} cy={y(now)} r={5} className="fill-accent stroke-2 stroke-surface" />
        {reachedOn && reachedOn <= last && now < total && (
          <circle cx={x(reachedOn)} cy={y(total)} r={4.5} className="fill-surface stroke-2 stroke-accent" />
        )}
        <g className="fill-muted text-[11px]">
          <text x={0} y={HEIGHT - 3}>
            {formatDay(first, SHORT)}
          </text>
          <text x={width} y={HEIGHT - 3} textAnchor="end">
            {formatDay(last, SHORT)}
          </text>
          <text x={0} y={y(total) + 14}>
            {formatMinutes(total)}
          </text>
        </g>
      </svg>
      <figcaption className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-muted text-sm" aria-hidden="true">
        <Key dash={undefined} text={t('forecast.soFar')} />
        {reachedOn && now < total && <Key dash="1 6" text={t('forecast.forecast')} />}
        {target && <Key dash="2 5" grey text={t('forecast.target')} />}
      </figcaption>
    </figure>
  )
}

function Key({ dash, grey, text }: { dash: string | undefined; grey?: boolean; text: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg width={22} height={8} aria-hidden="true">
        <path
          d="M2 4h18"
          className={`stroke-2 ${grey ? 'stroke-line-strong' : 'stroke-accent'}`}
          strokeDasharray={dash}
          strokeLinecap="round"
        />
      </svg>
      {text}
    </span>
  )
}

/** The same as a table: where each month ended, and where the pace leads. */
function ForecastTable({ history, total, target, reachedOn, today }: ForecastProps) {
  const t = useText()
  const months = new Map(history.map((point) => [point.day.slice(0, 7), point]))
  const rows: [string, string, string?][] = [
    ...[...months.values()].map(({ day, minutes_in_all }): [string, string] => [
      day,
      formatMinutes(minutes_in_all),
    ]),
    ...(target ? [[target, formatMinutes(total), t('forecast.target')] as [string, string, string]] : []),
    ...(reachedOn
      ? [[reachedOn, formatMinutes(total), t('forecast.forecast')] as [string, string, string]]
      : []),
  ]
  return (
    <table className="numbers mt-4 w-full text-left text-[0.9375rem]">
      <caption className="sr-only">{t('forecast.chart')}</caption>
      <thead className="text-muted text-sm">
        <tr>
          <th className="py-2 font-medium">{t('forecast.date')}</th>
          <th className="py-2 text-right font-medium">{t('goal.minutes')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([day, minutes, what]) => (
          <tr key={`${day}${what}`} className="border-line border-t">
            <th scope="row" className="py-2 font-normal">
              {formatDay(day, MEDIUM)}
              {what && <span className="text-muted"> · {what}</span>}
              {day === today && <span className="text-muted"> · {t('time.today')}</span>}
            </th>
            <td className="py-2 text-right">{minutes}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
