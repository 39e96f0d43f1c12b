/** Shades: how much, in five steps. */
export const HEAT = ['fill-heat-0', 'fill-heat-1', 'fill-heat-2', 'fill-heat-3', 'fill-heat-4'] as const

/** The step of so many minutes, where `most` is a lot. Any minute at all is seen. */
export function heatLevel(minutes: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (minutes <= 0) return 0
  return Math.min(4, Math.max(1, Math.ceil((minutes / most) * 4))) as 1 | 2 | 3 | 4
}

/** What counts as a lot: what nine days of ten with anything do not exceed, so that one long day does not pale the rest. */
export function aLot(minutes: number[]): number {
  const sorted = minutes.filter((value) => value > 0).sort((one, next) => one - next)
  return sorted[Math.floor((sorted.length - 1) * 0.9)] ?? 1
}
