import './app.css'
import './shell/install'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { cache } from './data/cache'
import { bringBack } from './data/kept'
import { renewAfterAnswers } from './data/renew'
import { beginTexts, textsOf } from './i18n'
import { openOutbox } from './outbox'
import { sayRefusals } from './outbox/act'
import { router } from './router'
import { quietly } from './ui/lazily'
import { Toasts } from './ui/toast'

/** Where it cannot be loaded, no newer version can either. */
const UpdateBar = quietly(() => textsOf('aside').then(() => import('./shell/update-bar')))

/** The app opens without what it kept rather than not at all. */
const RESTORE_MS_MAX = 1_000

const late = new Promise((resolve) => setTimeout(resolve, RESTORE_MS_MAX))
renewAfterAnswers()
const restored = Promise.all([bringBack(), openOutbox()]).catch(() => undefined)
await Promise.all([beginTexts(), Promise.race([restored, late])])
// What was kept is shown at once, and asked for again: how old it is says nothing about what happened since.
void restored.then(() => cache.invalidateQueries())
sayRefusals()

const root = document.getElementById('app')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
        <Toasts>
          <Suspense>
            <UpdateBar />
          </Suspense>
        </Toasts>
      </QueryClientProvider>
    </StrictMode>,
  )
}

// What the first sight does not need: news from elsewhere, new versions of the app, and keeping what is known then.
void Promise.all([import('./later'), restored]).then(([{ keep }]) => keep())
