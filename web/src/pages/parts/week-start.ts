import type { Weekday } from '~/api/types'
import { WEEKDAYS } from '~/lib/plan'

/** Newer browsers ask for it, older ones have it ready, and some have neither. */
type Locale = Intl.Locale & { getWeekInfo?(): { firstDay: number }; weekInfo?: { firstDay: number } }

/** The day that weeks begin on where this browser is at home; Monday, where it does not say. */
export function weekStartHere(): Weekday {
  try {
    const locale: Locale = new Intl.Locale(navigator.language)
    const first = (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1
    return WEEKDAYS[first - 1] ?? 'monday'
  } catch {
    // It names no language.
    return 'monday'
  }
}
