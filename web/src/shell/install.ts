import { store } from '~/lib/store'

interface InstallPrompt extends Event {
  prompt(): Promise<void>
}

/** The browser's offer to install the app, while it stands. It may come early, so this listens from the start. */
export const installOffer = store<InstallPrompt | undefined>(undefined)

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  installOffer.set(event as InstallPrompt)
})
addEventListener('appinstalled', () => installOffer.set(undefined))
