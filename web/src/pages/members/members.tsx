/** The members and what each may do, which owners change; and leaving. */
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api } from '~/api/client'
import { signedIn } from '~/api/session'
import type { Member, Role } from '~/api/types'
import { OWN, workspace } from '~/api/workspace'
import { sayDone, useManaging } from '~/data/manage'
import { enter, forgetKept } from '~/data/membership'
import { calledOf, membersQuery, useCalled } from '~/data/sharing'
import { useRole } from '~/data/use'
import { useText } from '~/i18n'
import { Button, IconButton } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { inputLook } from '~/ui/look'
import { Failed, Loading } from '~/ui/state'
import { say } from '~/ui/toast'
import { Heading } from '../parts/heading'
import { Panel } from '../parts/panel'
import Confirm from './confirm'
import { Invitations } from './invitations'

export const ROLES = ['viewer', 'editor', 'owner'] as const satisfies readonly Role[]

export default function Members() {
  const t = useText()
  const isOwner = useRole() === 'owner'
  const called = useCalled()
  const { data: members, error, refetch } = useQuery(membersQuery())
  return (
    <div className="flex flex-col gap-4">
      <Heading title={t('members.title')} />
      <p className="-mt-8 text-muted md:-mt-10">
        <bdi className="font-medium text-ink">{called}</bdi>. {t('members.text')}
      </p>
      {error && !members && <Failed error={error} retry={() => void refetch()} />}
      {!members && !error && <Loading lines={2} className="h-14" />}
      {members && (
        <Panel title={t('members.title')}>
          <ul className="divide-y divide-line">
            {members.map((member) => (
              <Line key={member.user_id} member={member} managed={isOwner} />
            ))}
          </ul>
        </Panel>
      )}
      {isOwner && <Invitations members={members} />}
      {workspace() !== OWN && <Leave called={called} />}
    </div>
  )
}

/** A member. Owners manage all but themselves. */
function Line({ member, managed }: { member: Member; managed: boolean }) {
  const t = useText()
  const [asking, setAsking] = useState(false)
  const { user_id: user, role } = member
  const name = calledOf(member.name)
  const isMe = user === signedIn.get()?.user
  const path = { user_id: user }
  const line = useRef<HTMLLIElement>(null)
  const change = useManaging(
    (next: Role, headers) =>
      api.patch('/v1/workspace/members/{user_id}', { path, headers, body: { role: next } }),
    (next, answer) => {
      const text = t('members.changed', { name, role: t(`role.${next}`) })
      sayDone(text, `${t('event.MemberRoleChanged')} · ${name}`, answer)
    },
  )
  const remove = useManaging(
    (_: undefined, headers) => api.delete('/v1/workspace/members/{user_id}', { path, headers }),
    () => {
      say(t('members.removed', { name }))
      // The focus would go with it.
      if (line.current?.contains(document.activeElement)) moveOn(line.current, 'section')
    },
  )
  return (
    <li ref={line} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 py-2">
      <p className="min-w-0 grow break-words font-medium">
        <bdi>{name}</bdi>
        {isMe && <span className="font-normal text-muted"> ({t('sharing.you')})</span>}
      </p>
      {managed && !isMe ? (
        <div className="flex items-center gap-1">
          <select
            aria-label={t('members.roleOf', { name })}
            value={role}
            // Disabled, it would lose the focus.
            aria-disabled={change.isPending}
            onChange={(event) => change.isPending || change.mutate(event.target.value as Role)}
            className={inputLook}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </select>
          <IconButton icon="trash" label={t('members.remove', { name })} onClick={() => setAsking(true)} />
        </div>
      ) : (
        <span className="text-muted">{t(`role.${role}`)}</span>
      )}
      {asking && (
        <Confirm
          title={t('members.removeTitle', { name })}
          text={t('members.removeText')}
          action={t('action.remove')}
          onConfirm={() => remove.mutate(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  )
}

/** Everybody may leave what is not their own. */
function Leave({ called }: { called: string }) {
  const t = useText()
  const [asking, setAsking] = useState(false)
  const leave = useManaging(
    (user_id: string, headers) =>
      api.delete('/v1/workspace/members/{user_id}', { path: { user_id }, headers }),
    () => void forgetKept().then(() => enter(OWN)),
  )
  return (
    <div className="mt-2 flex justify-center">
      <Button look="danger" onClick={() => setAsking(true)} aria-disabled={leave.isPending}>
        {t('members.leave')}
      </Button>
      {asking && (
        <Confirm
          title={t('members.leaveTitle', { name: called })}
          text={t('members.leaveText')}
          action={t('members.leaveNow')}
          onConfirm={() => leave.mutate(signedIn.get()?.user ?? '')}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}
