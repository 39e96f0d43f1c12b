/** The sign that the past is looked at, with the way back to now. Few look at it, so it comes when somebody does. */
import { useNavigate } from '@tanstack/react-router'
import type { Past } from '~/data/queries'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { formatThere } from '~/lib/instant'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'

export default function PastBanner({ past }: { past: NonNullable<Past> }) {
  const t = useText()
  const { me } = useMe()
  const navigate = useNavigate()
  return (
    <div
      role="status"
      className="rise mb-6 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card bg-accent-soft px-5 py-4"
    >
      <Icon name="history" className="size-6 shrink-0 text-accent-text" />
      <div className="min-w-0 grow basis-56">
        <p className="font-semibold">{t('past.title', { when: formatThere(me?.workspace, past) })}</p>
        <p className="text-sm">{t('past.text')}</p>
      </div>
      <Button
        size="small"
        onClick={(event) => {
          // All else may be replaced by what is now.
          event.currentTarget.closest('main')?.focus()
          void navigate({ to: '.', search: (before) => ({ ...before, past: undefined }) })
        }}
      >
        {t('past.back')}
      </Button>
    </div>
  )
}
