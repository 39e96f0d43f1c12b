/** A goal that is not in the workspace that is shown may be in another of the person's: then it is one step away. */
import { useQueries } from '@tanstack/react-query'
import { api } from '~/api/client'
import { inWorkspace, OWN, workspace } from '~/api/workspace'
import { enter } from '~/data/membership'
import { isOwn, useWorkspaces } from '~/data/sharing'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'

/** So many workspaces are asked at most. */
const ASKED_MAX = 20

export default function Elsewhere({ id }: { id: string }) {
  const t = useText()
  const { workspaces } = useWorkspaces()
  const others = workspaces
    .map((one) => ({ ...one, place: isOwn(one.id) ? OWN : one.id }))
    .filter(({ place }) => place !== workspace())
    .slice(0, ASKED_MAX)
  const answers = useQueries({
    queries: others.map(({ place }) => ({
      queryKey: ['elsewhere', place, id],
      queryFn: () => api.get('/v1/goals/{id}', { path: { id }, headers: inWorkspace(place) }),
    })),
  })
  const found = others[answers.findIndex(({ data }) => data)]
  if (!found) return null
  return (
    <div role="status" className="mx-auto mb-8 flex max-w-sm flex-col items-center gap-3 text-center">
      <p>{t('sharing.goalElsewhere', { name: found.called })}</p>
      <Button onClick={() => enter(found.place, `/goals/${id}`)}>
        {t('sharing.switchTo', { name: found.called })}
      </Button>
    </div>
  )
}
