/** Small things that this browser remembers, shared by its tabs. Without storage, they are forgotten. */
const prefix = 'momentum.'

/** What was remembered under `name`. */
export function recall<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(prefix + name)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

/** Remembers `value`; `undefined` forgets. */
export function remember(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, JSON.stringify(value))
  } catch {
    // Private windows may have no storage; all this is comfort.
  }
}

/** Tells when another tab remembers something under `name`. */
export function onRemembered(name: string, listener: () => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === prefix + name || event.key === null) listener()
  }
  addEventListener('storage', heard)
  return () => removeEventListener('storage', heard)
}
