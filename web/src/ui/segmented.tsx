import { useId } from 'react'
import { cx } from '~/lib/cx'

/** One of a few, all in sight. */
export function Segmented<T extends string>({
  label,
  options,
  value,
  onChange,
  hideLabel,
  stacked,
}: {
  label: string
  options: { value: T; label: string; count?: number | undefined }[]
  value: T
  onChange: (value: T) => void
  hideLabel?: boolean
  /** One below the other where there is no room beside. */
  stacked?: boolean
}) {
  const name = useId()
  return (
    <fieldset>
      <legend className={hideLabel ? 'sr-only' : 'mb-1.5 font-medium text-sm'}>{label}</legend>
      <div
        className={cx(
          'inline-flex max-w-full rounded-3xl bg-sunken p-1',
          stacked ? 'w-full flex-col sm:w-auto sm:flex-row' : 'flex-wrap',
        )}
      >
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'relative flex min-h-9 cursor-pointer pointer-coarse:min-h-11 items-center gap-1.5 rounded-full px-4 font-medium text-sm transition-colors',
              'has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
              option.value === value ? 'bg-raised text-ink shadow-card' : 'text-muted hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {option.label}
            {option.count !== undefined && (
              <span className="numbers font-normal text-muted">{option.count}</span>
            )}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
