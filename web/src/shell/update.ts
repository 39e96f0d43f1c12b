/** The service worker: what makes the app open without network. A new version waits until the person agrees to reload. */
import { store } from '~/lib/store'

/** A version that is newer than the one shown, once there is one and unless the person put it off. */
export const newer = store<ServiceWorker | undefined>(undefined)

/** So often a new version is looked for, and one that was put off is offered again. */
const LOOK_AGAIN_MS = 60 * 60_000

let agreed = false

/** Registers the service worker, and watches for its successor. */
export function watchForUpdates(): void {
  const workers = navigator.serviceWorker
  if (!workers || !import.meta.env.PROD) return
  let isFirst = !workers.controller
  workers.addEventListener('controllerchange', () => {
    if (agreed) location.reload()
    // Another tab took it. What is being typed in this one is not that one's to throw away.
    else if (!isFirst) newer.set(workers.controller ?? undefined)
    isFirst = false
  })
  const watch = (registration: ServiceWorkerRegistration) => {
    const offer = (worker: ServiceWorker | null) => {
      // The very first one replaces nothing.
      if (worker?.state === 'installed' && workers.controller) newer.set(worker)
    }
    offer(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => offer(worker))
    })
    const look = () => registration.update().catch(() => undefined)
    setInterval(() => void look().then(() => offer(registration.waiting)), LOOK_AGAIN_MS)
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
  }
  // Without network there is none to be had yet. The browser says why.
  const again = () => addEventListener('online', register, { once: true })
  const register = () => void workers.register('/sw.js').then(watch, again)
  register()
  // A page that was on its way when the worker took what was open, or that was loaded past it, is nobody's until it asks.
  void workers.ready.then(({ active }) => workers.controller ?? active?.postMessage({ type: 'CLAIM' }))
}

/** Reloads into the new version. */
export function takeUpdate(): void {
  const worker = newer.get()
  agreed = true
  if (worker?.state === 'installed') worker.postMessage({ type: 'SKIP_WAITING' })
  else location.reload()
}
