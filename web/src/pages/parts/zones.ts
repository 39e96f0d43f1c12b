/** Time zones: where this device is, and which one days are counted in. */
import type { Me } from '~/api/types'

/** The zone of this device. */
export const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** A zone as people write it. */
export const zoneName = (zone: string) => zone.replaceAll('_', ' ')

/** The calendar that was chosen, also where it holds only from a day to come. */
export const chosenIn = ({ calendar, upcoming }: Me['workspace']) => upcoming?.calendar ?? calendar

/** Whether clocks show another time here than in a zone. Of one that the browser does not know, nobody can tell. */
export function isElsewhere(zone: string, now = new Date()): boolean {
  try {
    return now.toLocaleString('en', { timeZone: zone }) !== now.toLocaleString('en', { timeZone: zoneHere() })
  } catch {
    return false
  }
}
