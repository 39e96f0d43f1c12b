/** Who did it, where several people could have; and whom it was done to, where it is about members. */
import { useQuery } from '@tanstack/react-query'
import { signedIn } from '~/api/session'
import type { Happening, Role } from '~/api/types'
import { calledOf, membersQuery } from '~/data/sharing'
import { useText } from '~/i18n'

/** What an event did to a member, if it did. */
function memberOf({ changes }: Happening): { user: string; was?: Role; is?: Role } | undefined {
  const change = changes.find(({ field }) => field === 'members')
  const [was, is] = [change?.before, change?.after].map((roles) => (roles ?? {}) as Record<string, Role>)
  const user = Object.keys({ ...was, ...is }).find((one) => was?.[one] !== is?.[one])
  return user
    ? { user, ...(was?.[user] && { was: was[user] }), ...(is?.[user] && { is: is[user] }) }
    : undefined
}

export default function Who({ item }: { item: Happening }) {
  const t = useText()
  const { data: members } = useQuery(membersQuery())
  const me = signedIn.get()?.user
  if (!members || item.by_system) return null
  const named = (user: string) => {
    const member = members.find(({ user_id }) => user_id === user)
    return member && calledOf(member.name)
  }
  const by = named(item.actor)
  const isAlone = members.length < 2 && item.actor === me
  const about = item.type.startsWith('Member') ? memberOf(item) : undefined
  return (
    <>
      {about && <p className="text-sm">{told(about)}</p>}
      {!isAlone && item.actor !== about?.user && (
        <p className="text-muted text-sm">{by ? t('happened.by', { name: by }) : t('happened.bySomebody')}</p>
      )}
    </>
  )

  function told({ user, was, is }: NonNullable<typeof about>): string {
    const name = named(user) ?? t('happened.somebody')
    if (!is) return t(user === item.actor ? 'happened.left' : 'happened.removed', { name })
    const role = t(`role.${is}`)
    if (was) return t('happened.role', { name, role })
    const inviter = item.invited_by && named(item.invited_by)
    return inviter ? t('happened.joinedBy', { name, role, inviter }) : t('happened.joined', { name, role })
  }
}
