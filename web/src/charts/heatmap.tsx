/** A year of days by shade, week by week, like a calendar on its side. One day has the focus; arrows move it. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { CalendarSettings, DailyTotal } from '~/api/types'
import { useText } from '~/i18n'
import { addDays, daysBetween, daysOf, lastStart, placeInWeek } from '~/lib/dates'
import { formatDay, formatMinutes } from '~/lib/format'
import { aLot, HEAT, heatLevel } from './heat'

const CELL = 12
const STEP = 15
const LEFT = 30
const TOP = 18

interface HeatmapProps {
  year: number
  today: string
  weekStart: CalendarSettings['week_start']
  totals: Map<string, DailyTotal>
  selected: string | undefined
  /** None where no day leads anywhere, as in the past. */
  onSelect: ((day: string) => void) | undefined
}

const clamp = (day: string, first: string, last: string) => {
  if (day < first) return first
  return day > last ? last : day
}

/** The year as a grid, or as the table that says the same. */
export default function YearChart({ asTable, ...year }: HeatmapProps & { asTable: boolean }) {
  return asTable ? <HeatmapTable {...year} /> : <Heatmap {...year} />
}

function Heatmap({ year, today, weekStart, totals, selected, onSelect }: HeatmapProps) {
  const t = useText()
  const first = `${year}-01-01`
  const last = `${year}-12-31`
  const end = last < today ? last : today
  const start = lastStart(first, weekStart)
  const days = useMemo(() => daysOf(first, last), [first, last])
  const most = useMemo(() => aLot([...totals.values()].map((total) => total.minutes)), [totals])
  const [focused, setFocused] = useState<string>()
  const [pointed, setPointed] = useState<string>()
  const grid = useRef<SVGSVGElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const weeks = Math.floor(daysBetween(start, last) / 7) + 1
  const current = focused && focused >= first && focused <= end ? focused : end
  const columnOf = (day: string) => Math.floor(daysBetween(start, day) / 7)

  useEffect(() => {
    // On a phone the year is wider than the screen: begin where we are.
    const box = scroller.current
    if (box) box.scrollLeft = LEFT + (Math.floor(daysBetween(start, end) / 7) + 4) * STEP - box.clientWidth
  }, [start, end])

  const move = (event: KeyboardEvent) => {
    // With these, arrows and Home are the browser's, as for going back.
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const by = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1 }[event.key]
    const target =
      { Home: first, End: end }[event.key] ?? (by === undefined ? undefined : addDays(current, by))
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onSelect?.(current)
    }
    if (!target) return
    event.preventDefault()
    const day = clamp(target, first, end)
    setFocused(day)
    grid.current?.querySelector<SVGElement>(`[data-day="${day}"]`)?.focus()
  }
  const tell = (day: string) => {
    const total = totals.get(day)
    const told = total
      ? `${formatMinutes(total.minutes)}, ${t('goals.logs', { count: total.logs })}`
      : t('goal.nothing')
    return `${formatDay(day, { dateStyle: 'full' })}: ${told}`
  }
  const told = pointed ?? focused ?? selected
  return (
    <div>
      <div
        ref={scroller}
        className="-mx-5 overflow-x-auto px-5 pb-1 [scrollbar-width:thin] md:overflow-visible print:overflow-visible"
      >
        {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be drawn on its side by week */}
        <svg
          ref={grid}
          viewBox={`0 0 ${LEFT + weeks * STEP} ${TOP + 7 * STEP}`}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid that is drawn
          role="grid"
          aria-label={t('goal.heatmapOf', { year })}
          aria-readonly="true"
          onKeyDown={move}
          onPointerLeave={() => setPointed(undefined)}
          className="block w-[51.5rem] max-w-none md:w-full print:w-full"
        >
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus */}
          <g aria-hidden="true" className="fill-muted text-[10px]">
            {days
              .filter((day) => day.endsWith('-01'))
              .map((day) => (
                <text
                  key={day}
                  x={LEFT + (columnOf(day) + (placeInWeek(day, weekStart) > 0 ? 1 : 0)) * STEP}
                  y={10}
                >
                  {formatDay(day, { month: 'short' })}
                </text>
              ))}
            {[0, 2, 4].map((row) => (
              <text key={row} x={0} y={TOP + row * STEP + 10}>
                {formatDay(addDays(start, row), { weekday: 'short' })}
              </text>
            ))}
          </g>
          {[0, 1, 2, 3, 4, 5, 6].map((row) => (
            // biome-ignore lint/a11y/useSemanticElements: see above
            <g key={row} role="row">
              {days
                .filter((day) => placeInWeek(day, weekStart) === row)
                .map((day) => {
                  const future = day > end
                  const x = LEFT + columnOf(day) * STEP
                  const y = TOP + row * STEP
                  return (
                    // biome-ignore lint/a11y/useSemanticElements: see above
                    <rect
                      key={day}
                      role="gridcell"
                      data-day={day}
                      tabIndex={day === current ? 0 : -1}
                      aria-label={tell(day)}
                      aria-disabled={future || undefined}
                      aria-selected={day === selected}
                      x={x}
                      y={y}
                      width={CELL}
                      height={CELL}
                      rx={3.5}
                      onFocus={() => setFocused(day)}
                      onBlur={() => setFocused(undefined)}
                      onPointerEnter={() => setPointed(day)}
                      onClick={() => !future && onSelect?.(day)}
                      className={`${future ? 'fill-transparent stroke-line' : `${onSelect ? 'cursor-pointer' : ''} ${HEAT[heatLevel(totals.get(day)?.minutes ?? 0, most)]}`} ${
                        day === selected ? 'stroke-[1.5] stroke-ink' : ''
                      } focus-visible:stroke-2 focus-visible:stroke-ink`}
                    />
                  )
                })}
            </g>
          ))}
        </svg>
      </div>
      <div className="mt-2 flex min-h-6 flex-wrap items-center justify-between gap-x-4 gap-y-1 text-muted text-sm">
        <span>{told ? tell(told) : <YearSum totals={totals} year={year} />}</span>
        <span className="flex items-center gap-1.5" aria-hidden="true">
          {t('goal.less')}
          <svg width={5 * 14} height={12} aria-hidden="true">
            {HEAT.map((shade, at) => (
              <rect key={shade} x={at * 14} width={12} height={12} rx={3.5} className={shade} />
            ))}
          </svg>
          {t('goal.more')}
        </span>
      </div>
    </div>
  )
}

function YearSum({ totals, year }: { totals: Map<string, DailyTotal>; year: number }) {
  const t = useText()
  const all = [...totals.values()]
  if (all.length === 0) return t('goal.noneThatYear', { year })
  const minutes = all.reduce((sum, total) => sum + total.minutes, 0)
  return t('goal.yearSum', { minutes: formatMinutes(minutes), days: t('time.days', { count: all.length }) })
}

/** The same as a table: the days that have anything, each as easy to press as a small cell is not. */
function HeatmapTable({ totals, year, selected, onSelect }: Omit<HeatmapProps, 'today' | 'weekStart'>) {
  const t = useText()
  if (totals.size === 0) return <p className="text-muted">{t('goal.noneThatYear', { year })}</p>
  return (
    <section
      // What scrolls must be reachable by keyboard, be it by what is in it.
      tabIndex={onSelect ? undefined : 0}
      aria-label={t('goal.heatmapOf', { year })}
      className="max-h-80 overflow-y-auto print:max-h-none"
    >
      <table className="numbers w-full text-left text-[0.9375rem]">
        <thead className="sticky top-0 bg-surface text-muted text-sm">
          <tr>
            <th className="py-2 font-medium">{t('goal.day')}</th>
            <th className="py-2 text-right font-medium">{t('goal.minutes')}</th>
            <th className="py-2 text-right font-medium">{t('goal.logCount')}</th>
          </tr>
        </thead>
        <tbody>
          {[...totals.values()].reverse().map((total) => (
            <tr key={total.day} className="border-line border-t">
              <th scope="row" className="font-normal">
                <button
                  type="button"
                  data-day={total.day}
                  aria-current={total.day === selected || undefined}
                  disabled={!onSelect}
                  onClick={() => onSelect?.(total.day)}
                  className="min-h-11 w-full text-left underline-offset-4 enabled:hover:underline disabled:cursor-auto aria-[current]:font-semibold"
                >
                  <time dateTime={total.day}>
                    {formatDay(total.day, { weekday: 'short', day: 'numeric', month: 'long' })}
                  </time>
                </button>
              </th>
              <td className="py-2 text-right">{formatMinutes(total.minutes)}</td>
              <td className="py-2 text-right">{total.logs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
