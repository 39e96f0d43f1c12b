import { parseMinutes } from '~/lib/dates'

const MINUTES_MAX = 1_440

/** Minutes as a person typed them, where they make a log. */
export function logMinutes(typed: string): number | undefined {
  const minutes = parseMinutes(typed)
  return minutes !== undefined && minutes <= MINUTES_MAX ? minutes : undefined
}
