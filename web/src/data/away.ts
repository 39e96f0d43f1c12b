/** The person in a workspace that is not their own: what it is called, its calendar, and what they may do there. */
import { api } from '~/api/client'
import type { Me } from '~/api/types'
import { inWorkspace } from '~/api/workspace'

/** As `/v1/me` tells of their own. */
export async function meAway(signal: AbortSignal): Promise<Me> {
  const [me, workspace] = await Promise.all([
    api.get('/v1/me', { signal }),
    api.get('/v1/workspace', { headers: inWorkspace(), signal }),
  ])
  return { ...me, workspace }
}
