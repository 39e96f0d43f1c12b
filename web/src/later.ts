/** What begins when the first page is there. */
import { goLive } from './data/live'
import { finishLeaving } from './shell/leaving'
import { watchForUpdates } from './shell/update'

finishLeaving()
goLive()
watchForUpdates()
