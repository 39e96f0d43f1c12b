/** Inviting somebody by a link, and the links that nobody used yet. Only the server knows them, so all of it is asked of it. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/api/client'
import { explainError, ProblemError } from '~/api/problem'
import type { Invitation, Invited, Member, Role } from '~/api/types'
import { inWorkspace } from '~/api/workspace'
import { cache } from '~/data/cache'
import { calledOf } from '~/data/sharing'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { formatInstant } from '~/lib/format'
import { Button } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { Segmented } from '~/ui/segmented'
import { Failed, Skeleton } from '~/ui/state'
import { say } from '~/ui/toast'
import { useOwnName } from '../parts/own-name'
import { Panel } from '../parts/panel'
import { InvitationLink } from './link'
import { ROLES } from './members'

const renew = () => cache.invalidateQueries({ queryKey: ['invitations'] })
const failed = (wrong: Error) => void say(explainError(wrong), { tone: 'bad' })

/** The panel, for owners. */
export function Invitations({ members }: { members: Member[] | undefined }) {
  const t = useText()
  const { me } = useMe()
  const [role, setRole] = useState<Role>('editor')
  const [made, setMade] = useState<Invited>()
  const { field, keep } = useOwnName()
  const make = useMutation({
    networkMode: 'always',
    mutationFn: () => api.post('/v1/workspace/invitations', { headers: inWorkspace(), body: { role } }),
    onSuccess: (invited) => setMade(invited),
    onError: failed,
    onSettled: renew,
  })
  return (
    <Panel title={t('invitations.title')}>
      <div className="flex flex-col items-start gap-4">
        <p className="text-muted text-sm">{t('invitations.text')}</p>
        {me && !me.workspace.name && <p className="text-muted text-sm">{t('invitations.unnamed')}</p>}
        <div>
          <Segmented<Role>
            label={t('invitations.role')}
            stacked
            value={role}
            onChange={setRole}
            options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          />
          <p className="mt-1.5 text-muted text-sm">{t(`role.${role}Hint`)}</p>
        </div>
        {field}
        <Button
          size="small"
          aria-disabled={make.isPending}
          onClick={() => {
            keep()
            make.mutate()
          }}
        >
          {t('invitations.make')}
        </Button>
        {made && <InvitationLink key={made.id} code={made.code} />}
      </div>
      <Open members={members} onRevoked={(id) => setMade(made?.id === id ? undefined : made)} />
    </Panel>
  )
}

/** Those that nobody used yet. */
function Open({ members, onRevoked }: { members: Member[] | undefined; onRevoked: (id: string) => void }) {
  const t = useText()
  const { data, error, refetch } = useQuery({
    queryKey: ['invitations'],
    queryFn: ({ signal }) => api.get('/v1/workspace/invitations', { headers: inWorkspace(), signal }),
  })
  const revoke = useMutation({
    networkMode: 'always',
    mutationFn: (id: string) =>
      api
        .delete('/v1/workspace/invitations/{id}', { path: { id }, headers: inWorkspace() })
        // Used or gone already, it is not open any more, which is what was wanted.
        .catch((wrong) => {
          if (!(wrong instanceof ProblemError && wrong.problem.status === 404)) throw wrong
        }),
    onSuccess: (_, id) => {
      onRevoked(id)
      say(t('invitations.revoked'))
    },
    onError: failed,
    onSettled: renew,
  })
  const line = ({ id, role, made_by, expires_at }: Invitation) => {
    const until = formatInstant(expires_at)
    const name = calledOf(members?.find(({ user_id }) => user_id === made_by)?.name)
    return (
      <li key={id} className="flex min-h-14 items-center gap-4 py-2">
        <div className="min-w-0 grow">
          <p className="font-medium">{t(`role.${role}`)}</p>
          <p className="break-words text-muted text-sm">{t('invitations.madeBy', { name, until })}</p>
        </div>
        <Button
          look="outline"
          size="small"
          aria-disabled={revoke.isPending}
          aria-label={t('invitations.revokeOf', { role: t(`role.${role}`), until })}
          onClick={(event) => {
            moveOn(event.currentTarget, 'section')
            revoke.mutate(id)
          }}
        >
          {t('invitations.revoke')}
        </Button>
      </li>
    )
  }
  return (
    <>
      <h3 className="mt-6 mb-1 font-semibold text-sm">{t('invitations.open')}</h3>
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-14" />}
      {data?.items.length === 0 && <p className="text-muted">{t('invitations.none')}</p>}
      <ul className="divide-y divide-line">{data?.items.map(line)}</ul>
    </>
  )
}
