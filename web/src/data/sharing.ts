/** Where the person belongs, and who else belongs where. */
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import { signedIn } from '~/api/session'
import type { Membership } from '~/api/types'
import { inWorkspace, workspace } from '~/api/workspace'
import { t } from '~/i18n'

/** Their workspaces, their own first. */
export const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: async ({ signal }) => {
    const headers = atPosition(position.now())
    const { items } = await api.get('/v1/workspaces', { headers, signal })
    return items.sort((one, next) => Number(isOwn(next.id)) - Number(isOwn(one.id)))
  },
})

/** Who belongs to a workspace. */
export const membersQuery = (of = workspace()) =>
  queryOptions({
    queryKey: ['members', of],
    queryFn: async ({ signal }) =>
      (
        await api.get('/v1/workspace/members', {
          headers: { ...atPosition(position.now(of)), ...inWorkspace(of) },
          signal,
        })
      ).items,
  })

/** Whether a workspace is the person's own. */
export const isOwn = (id: string) => id === signedIn.get()?.workspace

/** How somebody is called by others. */
export const calledOf = (name: string | null | undefined) => name || t('sharing.unnamed')

/** Their workspaces with what each is called: by its name, else by whoever owns it. */
export function useWorkspaces(): { workspaces: (Membership & { called: string })[]; isPending: boolean } {
  const { data = [], isPending } = useQuery(workspacesQuery)
  const nameless = data.filter(({ id, name }) => !name && !isOwn(id))
  const owners = useQueries({ queries: nameless.map(({ id }) => membersQuery(id)) })
  const called = ({ id, name }: Membership) => {
    if (name) return name
    if (isOwn(id)) return t('sharing.own')
    const members = owners[nameless.findIndex((one) => one.id === id)]?.data
    const owner = members?.find(({ role, user_id }) => role === 'owner' && user_id !== signedIn.get()?.user)
    return owner?.name ? t('sharing.ofOwner', { name: owner.name }) : t('sharing.shared')
  }
  return { workspaces: data.map((one) => ({ ...one, called: called(one) })), isPending }
}

/** What the workspace that is shown is called. */
export function useCalled(): string {
  const { workspaces } = useWorkspaces()
  const shown = workspaces.find(({ id }) => (workspace() ? id === workspace() : isOwn(id)))
  return shown?.called ?? t(workspace() ? 'sharing.shared' : 'sharing.own')
}

/** The names of the members of the workspace that is shown, by their ids. */
export function useNames(): Map<string, string> | undefined {
  const { data } = useQuery(membersQuery())
  return data && new Map(data.map(({ user_id, name }) => [user_id, calledOf(name)]))
}
