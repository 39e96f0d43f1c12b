/** Signing out where the server could not be told: it is told once it can be. */
import { leave } from '~/api/session'

/** From now on. */
export function finishLeaving(): void {
  const tell = () => void leave()
  addEventListener('online', tell)
  document.addEventListener('visibilitychange', tell)
  tell()
}
