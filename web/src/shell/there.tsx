import { OWN } from '~/api/workspace'
import { enter } from '~/data/membership'
import { isOwn, useWorkspaces } from '~/data/sharing'
import { useText } from '~/i18n'
import { type Entry, isHere } from '~/outbox'
import { Button } from '~/ui/button'

/** For a command that was given in another workspace than the one that is shown: which, as far as that is known. */
export function There({ entry }: { entry: Entry }) {
  const t = useText()
  const place = usePlace(entry)
  if (isHere(entry)) return null
  return (
    <p className="text-muted text-sm">
      {t('sharing.refusedThere', { name: place?.called ?? t('sharing.shared') })}
    </p>
  )
}

/** What can be done about it is done there. */
export function GoThere({ entry }: { entry: Entry }) {
  const t = useText()
  const place = usePlace(entry)
  if (isHere(entry) || !place) return null
  return (
    <Button size="small" onClick={() => enter(entry.workspace ?? OWN)}>
      {t('sharing.switchTo', { name: place.called })}
    </Button>
  )
}

function usePlace({ workspace }: Entry) {
  const { workspaces } = useWorkspaces()
  return workspaces.find(({ id }) => (workspace ? id === workspace : isOwn(id)))
}
