/** Which workspace is shown, and the way to another, for those who belong to several. */

import type { ReactNode } from 'react'
import { useCalled, useWorkspaces } from '~/data/sharing'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { Icon } from '~/ui/icon'
import { opened } from './opened'

/** In the sidebar of the desk, or above the page of a phone; there with what holds on every page. */
export default function Workspaces({ beside }: { beside?: boolean }): ReactNode {
  const { workspaces } = useWorkspaces()
  return (
    <>
      {workspaces.length > 1 && <Switch className={beside ? 'mb-5' : 'mb-4 md:hidden'} />}
      {!beside && <Looking />}
    </>
  )
}

function Switch({ className }: { className: string }) {
  const t = useText()
  const called = useCalled()
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      title={t('sharing.switch')}
      onClick={() => opened.set({ name: 'workspaces' })}
      className={cx(
        'flex min-h-11 w-full items-center gap-2 rounded-xl border border-line bg-surface px-3.5 py-2 text-left font-medium text-[0.9375rem] transition-colors hover:border-line-strong',
        className,
      )}
    >
      <span className="sr-only">{t('sharing.workspace')}: </span>
      <span className="min-w-0 grow truncate">{called}</span>
      <Icon name="down" className="size-4 shrink-0 text-muted" />
    </button>
  )
}

/** Why there is nothing to press. */
function Looking() {
  const t = useText()
  const { me } = useMe()
  if (me?.workspace.role !== 'viewer') return null
  return (
    <p role="note" className="mb-4 flex items-center gap-2 text-muted text-sm">
      <Icon name="eye" className="size-4 shrink-0" />
      {t('sharing.looking')}
    </p>
  )
}
