import type { Entry } from '~/outbox'
import { wireOf } from '~/outbox/commands'

/** A command that waits in the outbox. */
export const entry = (key: string, command: Entry['command'], rest: Partial<Entry> = {}): Entry => ({
  key,
  user: 'u',
  command,
  wire: wireOf(command),
  madeAt: Date.now(),
  state: 'waiting',
  attempts: 0,
  ...rest,
})
