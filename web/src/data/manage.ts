/** Commands about the workspace itself. They act at once: they make no sense without the server, and wait for nothing. */
import { useMutation } from '@tanstack/react-query'
import { position } from '~/api/position'
import { explainError } from '~/api/problem'
import type { Done } from '~/api/types'
import { inWorkspace } from '~/api/workspace'
import { uuid7 } from '~/lib/uuid'
import { say } from '~/ui/toast'
import { renew } from './renew'

/** Such a command: asked with these headers, and `done` once it is. */
export function useManaging<T>(
  ask: (asked: T, headers: Record<string, string>) => Promise<Done>,
  done: (asked: T) => void,
) {
  return useMutation({
    networkMode: 'always',
    mutationFn: async (asked: T) => {
      const answer = await ask(asked, { ...inWorkspace(), 'idempotency-key': uuid7() })
      position.hear(answer.position)
      renew(['me', 'workspaces', 'members', 'history'])
    },
    onSuccess: (_, asked) => done(asked),
    onError: (wrong) => say(explainError(wrong), { tone: 'bad' }),
  })
}
