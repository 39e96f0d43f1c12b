/** For a button that goes with what it takes away: the focus moves on to what can be pressed next in the same part. */
export function moveOn(from: HTMLElement, part: string): void {
  const all = [...(from.closest(part)?.querySelectorAll<HTMLElement>('a, button') ?? [])]
  all[all.indexOf(from) + 1]?.focus()
}
