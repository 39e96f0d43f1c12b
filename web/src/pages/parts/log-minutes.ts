const MINUTES_MAX = 1_440

/** Minutes as a person typed them, where they make a log. */
export function logMinutes(typed: string): number | undefined {
  const minutes = parseMinutes(typed)
  return minutes !== undefined && minutes <= MINUTES_MAX ? minutes : undefined
}

/** Minutes from what a person types: `45`, `1:30`, `1h 30m`, `1.5h`, `90 min`, `1,440`. None, if it is no length of time. */
export function parseMinutes(text: string): number | undefined {
  // A separator before three digits sets thousands of minutes apart; before an `h` it is the decimal one.
  const tidy = text
    .trim()
    .toLowerCase()
    .replace(/^([1-9])[.,](\d{3})(?=\s*(?:m|$))/, '$1$2')
    .replace(',', '.')
  const clock = /^(\d{1,2}):([0-5]?\d)(?:\s*(?:h|std\.?))?$/.exec(tidy)
  if (clock) return Number(clock[1]) * 60 + Number(clock[2])
  const words =
    /^(?:(\d+(?:\.\d+)?)\s*(?:h|hrs?|hours?|std\.?|stunden?))?\s*(?:(\d+)\s*(?:(?:m|mins?|minutes?|minuten?)\.?)?)?$/.exec(
      tidy,
    )
  if (!words || (words[1] === undefined && words[2] === undefined)) return undefined
  return Math.round(Number(words[1] ?? 0) * 60) + Number(words[2] ?? 0)
}
