/** What the tabs of a browser tell each other. */
export type Told =
  /** The outbox changed. */
  | { type: 'outbox' }
  /** Something happened in a workspace: an event of the live feed, by its position and the command that made it. */
  | { type: 'happened'; name: string; position: string; command?: string | undefined; workspace?: string }
  /** Someone signed in, or their session is over. */
  | { type: 'session'; isOver?: boolean }

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('momentum') : undefined

/** Tells the other tabs. */
export function tell(message: Told): void {
  channel?.postMessage(message)
}

/** Listens to the other tabs. */
export function onTold(listener: (message: Told) => void): () => void {
  const heard = (event: MessageEvent<Told>) => listener(event.data)
  channel?.addEventListener('message', heard)
  return () => channel?.removeEventListener('message', heard)
}

const turns = new Map<string, Promise<unknown>>()

/** Does `work` while nobody else does anything under the same name: no other tab, where browsers have locks, and not this one. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(`momentum-${name}`, work) as Promise<T>
  const done = (turns.get(name) ?? Promise.resolve()).then(work, work)
  turns.set(name, done)
  return done
}
