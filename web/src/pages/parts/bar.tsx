import { formatPercent } from '~/lib/format'

/** How much of all there is to do is done. */
export function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  const share = Math.min(1, done / total)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={formatPercent(done / total)}
      className="bar h-2 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-500"
        style={{ width: `${share * 100}%` }}
      />
    </div>
  )
}
