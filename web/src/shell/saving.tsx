/** A sign of what is not saved yet: nothing, as long as all is well. */
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { useOnline } from '~/lib/online'
import { useStore } from '~/lib/store'
import { stuck, useEntries } from '~/outbox'
import { Icon } from '~/ui/icon'
import { opened } from './opened'

/** The sign: a line in the sidebar on the desk, and one above the tabs on phones, where nothing moves for it. */
export function Saving() {
  const t = useText()
  const online = useOnline()
  const isStuck = useStore(stuck)
  const entries = useEntries()
  const refused = entries.filter((entry) => entry.state === 'refused').length
  const waiting = entries.filter((entry) => entry.state === 'waiting')
  const isFault = waiting.some((entry) => entry.problem)
  const offline = !online || isStuck
  const text =
    refused > 0
      ? t('outbox.refused', { count: refused })
      : waiting.length > 0
        ? t('outbox.pending', { count: waiting.length })
        : t('app.offline')
  // It is always there, so that what comes into it is read out.
  return (
    <div role="status">
      {(refused > 0 || offline) && (
        <button
          type="button"
          data-saving
          onClick={() => opened.set({ name: 'outbox' })}
          title={offline && !isFault ? t('app.offlineHint') : undefined}
          className={cx(
            'flex min-h-11 w-full items-center gap-2.5 px-5 py-2 text-left font-medium text-sm focus-visible:-outline-offset-2 md:rounded-2xl md:px-3.5',
            refused > 0 ? 'bg-danger-soft text-danger' : 'bg-sunken text-muted',
          )}
        >
          <Icon name={refused > 0 || isFault ? 'alert' : 'offline'} className="size-5 shrink-0" />
          <span className="min-w-0 grow">{text}</span>
          <Icon name="right" className="size-4 shrink-0 opacity-70" />
        </button>
      )}
    </div>
  )
}
