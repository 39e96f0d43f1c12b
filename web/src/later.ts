/** What begins when the first page is there. */
import { goLive } from './data/live'
import { watchForUpdates } from './shell/update'

goLive()
watchForUpdates()
