/** Signing out where the server could not be told: it is told once it can be. */
import { leave } from '~/api/session'

/** From now on. */
export function finishLeaving(): void {
  addEventListener('online', () => void leave())
  void leave()
}
