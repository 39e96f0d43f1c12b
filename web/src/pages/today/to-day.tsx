import { useText } from '~/i18n'
import { DAYS } from '~/lib/day-range'
import { useTypedDay } from '../parts/typed-day'

/** The way to any day at once. */
export default function ToDay({ day, today, go }: { day: string; today: string; go: (to: string) => void }) {
  const t = useText()
  const field = useTypedDay(day, (typed) => typed >= DAYS.least && typed <= today, go)
  return (
    <input
      {...field}
      type="date"
      min={DAYS.least}
      max={today}
      aria-label={t('goal.toDay')}
      title={t('goal.toDay')}
      className="numbers min-h-11 rounded-full bg-sunken px-3 transition-colors hover:bg-line print:hidden"
    />
  )
}
