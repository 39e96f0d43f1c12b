/** The service worker: keeps the app's own files, and answers every page address with the app. Data it leaves alone. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST)
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [
      /^\/v1\//,
      /^\/docs/,
      /^\/problems\//,
      /^\/(livez|readyz|healthz|metrics|version)$/,
      /^[^?]*\.\w+$/,
    ],
  }),
)

// Who visits for the first time has the app at hand as soon as it is kept, not only after a reload.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting()
  if (event.data?.type === 'CLAIM') event.waitUntil(self.clients.claim())
})
