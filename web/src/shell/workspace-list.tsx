/** The workspaces to choose from, the one that is shown among them. */
import { OWN, workspace } from '~/api/workspace'
import { enter } from '~/data/membership'
import { isOwn, useWorkspaces } from '~/data/sharing'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { useOnline } from '~/lib/online'
import { Icon } from '~/ui/icon'
import { Loading } from '~/ui/state'

export function WorkspaceList({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { workspaces, isPending } = useWorkspaces()
  // The app begins anew with it, which without network takes a worker that has the app at hand.
  const isStuck = !useOnline() && !navigator.serviceWorker?.controller
  if (isPending) return <Loading lines={2} className="h-14" />
  return (
    <>
      <ul className="-mx-2 flex flex-col gap-1">
        {workspaces.map(({ id, called, role }) => {
          const place = isOwn(id) ? OWN : id
          const isShown = place === workspace()
          return (
            <li key={id}>
              <button
                type="button"
                aria-current={isShown ? 'true' : undefined}
                disabled={isStuck && !isShown}
                onClick={() => (isShown ? onClose() : enter(place))}
                className={cx(
                  'flex min-h-14 w-full items-center gap-3 rounded-2xl px-3.5 py-2 text-left transition-colors disabled:opacity-50',
                  isShown ? 'bg-accent-soft text-accent-text' : 'hover:bg-sunken',
                )}
              >
                <span className="min-w-0 grow">
                  <span dir="auto" className="block truncate font-medium">
                    {called}
                  </span>
                  <span className={cx('block text-sm', !isShown && 'text-muted')}>{t(`role.${role}`)}</span>
                </span>
                {isShown && <Icon name="check" className="size-5 shrink-0" />}
              </button>
            </li>
          )
        })}
      </ul>
      {isStuck && <p className="mt-4 text-muted text-sm">{t('sharing.noNetwork')}</p>}
    </>
  )
}
