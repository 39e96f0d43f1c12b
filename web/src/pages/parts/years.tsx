/** Going from year to year. */
import { useMemo } from 'react'
import { useTotals } from '~/data/totals'
import { useText } from '~/i18n'
import { IconButton } from '~/ui/button'

/** The ways to the year before, and to the next one, which is none yet to come. */
export function YearArrows({ year, now, go }: { year: number; now: number; go: (to: number) => void }) {
  const t = useText()
  return (
    <>
      <IconButton icon="left" label={t('goal.previousYear')} onClick={() => go(year - 1)} />
      <IconButton
        icon="right"
        label={t('goal.nextYear')}
        aria-disabled={year >= now}
        onClick={() => go(year + 1)}
      />
    </>
  )
}

/** Each day of a year that has logs: of a goal, or of all. */
export function useYear(year: number, goal?: string) {
  const range = useMemo(
    () => ({ ...(goal && { goal }), from: `${year}-01-01`, to: `${year}-12-31` }),
    [goal, year],
  )
  return useTotals(range)
}
