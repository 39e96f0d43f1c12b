import './app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { persistQueryClientRestore, persistQueryClientSubscribe } from '@tanstack/react-query-persist-client'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { cache, isKept, KEPT_MS, KEPT_SHAPE, persister } from './data/cache'
import { goLive } from './data/live'
import { beginTexts } from './i18n'
import { openOutbox } from './outbox'
import { sayRefusals } from './outbox/act'
import { router } from './router'
import { watchForUpdates } from './shell/update'
import { Toasts } from './ui/toast'

/** The app opens without what it kept rather than not at all. */
const RESTORE_MS_MAX = 1_000

const kept = {
  queryClient: cache,
  persister,
  buster: KEPT_SHAPE,
  maxAge: KEPT_MS,
  dehydrateOptions: { shouldDehydrateQuery: isKept },
}
const late = new Promise((resolve) => setTimeout(resolve, RESTORE_MS_MAX))
const restored = Promise.all([persistQueryClientRestore(kept), openOutbox()]).catch(() => undefined)
await Promise.all([beginTexts(), Promise.race([restored, late])])
void restored.then(() => {
  // What was kept is shown at once, and asked for again: how old it is says nothing about what happened since.
  void cache.invalidateQueries()
  return persistQueryClientSubscribe(kept)
})
goLive()
sayRefusals()
watchForUpdates()

const root = document.getElementById('app')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </StrictMode>,
  )
}
