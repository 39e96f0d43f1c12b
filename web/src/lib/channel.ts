/** What the tabs of a browser tell each other. */
export type Told =
  /** The outbox changed. */
  | { type: 'outbox' }
  /** Something happened: an event of the live feed, by its position and the command that made it. */
  | { type: 'happened'; name: string; position: string; command?: string | undefined }
  /** Someone signed in or out. */
  | { type: 'session' }

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

/** Does `work` while no other tab does anything under the same name. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return (await navigator.locks.request(`momentum-${name}`, work)) as T
}
