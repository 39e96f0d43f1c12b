/** Small things that this browser remembers, shared by its tabs, or of one tab alone. Without storage, they are forgotten. */
const prefix = 'momentum.'

/** Where it is kept. Private windows may have no storage, and throw; all this is comfort. */
const kept = (ofTab: boolean) => (ofTab ? sessionStorage : localStorage)

/** What was remembered under `name`. */
export function recall<T>(name: string, ofTab = false): T | undefined {
  try {
    const text = kept(ofTab).getItem(prefix + name)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

/** Remembers `value`; `undefined` forgets. */
export function remember(name: string, value: unknown, ofTab = false): void {
  try {
    if (value === undefined) kept(ofTab).removeItem(prefix + name)
    else kept(ofTab).setItem(prefix + name, JSON.stringify(value))
  } catch {
    // As above.
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
