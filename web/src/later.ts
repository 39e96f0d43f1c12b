/** What begins when the first page is there. */
import { readAheadSoon } from './data/ahead'
import { goLive } from './data/live'
import { sayWhatWasLeft } from './data/membership'
import { persistWhatWaits } from './data/persist'
import { finishLeaving } from './shell/leaving'
import { watchForUpdates } from './shell/update'

finishLeaving()
goLive()
sayWhatWasLeft()
persistWhatWaits()
watchForUpdates()
readAheadSoon()

export { keep } from './data/keep'
