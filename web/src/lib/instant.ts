/** Instants as the workspace's clocks show them: its days are told by these, wherever the device is. */
import type { Me } from '~/api/types'
import { formatInstant } from './format'

/** The zone of the workspace at an instant. */
const zoneAt = ({ calendar, calendars }: Me['workspace'], instant: string) =>
  calendars.findLast(({ starts_at }) => Date.parse(starts_at) <= Date.parse(instant))?.calendar.zone ??
  calendar.zone

/** An instant; with its zone's name where the clocks of this device show another time. */
export function formatThere(
  workspace: Me['workspace'] | undefined,
  instant: string,
  options?: Intl.DateTimeFormatOptions,
): string {
  const here = formatInstant(instant, options)
  if (!workspace) return here
  try {
    const timeZone = zoneAt(workspace, instant)
    const there = formatInstant(instant, {
      ...(options ?? { dateStyle: 'medium', timeStyle: 'short' }),
      timeZone,
    })
    return there === here ? here : `${there} ${nameOf(timeZone, instant)}`
  } catch {
    // The browser does not know the zone.
    return here
  }
}

/** What a zone is called for short, as in `GMT+9`. */
function nameOf(timeZone: string, instant: string): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZone, timeZoneName: 'short' }).formatToParts(
    new Date(instant),
  )
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
