import { HEAT, heatLevel } from '~/charts/heat'
import { useText } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'

/** The last days of a goal in a line: how much, by shade. */
export function Strip({ days, minutesOf }: { days: string[]; minutesOf: (day: string) => number }) {
  const t = useText()
  const most = Math.max(30, ...days.map(minutesOf))
  const told = days
    .map((day) => `${formatDay(day, { weekday: 'long' })} ${formatMinutes(minutesOf(day))}`)
    .join(', ')
  return (
    <svg
      viewBox="0 0 116 26"
      className="h-[1.625rem] w-[7.25rem] shrink-0"
      role="img"
      aria-label={`${t('today.week')}: ${told}`}
    >
      {days.map((day, at) => (
        <g key={day}>
          <rect
            x={at * 17}
            y="0"
            width="14"
            height="14"
            rx="4.5"
            className={HEAT[heatLevel(minutesOf(day), most)]}
          />
          <text x={at * 17 + 7} y="24.5" textAnchor="middle" className="fill-muted font-medium text-[8.5px]">
            {formatDay(day, { weekday: 'narrow' })}
          </text>
        </g>
      ))}
    </svg>
  )
}
