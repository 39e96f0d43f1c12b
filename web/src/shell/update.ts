/** The service worker: what makes the app open without network. A new version waits until the person agrees to reload. */
import { store } from '~/lib/store'

/** Whether a new version is waiting. */
export const updateReady = store<ServiceWorker | undefined>(undefined)

const LOOK_AGAIN_MS = 60 * 60_000

/** Registers the service worker, and watches for its successor. */
export function watchForUpdates(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  let agreed = false
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (agreed) location.reload()
  })
  updateReady.subscribe(() => {
    agreed = true
  })
  void navigator.serviceWorker.register('/sw.js').then((registration) => {
    const offer = (worker: ServiceWorker | null) => {
      // The very first one replaces nothing.
      if (worker?.state === 'installed' && navigator.serviceWorker.controller) updateReady.set(worker)
    }
    offer(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => offer(worker))
    })
    const look = () => void registration.update().catch(() => undefined)
    setInterval(look, LOOK_AGAIN_MS)
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
  })
}

/** Reloads into the new version. */
export function takeUpdate(): void {
  updateReady.get()?.postMessage({ type: 'SKIP_WAITING' })
}

interface InstallPrompt extends Event {
  prompt(): Promise<void>
}

/** The browser's offer to install the app, while it stands. */
export const installOffer = store<InstallPrompt | undefined>(undefined)

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  installOffer.set(event as InstallPrompt)
})
addEventListener('appinstalled', () => installOffer.set(undefined))
