/** Keeping what waits to be sent, which is nowhere else, from being cleared away where a browser is short of space. */
import { stuck } from '~/outbox'

/** Asks for it once something has to wait, and no earlier: some browsers ask the person in turn. */
export function persistWhatWaits(): void {
  const stop = stuck.subscribe(ask)
  ask()
  function ask() {
    if (!stuck.get()) return
    stop()
    void navigator.storage?.persist?.()
  }
}
