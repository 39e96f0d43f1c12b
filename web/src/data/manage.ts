/** Commands about the workspace itself. They act at once: they make no sense without the server, and wait for nothing. */
import { useMutation } from '@tanstack/react-query'
import { position } from '~/api/position'
import { explainError } from '~/api/problem'
import type { Done } from '~/api/types'
import { inWorkspace } from '~/api/workspace'
import { t } from '~/i18n'
import { uuid7 } from '~/lib/uuid'
import { takeBack } from '~/outbox/act'
import { say } from '~/ui/toast'
import { renew } from './renew'

/** Such a command: asked with these headers, and `done` once it is answered. */
export function useManaging<T>(
  ask: (asked: T, headers: Record<string, string>) => Promise<Done>,
  done: (asked: T, answer: Done) => void,
) {
  return useMutation({
    networkMode: 'always',
    mutationFn: async (asked: T) => {
      const answer = await ask(asked, { ...inWorkspace(), 'idempotency-key': uuid7() })
      position.hear(answer.position)
      renew(['me', 'workspaces', 'members', 'history'])
      return answer
    },
    onSuccess: (answer, asked) => done(asked, answer),
    onError: (wrong) => say(explainError(wrong), { tone: 'bad' }),
  })
}

/** Says that it is done, with the way back where it changed anything. `what` names it there. */
export function sayDone(text: string, what: string, { id, position, changed }: Done): void {
  const action = { label: () => t('action.undo'), run: () => takeBack(id, position, what) }
  say(text, changed ? { action } : {})
}
