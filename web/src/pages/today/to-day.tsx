import { useText } from '~/i18n'
import { useTypedDay, YEAR_LEAST } from '../parts/typed-day'

const FIRST = `${YEAR_LEAST}-01-01`

/** The way to any day at once. */
export default function ToDay({ day, today, go }: { day: string; today: string; go: (to: string) => void }) {
  const t = useText()
  const field = useTypedDay(day, (typed) => typed >= FIRST && typed <= today, go)
  return (
    <input
      {...field}
      type="date"
      min={FIRST}
      max={today}
      aria-label={t('goal.toDay')}
      title={t('goal.toDay')}
      className="numbers min-h-11 rounded-full bg-sunken px-3 transition-colors hover:bg-line print:hidden"
    />
  )
}
