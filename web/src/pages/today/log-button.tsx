import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { Icon } from '~/ui/icon'

/** A ring of 48 by 48, its middle line. */
const RADIUS = 22.5

/** Opens the logging: a ring that closes as the day's minutes come together, and a check once the day is met. */
export function LogButton({
  id,
  title,
  share,
  done,
  isOpen,
  onToggle,
}: {
  id: string
  title: string
  /** How much of the day's minutes is there, of one, as far as is known. */
  share: number
  done: boolean
  isOpen: boolean
  onToggle: () => void
}) {
  const t = useText()
  return (
    <button
      type="button"
      data-log={id}
      aria-expanded={isOpen}
      aria-label={t('today.logOn', { title })}
      title={t('today.logOn', { title })}
      onClick={onToggle}
      className={cx(
        'relative flex size-12 shrink-0 items-center justify-center rounded-full transition active:scale-95',
        isOpen
          ? 'bg-sunken text-muted hover:text-ink'
          : done
            ? 'bg-accent text-accent-ink hover:bg-accent-strong'
            : 'bg-accent-soft text-accent-text hover:bg-accent hover:text-accent-ink',
      )}
    >
      {!done && !isOpen && share > 0 && (
        <svg viewBox="0 0 48 48" className="-rotate-90 absolute inset-0" aria-hidden="true">
          <circle
            cx="24"
            cy="24"
            r={RADIUS}
            pathLength="1"
            strokeDasharray={`${share} 1`}
            strokeLinecap="round"
            className="fill-none stroke-[3] stroke-accent"
          />
        </svg>
      )}
      <Icon
        name={done && !isOpen ? 'check' : 'plus'}
        className={cx('size-6 transition-transform', isOpen && 'rotate-45')}
      />
    </button>
  )
}
