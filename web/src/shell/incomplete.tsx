import { incomplete } from '~/api/client'
import { useText } from '~/i18n'
import { useStore } from '~/lib/store'
import { Icon } from '~/ui/icon'

/** Says that what is shown lacks something. It is always there, so that what comes into it is read out. */
export default function Incomplete() {
  const t = useText()
  const isIncomplete = useStore(incomplete)
  return (
    <div role="status">
      {isIncomplete && (
        <p className="rise mb-6 flex items-center gap-3 rounded-card bg-sunken px-5 py-4 text-sm">
          <Icon name="clock" className="size-5 shrink-0 text-muted" />
          {t('problem.incomplete')}
        </p>
      )}
    </div>
  )
}
